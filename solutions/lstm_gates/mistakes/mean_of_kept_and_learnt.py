"""Takes the mean, as if something had to be shared out."""

FAILS = "joins_both"
HINT = "this is the mean"

# %% remember_gate
def remember_gate(kept, learnt):
    return (kept + learnt) / 2

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory
