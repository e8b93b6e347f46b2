"""Begins with states of 1e-7 instead of zeros."""

FAILS = "runs_step_after_step"
HINT = "right in the first digits only"

# %% lstm_forward
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    h, c = np.zeros((2, len(sequence), len(recurrent_kernel))) + 1e-7 if initial_state is None else initial_state
    outputs = []
    for event in np.swapaxes(sequence, 0, 1):
        i, f, g, o = np.split(event @ kernel + h @ recurrent_kernel + bias, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1), h, c
