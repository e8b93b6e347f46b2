"""Ignores the chunks."""

FAILS = "stops_at_the_borders"
HINT = "the gradient goes over the border of a chunk"

# %% norms_through_time
def norms_through_time(inputs, recurrent_kernel, chunk=None):
    h, states = np.zeros(len(recurrent_kernel)), []
    for x in inputs:
        h = np.tanh(x + h @ recurrent_kernel)
        states.append(h)
    gradient, gradients = np.ones(len(recurrent_kernel)), []
    for t in reversed(range(len(inputs))):
        gradients.append(gradient)
        gradient = (gradient * (1 - states[t] ** 2)) @ recurrent_kernel.T
    return np.linalg.norm(states, axis=1), np.linalg.norm(gradients, axis=1)[::-1]
