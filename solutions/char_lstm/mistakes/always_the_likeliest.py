"""Takes the likeliest instead of drawing."""

FAILS = "draws_by_the_probabilities"
HINT = "always takes the likeliest"

# %% sampling
def with_temperature(probabilities, temperature=1.0):
    if temperature == 0:
        return np.eye(probabilities.shape[1])[np.argmax(probabilities, axis=1)]
    powers = (probabilities / np.max(probabilities, axis=1, keepdims=True)) ** (1 / temperature)
    return powers / np.sum(powers, axis=1, keepdims=True)

def sample_distribution(probabilities, temperature=1.0):
    return np.argmax(with_temperature(probabilities, temperature), axis=1)
