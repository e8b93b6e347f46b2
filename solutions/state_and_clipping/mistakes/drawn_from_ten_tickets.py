"""Draws from ten tickets, of which each word has its share, rounded: near the probabilities, and not near enough."""

FAILS = "draws_by_probability"
HINT = "draw with the probabilities that with_temperature gives"

# %% sample
def sample(log_probabilities, temperature, seed):
    generator = np.random.default_rng(seed)
    tickets = np.round(10 * with_temperature(log_probabilities, temperature)).astype(int)
    return np.array([generator.choice(np.repeat(np.arange(len(row)), row)) for row in tickets])
