"""Adds in place."""

FAILS = "joins_any"
HINT = "kept += learnt changes kept"

# %% remember_gate
def remember_gate(kept, learnt):
    kept += learnt
    return kept

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory
