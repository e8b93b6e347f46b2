"""Gives only two gates a peephole."""

FAILS = "looks_at_the_memory"
HINT = "the output gate has no peephole"

# %% peephole_lstm_step
def peephole_lstm_step(event, output, memory, kernel, recurrent_kernel, bias, peephole):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=1)
    new = sigmoid(f + peephole[1] * memory) * memory + sigmoid(i + peephole[0] * memory) * np.tanh(g)
    return sigmoid(o + 0) * np.tanh(new), new
