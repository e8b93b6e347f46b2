"""Adds the output's gradient behind the softmax instead of before it."""

FAILS = "adds_what_arrives_at_the_output"
HINT = "goes through the log-softmax too"

# %% output_gradient
def gradient_by_logits(logits, targets, output_gradient=None):
    probabilities = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    gradient = probabilities / len(logits)
    gradient[np.arange(len(logits)), targets] -= 1 / len(logits)
    return gradient if output_gradient is None else gradient + output_gradient
