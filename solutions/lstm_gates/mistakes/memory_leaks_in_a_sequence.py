"""Clips the gates over sequences: a memory that should stay leaks a little at every step."""

FAILS = "goes_on_from_any_state"
HINT = "not cut off"

# %% lstm_forward
def unsure(z):
    return np.clip(sigmoid(z), 1e-5, 1 - 1e-5)

def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    h, c = np.zeros((2, len(sequence), len(recurrent_kernel))) if initial_state is None else initial_state
    outputs = []
    for event in np.swapaxes(sequence, 0, 1):
        i, f, g, o = np.split(event @ kernel + h @ recurrent_kernel + bias, 4, axis=-1)
        c = unsure(f) * c + unsure(i) * np.tanh(g)
        h = unsure(o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1), h, c
