"""Forgets the minus."""

FAILS = "averages_the_log_probabilities"
HINT = "the sign is wrong"

# %% perplexity
def logprob(predictions, labels):
    given = np.sum(predictions * labels, axis=1)
    return float(np.mean(np.log(np.maximum(given, 1e-10))))

def perplexity(predictions, labels):
    return float(np.exp(-logprob(predictions, labels)))
