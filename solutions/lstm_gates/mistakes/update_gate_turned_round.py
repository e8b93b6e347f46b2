"""Lets z take the new, as some papers do."""

FAILS = "steps_as_keras_does"
HINT = "z and 1 - z are swapped"

# %% gru_step
def gru_step(event, output, kernel, recurrent_kernel, bias, reset_after=True):
    first, second = bias if reset_after else (bias, 0 * bias)
    xz, xr, xh = np.split(event @ kernel + first, 3, axis=1)
    hz, hr, hh = np.split(output @ recurrent_kernel + second, 3, axis=1)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    candidate = np.tanh(xh + r * hh) if reset_after else np.tanh(xh + (r * output) @ recurrent_kernel[:, 2 * output.shape[1] :])
    return (1 - z) * output + z * candidate
