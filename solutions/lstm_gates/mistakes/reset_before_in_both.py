"""Resets before the product, whatever is asked for."""

FAILS = "steps_as_keras_does"
HINT = "that resets before the product"

# %% gru_step
def gru_step(event, output, kernel, recurrent_kernel, bias, reset_after=True):
    first, second = (bias[0] + bias[1], 0 * bias[1]) if reset_after else (bias, 0 * bias)
    xz, xr, xh = np.split(event @ kernel + first, 3, axis=1)
    hz, hr, hh = np.split(output @ recurrent_kernel + second, 3, axis=1)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    candidate = np.tanh(xh + r * hh) if False else np.tanh(xh + (r * output) @ recurrent_kernel[:, 2 * output.shape[1] :])
    return z * output + (1 - z) * candidate
