"""Reads the gate as how much is forgotten."""

FAILS = "forgets_by_the_gate"
HINT = "1 keeps, 0 forgets"

# %% forget_gate
def forget_gate(memory, event, output, block):
    kernel, recurrent_kernel, bias = block
    gate = sigmoid(event @ kernel + output @ recurrent_kernel + bias)
    return (1 - gate) * memory

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory
