"""Reads the sequence from its end."""

FAILS = "runs_step_after_step"
HINT = "the sequence is read from its end"

# %% lstm_forward
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    h, c = initial_state if initial_state is not None else (np.zeros((sequence.shape[0], recurrent_kernel.shape[0])),) * 2
    outputs = []
    for t in reversed(range(sequence.shape[1])):
        h, c = lstm_step(sequence[:, t], h, c, kernel, recurrent_kernel, bias)
        outputs.append(h)
    return np.stack(outputs, axis=1), h, c
