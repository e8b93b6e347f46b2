"""Does not divide by the sum."""

FAILS = "sharpens_and_flattens"
HINT = "must add up to 1"

# %% sampling
def with_temperature(probabilities, temperature=1.0):
    if temperature == 0:
        return np.eye(probabilities.shape[1])[np.argmax(probabilities, axis=1)]
    return probabilities ** (1 / temperature)

def sample_distribution(probabilities, temperature=1.0):
    borders = np.cumsum(with_temperature(probabilities, temperature), axis=1)
    draws = np.random.random((len(borders), 1))
    return np.sum(draws >= borders, axis=1)
