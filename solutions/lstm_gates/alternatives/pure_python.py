"""Plain Python: loops, math and lists, which come back in place of arrays."""

# %% rnn_step
def total(event, output, W, U, b):
    sums = []
    for x, h in zip(event, output):
        row = []
        for unit in range(len(b)):
            value = b[unit]
            for feature in range(len(x)):
                value += x[feature] * W[feature][unit]
            for other in range(len(h)):
                value += h[other] * U[other][unit]
            row.append(float(value))
        sums.append(row)
    return sums


def rnn_step(event, output, kernel, recurrent_kernel, bias):
    return [[math.tanh(value) for value in row] for row in total(event, output, kernel, recurrent_kernel, bias)]

# %% scale_to_radius
def scale_to_radius(matrix, radius):
    largest = max(abs(value) for value in np.linalg.eigvals(matrix))
    return [[radius / largest * value for value in row] for row in matrix]

# %% gradient_norms
def gradient_norms(sequence, kernel, recurrent_kernel, bias, last_gradient):
    batch, steps, units = len(sequence), len(sequence[0]), len(bias)
    outputs = [[[0.0] * units for _ in range(batch)]]
    for step in range(steps):
        event = [sequence[row][step] for row in range(batch)]
        outputs.append(rnn_step(event, outputs[-1], kernel, recurrent_kernel, bias))
    gradient, norms = [list(row) for row in last_gradient], []
    for step in range(steps, 0, -1):
        norms.insert(0, math.sqrt(sum(value**2 for row in gradient for value in row)))
        new = []
        for row in range(batch):
            slopes = [gradient[row][unit] * (1 - outputs[step][row][unit] ** 2) for unit in range(units)]
            new.append([sum(slopes[unit] * recurrent_kernel[other][unit] for unit in range(units)) for other in range(units)])
        gradient = new
    return norms

# %% plot_gradient_norms
def plot_gradient_norms(norms):
    plt.figure()
    for name in norms:
        back = list(range(len(norms[name])))
        plt.semilogy(back, [norms[name][-1 - step] for step in back], ".-", label=name)
    plt.xlabel("steps back in time")
    plt.ylabel("length of the gradient")
    plt.legend(loc="best")
    return plt.gca()

# %% learn_gate
def squash(z):
    return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))


def learn_gate(event, output, input_block, candidate_block):
    gates, candidates = total(event, output, *input_block), total(event, output, *candidate_block)
    return [[squash(i) * math.tanh(g) for i, g in zip(*rows)] for rows in zip(gates, candidates)]

# %% forget_gate
def forget_gate(memory, event, output, block):
    gates = total(event, output, *block)
    return [[squash(f) * c for f, c in zip(*rows)] for rows in zip(gates, memory)]

# %% remember_gate
def remember_gate(kept, learnt):
    return [[a + b for a, b in zip(*rows)] for rows in zip(kept, learnt)]

# %% use_gate
def use_gate(memory, event, output, block):
    gates = total(event, output, *block)
    return [[squash(o) * math.tanh(c) for o, c in zip(*rows)] for rows in zip(gates, memory)]

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    units = len(bias) // 4
    sums = total(event, output, kernel, recurrent_kernel, bias)
    outputs, memories = [], []
    for z, c in zip(sums, memory):
        new = [squash(z[units + u]) * c[u] + squash(z[u]) * math.tanh(z[2 * units + u]) for u in range(units)]
        memories.append(new)
        outputs.append([squash(z[3 * units + u]) * math.tanh(new[u]) for u in range(units)])
    return [outputs, memories]

# %% lstm_forward
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    batch, units = len(sequence), len(bias) // 4
    h, c = initial_state or ([[0.0] * units] * batch, [[0.0] * units] * batch)
    outputs = [[] for _ in range(batch)]
    for step in range(len(sequence[0])):
        h, c = lstm_step([sequence[row][step] for row in range(batch)], h, c, kernel, recurrent_kernel, bias)
        for row in range(batch):
            outputs[row].append(h[row])
    return [outputs, h, c]

# %% lstm_backward
def lstm_backward(sequence, kernel, recurrent_kernel, bias, outputs_gradient, memory_gradient, initial_state=None):
    batch, steps, features, units = len(sequence), len(sequence[0]), len(kernel), len(bias) // 4
    span = range(units)
    dx = [[None] * steps for _ in range(batch)]
    dW, dU, db = [[0.0] * 4 * units for _ in range(features)], [[0.0] * 4 * units for _ in span], [0.0] * 4 * units
    dh0, dc0 = [], []
    for row in range(batch):  # one sequence after the other
        h = [0.0] * units if initial_state is None else list(initial_state[0][row])
        c = [0.0] * units if initial_state is None else list(initial_state[1][row])
        tape = []
        for step in range(steps):
            z = total([sequence[row][step]], [h], kernel, recurrent_kernel, bias)[0]
            gates = [[squash(v) for v in z[:units]], [squash(v) for v in z[units : 2 * units]]]
            gates += [[math.tanh(v) for v in z[2 * units : 3 * units]], [squash(v) for v in z[3 * units :]]]
            new = [gates[1][u] * c[u] + gates[0][u] * gates[2][u] for u in span]
            tape.append((h, c, gates, new))
            h, c = [gates[3][u] * math.tanh(new[u]) for u in span], new
        dh, dc = [0.0] * units, list(memory_gradient[row])
        for step in range(steps - 1, -1, -1):
            h, c, (i, f, g, o), new = tape[step]
            dh = [dh[u] + outputs_gradient[row][step][u] for u in span]
            dc = [dc[u] + dh[u] * o[u] * (1 - math.tanh(new[u]) ** 2) for u in span]
            dz = [dc[u] * g[u] * i[u] * (1 - i[u]) for u in span] + [dc[u] * c[u] * f[u] * (1 - f[u]) for u in span]
            dz += [dc[u] * i[u] * (1 - g[u] ** 2) for u in span] + [dh[u] * math.tanh(new[u]) * o[u] * (1 - o[u]) for u in span]
            for place, value in enumerate(dz):
                db[place] += value
                for feature in range(features):
                    dW[feature][place] += sequence[row][step][feature] * value
                for u in span:
                    dU[u][place] += h[u] * value
            dx[row][step] = [sum(weight * value for weight, value in zip(kernel[feature], dz)) for feature in range(features)]
            dh = [sum(weight * value for weight, value in zip(recurrent_kernel[u], dz)) for u in span]
            dc = [dc[u] * f[u] for u in span]
        dh0.append(dh)
        dc0.append(dc)
    return {"bias": db, "kernel": dW, "recurrent_kernel": dU, "sequence": dx, "initial_output": dh0, "initial_memory": dc0}

# %% gru_step
def gru_step(event, output, kernel, recurrent_kernel, bias, reset_after=True):
    units = len(output[0])
    first, second = (bias[0], bias[1]) if reset_after else (bias, [0.0] * 3 * units)
    new = []
    for x, h in zip(event, output):
        xs = [sum(a * w for a, w in zip(x, column)) + b for column, b in zip(np.transpose(kernel), first)]
        hs = [sum(a * w for a, w in zip(h, column)) + b for column, b in zip(np.transpose(recurrent_kernel), second)]
        z = [squash(xs[u] + hs[u]) for u in range(units)]
        r = [squash(xs[units + u] + hs[units + u]) for u in range(units)]
        row = []
        for u in range(units):
            if reset_after:
                back = r[u] * hs[2 * units + u]
            else:
                back = sum(r[k] * h[k] * recurrent_kernel[k][2 * units + u] for k in range(units))
            row.append(z[u] * h[u] + (1 - z[u]) * math.tanh(xs[2 * units + u] + back))
        new.append(row)
    return new

# %% peephole_lstm_step
def peephole_lstm_step(event, output, memory, kernel, recurrent_kernel, bias, peephole):
    units = len(bias) // 4
    outputs, memories = [], []
    for z, c in zip(total(event, output, kernel, recurrent_kernel, bias), memory):
        new, said = [], []
        for u in range(units):
            i, f = squash(z[u] + peephole[0][u] * c[u]), squash(z[units + u] + peephole[1][u] * c[u])
            new.append(f * c[u] + i * math.tanh(z[2 * units + u]))
            said.append(squash(z[3 * units + u] + peephole[2][u] * new[u]) * math.tanh(new[u]))
        outputs.append(said)
        memories.append(new)
    return outputs, memories

# %% gate_names
gate_names = dict(learn="ig", forget="f", remember="c", use="ho", no_weights="hc", keep_everything={"i": 0.0, "f": 1.0})

# %% count_parameters
def count_parameters(cell, input_size, units, layers=1):
    if layers == 0:
        return 0
    if layers > 1:
        return count_parameters(cell, input_size, units) + count_parameters(cell, units, units, layers - 1)
    if cell == "peephole":
        return count_parameters("lstm", input_size, units) + 3 * units
    if cell == "gru_reset_after":
        return count_parameters("gru", input_size, units) + 3 * units
    return {"rnn": 1, "gru": 3, "lstm": 4}[cell] * ((input_size + units) * units + units)

# %% embedding_parameters
def embedding_parameters(vocabulary_size, dimensions):
    return math.prod([vocabulary_size, dimensions])

# %% diagnose
def diagnose(train_loss, val_loss, chance=math.inf, tolerance=0.05):
    for loss in list(train_loss) + list(val_loss):
        if math.isnan(loss) or math.isinf(loss):
            return "diverged"
    if train_loss[-1] > train_loss[0]:
        return "diverged"
    lowest = sorted(val_loss)[0]
    if val_loss[-1] - lowest * (1 + tolerance) > 0:
        return "overfitting"
    limit = 1 - tolerance
    middle = train_loss[len(train_loss) // 2]
    return "underfitting" if train_loss[-1] > limit * chance or limit * middle > train_loss[-1] else "fitted"

# %% better_size
def better_size(parameters, dataset_chars):
    small, large = sorted([parameters, dataset_chars])
    if large <= 10 * small:
        return "keep"
    return "larger" if large == dataset_chars else "smaller"

# %% best_checkpoint
def best_checkpoint(history):
    best, lowest = 0, math.inf
    for epoch, loss in enumerate(history["val_loss"], 1):
        if loss < lowest:
            best, lowest = epoch, loss
    return [best, "epoch_" + str(best).zfill(2) + "_val_loss_" + format(lowest, ".4f") + ".keras"]

# %% output_shape
def output_shape(batch, steps, features, units, return_sequences=False):
    shape = [batch, units]
    if return_sequences:
        shape.insert(1, steps)
    return shape
