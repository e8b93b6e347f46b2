"""Takes the first block for the forget gate."""

FAILS = "computes_one_step"
HINT = "input gate and the forget gate are swapped"

# %% lstm_layer
def lstm_layer(inputs, kernel, recurrent_kernel, bias, initial_state=None):
    units = len(recurrent_kernel)
    h, c = (np.zeros((len(inputs), units)), np.zeros((len(inputs), units))) if initial_state is None else initial_state
    outputs = []
    for t in range(inputs.shape[1]):
        f, i, g, o = np.split(inputs[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=-1)
        f, i, o = (1 / (1 + np.exp(-gate)) for gate in (f, i, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1), (h, c)
