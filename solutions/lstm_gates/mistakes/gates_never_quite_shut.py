"""Clips the gates, as one clips probabilities."""

FAILS = "obeys_its_gates"
HINT = "not cut off"

# %% lstm_step
def unsure(z):
    return np.clip(sigmoid(z), 1e-5, 1 - 1e-5)

def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    memory = unsure(f) * memory + unsure(i) * np.tanh(g)
    return unsure(o) * np.tanh(memory), memory

# %% lstm_forward
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    h, c = np.zeros((2, len(sequence), len(recurrent_kernel))) if initial_state is None else initial_state
    outputs = []
    for event in np.swapaxes(sequence, 0, 1):
        i, f, g, o = np.split(event @ kernel + h @ recurrent_kernel + bias, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1), h, c
