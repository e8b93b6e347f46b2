"""Clips the gates of a GRU, as one clips probabilities."""

FAILS = "keeps_or_replaces_its_output"
HINT = "not cut off"

# %% gru_step
def unsure(z):
    return np.clip(sigmoid(z), 2e-5, 1 - 2e-5)

def gru_step(event, output, kernel, recurrent_kernel, bias, reset_after=True):
    first, second = bias if reset_after else (bias, 0 * bias)
    xz, xr, xh = np.split(event @ kernel + first, 3, axis=1)
    hz, hr, hh = np.split(output @ recurrent_kernel + second, 3, axis=1)
    z, r = unsure(xz + hz), unsure(xr + hr)
    back = r * hh if reset_after else (r * output) @ recurrent_kernel[:, 2 * output.shape[1] :]
    return z * output + (1 - z) * np.tanh(xh + back)
