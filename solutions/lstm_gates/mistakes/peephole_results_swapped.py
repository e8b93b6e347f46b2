"""Returns memory, output."""

FAILS = "is_an_lstm_without_peepholes"
HINT = "output and memory are swapped in what is returned"

# %% peephole_lstm_step
def peephole_lstm_step(event, output, memory, kernel, recurrent_kernel, bias, peephole):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=1)
    new = sigmoid(f + peephole[1] * memory) * memory + sigmoid(i + peephole[0] * memory) * np.tanh(g)
    return new, sigmoid(o + peephole[2] * new) * np.tanh(new)
