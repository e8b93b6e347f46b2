"""Draws one number and uses it for every row."""

FAILS = "draws_by_probability"
HINT = "every row gets the same token"

# %% sample
def sample(log_probabilities, temperature, seed):
    random = np.random.default_rng(seed).random()
    return (np.cumsum(with_temperature(log_probabilities, temperature), axis=-1) < random).sum(axis=-1)
