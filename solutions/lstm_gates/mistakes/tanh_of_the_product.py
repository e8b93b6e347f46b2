"""Takes tanh at the very end."""

FAILS = "says_what_the_gate_lets_out"
HINT = "first tanh of the memory"

# %% use_gate
def use_gate(memory, event, output, block):
    kernel, recurrent_kernel, bias = block
    total = event @ kernel + output @ recurrent_kernel + bias
    return np.tanh(sigmoid(total) * memory)

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory
