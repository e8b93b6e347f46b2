"""Adds an epsilon to the new memory."""

FAILS = "joins_both"
HINT = "off by the same tiny amount"

# %% remember_gate
def remember_gate(kept, learnt):
    return kept + learnt + 1e-8

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory
