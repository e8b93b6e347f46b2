"""Adds an epsilon to the peephole of the forget gate."""

FAILS = "is_an_lstm_without_peepholes"
HINT = "right in the first digits only"

# %% peephole_lstm_step
def peephole_lstm_step(event, output, memory, kernel, recurrent_kernel, bias, peephole):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=1)
    new = sigmoid(f + (peephole[1] + 1e-7) * memory) * memory + sigmoid(i + peephole[0] * memory) * np.tanh(g)
    return sigmoid(o + peephole[2] * new) * np.tanh(new), new
