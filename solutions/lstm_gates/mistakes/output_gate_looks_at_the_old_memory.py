"""Lets all three gates look at the old memory."""

FAILS = "looks_at_the_memory"
HINT = "the output gate looks at the old memory"

# %% peephole_lstm_step
def peephole_lstm_step(event, output, memory, kernel, recurrent_kernel, bias, peephole):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=1)
    new = sigmoid(f + peephole[1] * memory) * memory + sigmoid(i + peephole[0] * memory) * np.tanh(g)
    return sigmoid(o + peephole[2] * memory) * np.tanh(new), new
