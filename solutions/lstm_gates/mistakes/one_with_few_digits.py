"""Mixes old and new output by numbers that do not quite add up to 1."""

FAILS = "steps_as_keras_does"
HINT = "right in the first digits only"

# %% gru_step
def gru_step(event, output, kernel, recurrent_kernel, bias, reset_after=True):
    first, second = bias if reset_after else (bias, 0 * bias)
    xz, xr, xh = np.split(event @ kernel + first, 3, axis=1)
    hz, hr, hh = np.split(output @ recurrent_kernel + second, 3, axis=1)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    back = r * hh if reset_after else (r * output) @ recurrent_kernel[:, 2 * output.shape[1] :]
    return z * output + (0.999999 - z) * np.tanh(xh + back)
