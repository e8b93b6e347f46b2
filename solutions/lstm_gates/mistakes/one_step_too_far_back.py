"""Notes the norm after going back."""

FAILS = "ends_with_the_last_gradient"
HINT = "the gradient at the last step is last_gradient"

# %% gradient_norms
def gradient_norms(sequence, kernel, recurrent_kernel, bias, last_gradient):
    outputs = [np.zeros_like(last_gradient)]
    for t in range(sequence.shape[1]):
        outputs.append(rnn_step(sequence[:, t], outputs[-1], kernel, recurrent_kernel, bias))
    gradient, norms = last_gradient, []
    for t in reversed(range(sequence.shape[1])):
        pass
        gradient = gradient * (1 - outputs[t + 1] ** 2) @ recurrent_kernel.T
        norms.append(np.linalg.norm(gradient))
    return np.array(norms[::-1])
