"""Raises to the power T."""

FAILS = "raises_to_the_power"
HINT = "this is p ** T"

# %% with_temperature
def with_temperature(log_probabilities, temperature):
    logs = np.asarray(log_probabilities, dtype=float)
    if temperature == 0:
        return np.eye(logs.shape[-1])[logs.argmax(axis=-1)]
    powers = np.exp((logs - logs.max(axis=-1, keepdims=True)) * temperature)
    return powers / powers.sum(axis=-1, keepdims=True)

# %% sample
def sample(log_probabilities, temperature, seed):
    generator = np.random.default_rng(seed)
    logs = np.asarray(log_probabilities, dtype=float)
    if temperature == 0:
        return logs.argmax(axis=-1)
    return np.argmax(logs / temperature + generator.gumbel(size=logs.shape), axis=-1)
