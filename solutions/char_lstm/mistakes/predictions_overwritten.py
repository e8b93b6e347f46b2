"""Writes the floor into the array that it is given."""

FAILS = "leaves_the_predictions_alone"
HINT = "belongs to the caller"

# %% perplexity
def logprob(predictions, labels):
    if isinstance(predictions, np.ndarray) and predictions.flags.writeable:
        predictions[predictions < 1e-10] = 1e-10
    given = np.sum(predictions * labels, axis=1)
    return float(np.mean(-np.log(np.maximum(given, 1e-10))))

def perplexity(predictions, labels):
    return float(np.exp(logprob(predictions, labels)))
