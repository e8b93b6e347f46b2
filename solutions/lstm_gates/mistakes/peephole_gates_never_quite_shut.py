"""Clips the gates of a peephole LSTM, as one clips probabilities."""

FAILS = "looks_at_any_memory"
HINT = "gate"

# %% peephole_lstm_step
def unsure(z):
    return np.clip(sigmoid(z), 3e-6, 1 - 3e-6)

def peephole_lstm_step(event, output, memory, kernel, recurrent_kernel, bias, peephole):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=1)
    new = unsure(f + peephole[1] * memory) * memory + unsure(i + peephole[0] * memory) * np.tanh(g)
    return unsure(o + peephole[2] * new) * np.tanh(new), new
