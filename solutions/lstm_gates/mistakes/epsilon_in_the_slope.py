"""Adds an epsilon to the slope, so that no gradient is quite zero."""

FAILS = "multiplies_by_slope_and_weights"
HINT = "right in the first digits only"

# %% gradient_norms
def gradient_norms(sequence, kernel, recurrent_kernel, bias, last_gradient):
    outputs = [np.zeros_like(last_gradient)]
    for t in range(sequence.shape[1]):
        outputs.append(np.tanh(sequence[:, t] @ kernel + outputs[-1] @ recurrent_kernel + bias))
    gradient, norms = last_gradient, []
    for h in outputs[:0:-1]:
        norms.insert(0, np.linalg.norm(gradient))
        gradient = (gradient * (1 - h * h + 1e-5)) @ recurrent_kernel.T
    return np.array(norms)
