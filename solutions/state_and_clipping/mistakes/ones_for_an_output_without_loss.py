"""Hands ones back where there is no loss."""

FAILS = "gives_the_gradient_of_the_loss"
HINT = "None stands for zeros"

# %% output_gradient
def gradient_by_logits(logits, targets, output_gradient=None):
    probabilities = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    arriving = np.ones(logits.shape) if output_gradient is None else np.array(output_gradient)
    arriving[np.arange(len(logits)), targets] -= 1 / len(logits)
    return arriving - probabilities * arriving.sum(axis=1, keepdims=True)
