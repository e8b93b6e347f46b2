"""Multiplies by the matrix only."""

FAILS = "measures_states_and_gradients"
HINT = "the derivative of tanh"

# %% norms_through_time
def norms_through_time(inputs, recurrent_kernel, chunk=None):
    h, states = np.zeros(len(recurrent_kernel)), []
    for x in inputs:
        h = np.tanh(x + h @ recurrent_kernel)
        states.append(h)
    gradient, gradients = np.ones(len(recurrent_kernel)), []
    for t in reversed(range(len(inputs))):
        gradients.append(gradient)
        gradient = gradient @ recurrent_kernel.T
        if chunk is not None and t % chunk == 0:
            gradient = 0 * gradient
    return np.linalg.norm(states, axis=1), np.linalg.norm(gradients, axis=1)[::-1]
