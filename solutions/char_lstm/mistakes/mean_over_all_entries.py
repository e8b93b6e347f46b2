"""Takes the mean over all entries of the array."""

FAILS = "averages_the_log_probabilities"
HINT = "averages over all entries"

# %% perplexity
def logprob(predictions, labels):
    return float(np.mean(-labels * np.log(np.maximum(predictions, 1e-10))))

def perplexity(predictions, labels):
    return float(np.exp(logprob(predictions, labels) * np.shape(labels)[1]))
