"""Takes the gradient of the sum over the batch."""

FAILS = "gives_the_gradient_of_the_loss"
HINT = "divide by the batch size"

# %% output_gradient
def gradient_by_logits(logits, targets, output_gradient=None):
    probabilities = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    arriving = np.zeros(logits.shape) if output_gradient is None else np.array(output_gradient)
    arriving[np.arange(len(logits)), targets] -= 1
    return arriving - probabilities * arriving.sum(axis=1, keepdims=True)
