"""Logarithm to base 2 in the loss."""

FAILS = "averages_the_log_probabilities"
HINT = "this is in bits"

# %% perplexity
def logprob(predictions, labels):
    given = np.sum(predictions * labels, axis=1)
    return float(np.mean(-np.log2(np.maximum(given, 1e-10))))

def perplexity(predictions, labels):
    return float(np.exp2(logprob(predictions, labels)))
