"""Raises small numbers to large powers: 0 / 0 at small temperatures."""

FAILS = "bears_any_temperature"
HINT = "divide each row by its largest"

# %% sampling
def with_temperature(probabilities, temperature=1.0):
    if temperature == 0:
        return np.eye(probabilities.shape[1])[np.argmax(probabilities, axis=1)]
    np.seterr(all='ignore')
    powers = probabilities ** (1 / temperature)
    return powers / np.sum(powers, axis=1, keepdims=True)

def sample_distribution(probabilities, temperature=1.0):
    borders = np.cumsum(with_temperature(probabilities, temperature), axis=1)
    draws = np.random.random((len(borders), 1))
    return np.sum(draws >= borders, axis=1)
