"""Goes back through the same matrix as forwards."""

FAILS = "multiplies_by_slope_and_weights"
HINT = "multiplies by the transposed"

# %% gradient_norms
def gradient_norms(sequence, kernel, recurrent_kernel, bias, last_gradient):
    outputs = [np.zeros_like(last_gradient)]
    for t in range(sequence.shape[1]):
        outputs.append(rnn_step(sequence[:, t], outputs[-1], kernel, recurrent_kernel, bias))
    gradient, norms = last_gradient, []
    for t in reversed(range(sequence.shape[1])):
        norms.append(np.linalg.norm(gradient))
        gradient = gradient * (1 - outputs[t + 1] ** 2) @ recurrent_kernel
        
    return np.array(norms[::-1])
