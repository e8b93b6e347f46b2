"""NumPy by einsum, glued matrices and 32 bits; seaborn for the picture; arguments by keyword."""

# %% rnn_step
def glued(event, output, kernel, recurrent_kernel, bias):
    """The books' form: [x, h] times one matrix."""
    both = np.hstack([event, output, np.ones((len(event), 1))])
    return both @ np.vstack([kernel, recurrent_kernel, bias])


def rnn_step(event, output, kernel, recurrent_kernel, bias):
    z = glued(bias=bias, recurrent_kernel=recurrent_kernel, kernel=kernel, output=output, event=event)
    return (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)

# %% scale_to_radius
def scale_to_radius(matrix, radius):
    eigenvalues, _ = np.linalg.eig(matrix)
    squared = (eigenvalues.real**2 + eigenvalues.imag**2).max()
    return np.multiply(matrix, radius / np.sqrt(squared))

# %% gradient_norms
def gradient_norms(sequence, kernel, recurrent_kernel, bias, last_gradient):
    outputs, output = [], np.zeros(np.shape(last_gradient))
    for event in np.moveaxis(sequence, 1, 0):
        output = rnn_step(event=event, output=output, kernel=kernel, recurrent_kernel=recurrent_kernel, bias=bias)
        outputs.append(output)
    gradients = [np.array(last_gradient, float)]
    for output in outputs[:0:-1]:
        gradients.append(np.einsum("bu,bu,vu->bv", gradients[-1], 1 - output**2, recurrent_kernel))
    return np.sqrt(np.sum(np.array(gradients[::-1]) ** 2, axis=(1, 2)))

# %% plot_gradient_norms
import seaborn as sns


def plot_gradient_norms(norms):
    figure, axes = plt.subplots(figsize=(8, 4))
    axes.set_yscale("log", base=2)
    for name, values in norms.items():
        sns.lineplot(x=np.arange(len(values)), y=np.flip(values), label=name, ax=axes)
    axes.set_xlabel("time steps back")
    axes.set_ylabel("gradient")
    return axes

# %% learn_gate
def learn_gate(event, output, input_block, candidate_block):
    i = 1 / (1 + np.exp(-glued(event, output, *input_block)))
    g = np.tanh(glued(event, output, *candidate_block))
    return np.einsum("bu,bu->bu", i, g)

# %% forget_gate
def forget_gate(memory, event, output, block):
    return np.asarray(memory) / (1 + np.exp(-glued(event, output, *block)))

# %% remember_gate
def remember_gate(kept, learnt):
    return np.add(kept, learnt)

# %% use_gate
def use_gate(memory, event, output, block):
    return np.tanh(memory) / (1 + np.exp(-glued(event, output, *block)))

# %% gate_names
gate_names = {}
gate_names["learn"] = ("g", "i")
gate_names["forget"] = ("f",)
gate_names["remember"] = ("c",)
gate_names["use"] = ("h", "o")
gate_names["no_weights"] = ("h", "c")
gate_names["keep_everything"] = {"f": 1.0, "i": 0.0, "o": 1}

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    z = glued(event, output, kernel, recurrent_kernel, bias).astype("float32").reshape(len(event), 4, -1)
    i, f, o = sigmoid(z[:, [0, 1, 3]]).swapaxes(0, 1)
    memory = f * np.float32(memory) + i * np.tanh(z[:, 2])
    return np.array([o * np.tanh(memory), memory])

# %% lstm_forward
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    batch, steps, _ = sequence.shape
    states = np.zeros((steps + 1, 2, batch, bias.size // 4), "float32")
    if initial_state is not None:
        states[0] = initial_state
    for t in range(steps):
        states[t + 1] = lstm_step(sequence[:, t], *states[t], kernel, recurrent_kernel, bias)
    return states[1:, 0].transpose(1, 0, 2), states[-1, 0], states[-1, 1]

# %% lstm_backward
def lstm_backward(sequence, kernel, recurrent_kernel, bias, outputs_gradient, memory_gradient, initial_state=None):
    batch, steps, _ = sequence.shape
    units = bias.size // 4
    h, c = np.zeros((steps + 1, batch, units)), np.zeros((steps + 1, batch, units))
    if initial_state is not None:
        h[0], c[0] = initial_state
    gates = np.zeros((steps, 4, batch, units))
    for t in range(steps):
        z = glued(sequence[:, t], h[t], kernel, recurrent_kernel, bias)
        gates[t] = sigmoid(z).reshape(batch, 4, units).transpose(1, 0, 2)
        gates[t, 2] = np.tanh(z[:, 2 * units : 3 * units])
        c[t + 1] = gates[t, 1] * c[t] + gates[t, 0] * gates[t, 2]
        h[t + 1] = gates[t, 3] * np.tanh(c[t + 1])
    sums, dh, dc = np.zeros((steps, batch, 4 * units)), np.zeros((batch, units)), np.array(memory_gradient)
    for t in range(steps)[::-1]:
        i, f, g, o = gates[t]
        dh += outputs_gradient[:, t]
        dc += dh * o / np.cosh(c[t + 1]) ** 2
        parts = dc * g * (i - i**2), dc * c[t] * (f - f**2), dc * i * (1 - g**2), dh * np.tanh(c[t + 1]) * (o - o**2)
        sums[t] = np.hstack(parts)
        dh, dc = np.einsum("bz,uz->bu", sums[t], recurrent_kernel), dc * f
    return {
        "kernel": np.einsum("btd,tbz->dz", sequence, sums),
        "recurrent_kernel": np.einsum("tbu,tbz->uz", h[:-1], sums),
        "bias": np.einsum("tbz->z", sums),
        "sequence": np.einsum("tbz,dz->btd", sums, kernel),
        "initial_output": dh,
        "initial_memory": dc,
    }

# %% gru_step
def gru_step(event, output, kernel, recurrent_kernel, bias, reset_after=True):
    units = np.shape(output)[1]
    W, U = (np.reshape(part, (-1, 3, units)) for part in (kernel, recurrent_kernel))
    b = np.reshape(bias if reset_after else [bias, np.zeros_like(bias)], (2, 3, units))
    x, h = np.einsum("bd,dku->kbu", event, W), np.einsum("bv,vku->kbu", output, U)
    z, r = sigmoid(x[:2] + h[:2] + b.sum(axis=0)[:2, None])
    if not reset_after:
        h[2] = np.einsum("bv,vu->bu", r * output, U[:, 2])
        r = 1
    return (1 - z) * np.tanh(x[2] + b[0, 2] + r * (h[2] + b[1, 2])) + z * output

# %% peephole_lstm_step
def peephole_lstm_step(event, output, memory, kernel, recurrent_kernel, bias, peephole):
    z = glued(event, output, kernel, recurrent_kernel, bias)
    look = np.hstack([memory * peephole[0], memory * peephole[1], np.zeros_like(memory)])
    units = memory.shape[1]
    z[:, : 3 * units] += look
    new = sigmoid(z[:, units : 2 * units]) * memory + sigmoid(z[:, :units]) * np.tanh(z[:, 2 * units : 3 * units])
    z[:, 3 * units :] += new * peephole[2]
    return np.stack([sigmoid(z[:, 3 * units :]) * np.tanh(new), new])

# %% count_parameters
def count_parameters(cell, input_size, units, layers=1):
    table = pd.DataFrame({"blocks": [1, 4, 3, 3, 4], "extra": [0, 0, 0, 3, 3]}, index=["rnn", "lstm", "gru", "gru_reset_after", "peephole"])
    blocks, extra = map(int, table.loc[cell])
    width = lambda layer: input_size if layer == 0 else units
    return sum((blocks * (width(layer) + units + 1) + extra) * units for layer in range(layers))

# %% embedding_parameters
def embedding_parameters(vocabulary_size, dimensions):
    return sum([dimensions] * vocabulary_size)

# %% diagnose
def diagnose(train_loss, val_loss, chance=np.inf, tolerance=0.05):
    train, val = np.array(train_loss), np.array(val_loss)
    rules = {
        "diverged": ~np.isfinite(np.append(train, val)).all() or train[-1] > train[0],
        "overfitting": val[-1] > (1 + tolerance) * val.min(),
        "underfitting": train[-1] > chance * (1 - tolerance) or train[-1] < train[train.size // 2] * (1 - tolerance),
        "fitted": True,
    }
    return next(name for name, fits in rules.items() if fits)

# %% better_size
def better_size(parameters, dataset_chars):
    if dataset_chars <= 10 * parameters and parameters <= 10 * dataset_chars:
        return "keep"
    return "smaller" if parameters > dataset_chars else "larger"

# %% best_checkpoint
def best_checkpoint(history):
    val = np.array(history["val_loss"])
    best = np.flatnonzero(val == np.nanmin(val))[0]
    return np.int64(best + 1), "epoch_{:02}_val_loss_{:.4f}.keras".format(best + 1, val[best])
