"""Takes powers without subtracting the largest logarithm."""

FAILS = "is_safe_at_the_limits"
HINT = "subtract each row's largest"

# %% with_temperature
def with_temperature(log_probabilities, temperature):
    logs = np.asarray(log_probabilities, dtype=float)
    if temperature == 0:
        return np.eye(logs.shape[-1])[logs.argmax(axis=-1)]
    with np.errstate(all="ignore"):
        powers = np.exp(logs / temperature)
        return powers / powers.sum(axis=-1, keepdims=True)

# %% sample
def sample(log_probabilities, temperature, seed):
    generator = np.random.default_rng(seed)
    logs = np.asarray(log_probabilities, dtype=float)
    if temperature == 0:
        return logs.argmax(axis=-1)
    return np.argmax(logs / temperature + generator.gumbel(size=logs.shape), axis=-1)
