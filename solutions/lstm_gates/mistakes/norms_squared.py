"""Sums the squares and takes no root."""

FAILS = "ends_with_the_last_gradient"
HINT = "these are squared norms"

# %% gradient_norms
def gradient_norms(sequence, kernel, recurrent_kernel, bias, last_gradient):
    outputs = [np.zeros_like(last_gradient)]
    for t in range(sequence.shape[1]):
        outputs.append(rnn_step(sequence[:, t], outputs[-1], kernel, recurrent_kernel, bias))
    gradient, norms = last_gradient, []
    for t in reversed(range(sequence.shape[1])):
        norms.append(np.sum(gradient**2))
        gradient = gradient * (1 - outputs[t + 1] ** 2) @ recurrent_kernel.T
        
    return np.array(norms[::-1])
