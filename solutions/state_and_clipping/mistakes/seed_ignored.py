"""Draws differently at every call."""

FAILS = "follows_its_seed"
HINT = "no other source of chance"

# %% sample
def sample(log_probabilities, temperature, seed):
    generator = np.random.default_rng(seed if isinstance(seed, np.random.Generator) else None)
    return np.array([generator.choice(len(row), p=row) for row in with_temperature(log_probabilities, temperature)])
