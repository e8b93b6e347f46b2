"""Begins with zeros, whatever it is given."""

FAILS = "goes_on_from_a_state"
HINT = "initial_state is not used"

# %% lstm_forward
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    h, c = (np.zeros((sequence.shape[0], recurrent_kernel.shape[0])),) * 2
    outputs = []
    for t in range(sequence.shape[1]):
        h, c = lstm_step(sequence[:, t], h, c, kernel, recurrent_kernel, bias)
        outputs.append(h)
    return np.stack(outputs, axis=1), h, c
