"""Divides by a temperature of 0."""

FAILS = "bears_any_temperature"
HINT = ""

# %% sampling
def with_temperature(probabilities, temperature=1.0):
    powers = (probabilities / np.max(probabilities, axis=1, keepdims=True)) ** (1 / temperature)
    return powers / np.sum(powers, axis=1, keepdims=True)

def sample_distribution(probabilities, temperature=1.0):
    borders = np.cumsum(with_temperature(probabilities, temperature), axis=1)
    draws = np.random.random((len(borders), 1))
    return np.sum(draws >= borders, axis=1)
