"""Adds an epsilon to the slope of tanh on the way back to the memory."""

FAILS = "differentiates_one_step"
HINT = "right in the first digits only"

# %% lstm_backward
def lstm_backward(sequence, kernel, recurrent_kernel, bias, outputs_gradient, memory_gradient, initial_state=None):
    if initial_state is None:
        initial_state = np.zeros((2, len(sequence), len(recurrent_kernel)))
    output, memory = initial_state
    events = np.swapaxes(sequence, 0, 1)
    tape = []
    for event in events:
        i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        new_memory = f * memory + i * g
        tape.append((event, output, memory, i, f, g, o, np.tanh(new_memory)))
        output, memory = o * np.tanh(new_memory), new_memory
    from_events = []
    from_kernel, from_recurrent, from_bias, from_output = 0.0, 0.0, 0.0, 0.0
    from_memory = memory_gradient
    for (event, output, memory, i, f, g, o, shown), direct in zip(reversed(tape), np.swapaxes(outputs_gradient, 0, 1)[::-1]):
        from_output = from_output + direct
        from_memory = from_memory + from_output * o * (1 - shown**2 + 1e-5)
        to_input, to_forget = from_memory * g * i * (1 - i), from_memory * memory * f * (1 - f)
        to_candidate, to_gate = from_memory * i * (1 - g**2), from_output * shown * o * (1 - o)
        from_sums = np.concatenate([to_input, to_forget, to_candidate, to_gate], axis=1)  # (batch, 4 * units)
        from_events.append(from_sums @ kernel.T)
        from_kernel = from_kernel + event.T @ from_sums
        from_recurrent = from_recurrent + output.T @ from_sums
        from_bias = from_bias + from_sums.sum(axis=0)
        from_output = from_sums @ recurrent_kernel.T
        from_memory = from_memory * f
    return {
        "sequence": np.stack(from_events[::-1], axis=1),
        "kernel": from_kernel,
        "recurrent_kernel": from_recurrent,
        "bias": from_bias,
        "initial_output": from_output,
        "initial_memory": from_memory,
    }
