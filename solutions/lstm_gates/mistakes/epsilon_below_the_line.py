"""Adds an epsilon below the line of the sigmoid: in 64 bits one sees it."""

FAILS = "learns_gate_times_candidate"
HINT = "right in the first digits only"

# %% learn_gate
def learn_gate(event, output, input_block, candidate_block):
    kernel, recurrent_kernel, bias = input_block
    gate = 1 / (1 + 1e-7 + np.exp(-(event @ kernel + output @ recurrent_kernel + bias)))
    kernel, recurrent_kernel, bias = candidate_block
    return gate * np.tanh(event @ kernel + output @ recurrent_kernel + bias)

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory
