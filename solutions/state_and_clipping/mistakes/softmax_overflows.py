"""Takes the exponential of large logits."""

FAILS = "works_for_any_batch"
HINT = "subtract each row's largest logit"

# %% output_gradient
def gradient_by_logits(logits, targets, output_gradient=None):
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    arriving = np.zeros(logits.shape) if output_gradient is None else np.array(output_gradient)
    arriving[np.arange(len(logits)), targets] -= 1 / len(logits)
    return arriving - probabilities * arriving.sum(axis=1, keepdims=True)
