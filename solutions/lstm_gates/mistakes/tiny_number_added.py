"""Adds a tiny number to the output, which a formula in 64 bits has not."""

FAILS = "squeezes_the_whole_sum"
HINT = "off by the same tiny amount"

# %% rnn_step
def rnn_step(event, output, kernel, recurrent_kernel, bias):
    return np.tanh(event @ kernel + output @ recurrent_kernel + bias) + 1e-7

# %% gradient_norms
def gradient_norms(sequence, kernel, recurrent_kernel, bias, last_gradient):
    outputs = [np.zeros_like(last_gradient)]
    for t in range(sequence.shape[1]):
        outputs.append(np.tanh(sequence[:, t] @ kernel + outputs[-1] @ recurrent_kernel + bias))
    gradient, norms = last_gradient, []
    for h in outputs[:0:-1]:
        norms.insert(0, np.linalg.norm(gradient))
        gradient = (gradient * (1 - h * h)) @ recurrent_kernel.T
    return np.array(norms)
