"""Computes the reset gate and does not use it."""

FAILS = "steps_as_the_paper_does"
HINT = "the reset gate is not used"

# %% gru_step
def gru_step(event, output, kernel, recurrent_kernel, bias, reset_after=True):
    first, second = bias if reset_after else (bias, 0 * bias)
    xz, xr, xh = np.split(event @ kernel + first, 3, axis=1)
    hz, hr, hh = np.split(output @ recurrent_kernel + second, 3, axis=1)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    candidate = np.tanh(xh + r * hh) if reset_after else np.tanh(xh + hh)
    return z * output + (1 - z) * candidate
