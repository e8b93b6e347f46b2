"""Never keeps quite all: a factor of 0.999999 that stands in no equation."""

FAILS = "forgets_by_the_gate"
HINT = "off by the same tiny factor"

# %% forget_gate
def forget_gate(memory, event, output, block):
    kernel, recurrent_kernel, bias = block
    return 0.999999 * memory * sigmoid(event @ kernel + output @ recurrent_kernel + bias)

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory
