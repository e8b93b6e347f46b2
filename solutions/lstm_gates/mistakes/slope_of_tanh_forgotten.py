"""Multiplies by the weights only."""

FAILS = "multiplies_by_slope_and_weights"
HINT = "the slope of tanh is missing"

# %% gradient_norms
def gradient_norms(sequence, kernel, recurrent_kernel, bias, last_gradient):
    outputs = [np.zeros_like(last_gradient)]
    for t in range(sequence.shape[1]):
        outputs.append(rnn_step(sequence[:, t], outputs[-1], kernel, recurrent_kernel, bias))
    gradient, norms = last_gradient, []
    for t in reversed(range(sequence.shape[1])):
        norms.append(np.linalg.norm(gradient))
        gradient = gradient @ recurrent_kernel.T
        
    return np.array(norms[::-1])
