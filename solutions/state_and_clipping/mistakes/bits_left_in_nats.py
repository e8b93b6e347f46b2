"""Returns nats."""

FAILS = "measures_the_known_cases"
HINT = "divide by ln 2"

# %% perplexity
def perplexity(losses, counts):
    return float(np.exp(np.average(losses, weights=counts)))


def bits_per_character(losses, counts):
    return float(np.average(losses, weights=counts))
