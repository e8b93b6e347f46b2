"""Multiplies the memory that it is given in place."""

FAILS = "forgets_at_any_size"
HINT = "memory *= … changes the old one"

# %% forget_gate
def forget_gate(memory, event, output, block):
    kernel, recurrent_kernel, bias = block
    gate = sigmoid(event @ kernel + output @ recurrent_kernel + bias)
    memory *= gate
    return memory

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory
