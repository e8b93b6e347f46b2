"""The floor 1e-7, as Keras has it."""

FAILS = "floors_what_is_impossible"
HINT = "another one was used here (1e-7)"

# %% perplexity
def logprob(predictions, labels):
    given = np.sum(predictions * labels, axis=1)
    return float(np.mean(-np.log(np.maximum(given, 1e-07))))

def perplexity(predictions, labels):
    return float(np.exp(logprob(predictions, labels)))
