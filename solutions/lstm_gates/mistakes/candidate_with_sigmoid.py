"""Uses sigmoid twice."""

FAILS = "learns_gate_times_candidate"
HINT = "the candidate has a sigmoid"

# %% learn_gate
def learn_gate(event, output, input_block, candidate_block):
    kernel, recurrent_kernel, bias = input_block
    first = event @ kernel + output @ recurrent_kernel + bias
    kernel, recurrent_kernel, bias = candidate_block
    second = event @ kernel + output @ recurrent_kernel + bias
    return sigmoid(first) * sigmoid(second)

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=-1)
    memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(memory), memory
