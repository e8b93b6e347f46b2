"""Says the memory of the step before."""

FAILS = "takes_one_step"
HINT = "the old memory is said"

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    new = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), new

# %% lstm_forward
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    units = recurrent_kernel.shape[0]
    h, c = initial_state if initial_state is not None else (np.zeros((sequence.shape[0], units)),) * 2
    outputs = np.empty((*sequence.shape[:2], units))
    for t in range(sequence.shape[1]):
        i, f, g, o = np.split(sequence[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        outputs[:, t] = h
    return outputs, h, c
