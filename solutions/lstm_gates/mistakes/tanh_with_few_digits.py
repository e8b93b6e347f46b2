"""Says the memory through a tanh that is made of a constant with few digits."""

FAILS = "says_what_the_gate_lets_out"
HINT = "right in the first digits only"

# %% use_gate
def use_gate(memory, event, output, block):
    kernel, recurrent_kernel, bias = block
    power = 2.718282 ** (2 * memory)  # e is 2.718281828459045
    return sigmoid(event @ kernel + output @ recurrent_kernel + bias) * (power - 1) / (power + 1)

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory
