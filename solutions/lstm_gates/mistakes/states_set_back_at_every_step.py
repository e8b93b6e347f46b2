"""Begins every step with zeros."""

FAILS = "runs_step_after_step"
HINT = "the states are set back at every step"

# %% lstm_forward
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    h, c = initial_state if initial_state is not None else (np.zeros((sequence.shape[0], recurrent_kernel.shape[0])),) * 2
    outputs = []
    for t in range(sequence.shape[1]):
        h, c = lstm_step(sequence[:, t], 0 * h, 0 * c, kernel, recurrent_kernel, bias)
        outputs.append(h)
    return np.stack(outputs, axis=1), h, c
