"""Cuts the chunks from the last step backwards."""

FAILS = "stops_at_the_borders"
HINT = "counted from the start of the sequence"

# %% norms_through_time
def norms_through_time(inputs, recurrent_kernel, chunk=None):
    h, states = np.zeros(len(recurrent_kernel)), []
    for x in inputs:
        h = np.tanh(x + h @ recurrent_kernel)
        states.append(h)
    gradient, gradients = np.ones(len(recurrent_kernel)), []
    for back, t in enumerate(reversed(range(len(inputs))), start=1):
        gradients.append(gradient)
        gradient = (gradient * (1 - states[t] ** 2)) @ recurrent_kernel.T
        if chunk is not None and back % chunk == 0:
            gradient = 0 * gradient
    return np.linalg.norm(states, axis=1), np.linalg.norm(gradients, axis=1)[::-1]
