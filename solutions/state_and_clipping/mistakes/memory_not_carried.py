"""Forgets to carry the memory: c is new at every step."""

FAILS = "runs_over_a_sequence"
HINT = "the memory is not carried"

# %% lstm_layer
def lstm_layer(inputs, kernel, recurrent_kernel, bias, initial_state=None):
    units = len(recurrent_kernel)
    h, start = (np.zeros((len(inputs), units)), np.zeros((len(inputs), units))) if initial_state is None else initial_state
    outputs = []
    for t in range(inputs.shape[1]):
        c = np.zeros_like(start)
        i, f, g, o = np.split(inputs[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=-1)
        f, i, o = (1 / (1 + np.exp(-gate)) for gate in (f, i, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1), (h, c)
