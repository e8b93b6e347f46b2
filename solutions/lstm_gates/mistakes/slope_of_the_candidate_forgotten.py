"""Forgets the slope of the candidate's tanh."""

FAILS = "differentiates_one_step"
HINT = "the slope of the candidate"

# %% lstm_backward
def lstm_backward(sequence, kernel, recurrent_kernel, bias, outputs_gradient, memory_gradient, initial_state=None):
    h, c = initial_state if initial_state is not None else (np.zeros_like(memory_gradient), np.zeros_like(memory_gradient))
    tape = []
    for t in range(sequence.shape[1]):
        i, f, g, o = np.split(sequence[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=-1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        tape.append((h, c, i, f, g, o, f * c + i * g))
        c = f * c + i * g
        h = o * np.tanh(c)
    dh, dc, events = 0, memory_gradient, []
    dk, dr, db = np.zeros_like(kernel), np.zeros_like(recurrent_kernel), np.zeros_like(bias)
    for t in reversed(range(sequence.shape[1])):
        h, before, i, f, g, o, c = tape[t]
        dh = dh + outputs_gradient[:, t]
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)
        dz = np.concatenate([dc * g * i * (1 - i), dc * before * f * (1 - f), dc * i, dh * np.tanh(c) * o * (1 - o)], axis=-1)
        dk += sequence[:, t].T @ dz
        dr += h.T @ dz
        db += dz.sum(axis=0)
        events.append(dz @ kernel.T)
        dh, dc = dz @ recurrent_kernel.T, dc * f
    return {
        "sequence": np.stack(events[::-1], axis=1),
        "kernel": dk,
        "recurrent_kernel": dr,
        "bias": db,
        "initial_output": dh,
        "initial_memory": dc,
    }
