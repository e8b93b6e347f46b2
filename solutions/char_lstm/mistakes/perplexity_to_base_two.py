"""Takes 2 to the power of a loss in nats."""

FAILS = "is_e_to_the_power_of_the_mean"
HINT = "the base is e"

# %% perplexity
def logprob(predictions, labels):
    given = np.sum(predictions * labels, axis=1)
    return float(np.mean(-np.log(np.maximum(given, 1e-10))))

def perplexity(predictions, labels):
    return float(2 ** logprob(predictions, labels))
