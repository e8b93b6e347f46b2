"""Plain Python: loops over lists and the math module; lists come back."""

# %% lstm_layer
def lstm_layer(inputs, kernel, recurrent_kernel, bias, initial_state=None):
    units = len(recurrent_kernel)
    gate = lambda z: 1 / (1 + math.exp(-z))
    hs = [[0.0] * units for _ in inputs] if initial_state is None else [[float(v) for v in row] for row in initial_state[0]]
    cs = [[0.0] * units for _ in inputs] if initial_state is None else [[float(v) for v in row] for row in initial_state[1]]
    outputs = [[] for _ in inputs]
    for b, sequence in enumerate(inputs):
        for x in sequence:
            z = [float(value) for value in bias]
            for j in range(4 * units):
                z[j] += sum(float(x[k]) * float(kernel[k][j]) for k in range(len(x)))
                z[j] += sum(hs[b][k] * float(recurrent_kernel[k][j]) for k in range(units))
            for u in range(units):
                i, f, g, o = (z[block * units + u] for block in range(4))
                cs[b][u] = gate(f) * cs[b][u] + gate(i) * math.tanh(g)
                z[u] = gate(o) * math.tanh(cs[b][u])
            hs[b] = z[:units]
            outputs[b].append(hs[b])
    return outputs, [hs, cs]

# %% carry_state
def carry_state(layer, chunks, initial_state):
    rows, state = None, initial_state
    for chunk in chunks:
        outputs, state = layer(chunk, state)
        rows = rows or [[] for _ in outputs]
        for row, new in zip(rows, outputs):
            row.extend(list(step) for step in new)
    return rows, state

# %% norms_through_time
def norms_through_time(inputs, recurrent_kernel, chunk=None):
    units = range(len(recurrent_kernel))
    h, states = [0.0 for _ in units], []
    for x in inputs:
        h = [math.tanh(x[j] + sum(h[k] * recurrent_kernel[k][j] for k in units)) for j in units]
        states.append(h)
    gradients = [[1.0 for _ in units]]
    for t in range(len(states) - 1, 0, -1):
        later = [gradients[0][j] * (1 - states[t][j] ** 2) for j in units]
        cut = chunk and t % chunk == 0
        gradients.insert(0, [0.0 if cut else sum(later[j] * recurrent_kernel[k][j] for j in units) for k in units])
    return [math.hypot(*state) for state in states], [math.hypot(*gradient) for gradient in gradients]

# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    norm = math.sqrt(sum(float(value) ** 2 for gradient in gradients for value in np.ravel(gradient)))
    if norm <= max_norm:
        return list(gradients), norm
    return [np.reshape([float(value) * max_norm / norm for value in np.ravel(gradient)], np.shape(gradient)) for gradient in gradients], norm

# %% clip_three_ways
def clip_three_ways(gradients, limit):
    ways = {"global_clipnorm": clip_by_global_norm(gradients, limit)[0], "clipnorm": [], "clipvalue": []}
    for gradient in gradients:
        own = math.sqrt(sum(float(value) ** 2 for value in gradient.ravel()))
        ways["clipnorm"].append(gradient if own <= limit else gradient / own * limit)
        ways["clipvalue"].append(np.array([min(max(float(v), -limit), limit) for v in gradient.ravel()]).reshape(gradient.shape).tolist())
    return ways

# %% learning_rate_schedule
def learning_rate_schedule(epoch, initial_rate=0.9, constant_epochs=5):
    rate = initial_rate
    for _ in range(constant_epochs, epoch):
        rate /= 2
    return rate

# %% output_gradient
def gradient_by_logits(logits, targets, output_gradient=None):
    rows = []
    for b, row in enumerate(np.asarray(logits).tolist()):
        total = sum(math.exp(value - max(row)) for value in row)
        arriving = [0.0] * len(row) if output_gradient is None else list(output_gradient[b])
        arriving[int(targets[b])] -= 1 / len(logits)
        whole = sum(arriving)
        rows.append([part - math.exp(value - max(row)) / total * whole for part, value in zip(arriving, row)])
    return rows

# %% batchify
def batchify(ids, batch_size):
    length = len(ids) // batch_size
    return np.array([[int(token) for token in ids[row * length : row * length + length]] for row in range(batch_size)], dtype=int)

# %% sequences
def sequences(rows, steps):
    pairs, length = [], len(rows[0])
    for start in range(0, length - 1, steps):
        end = min(start + steps, length - 1)
        inputs = [[int(row[t]) for t in range(start, end)] for row in rows]
        pairs.append((np.array(inputs), np.array([[int(row[t + 1]) for t in range(start, end)] for row in rows])))
    return pairs

# %% perplexity
def perplexity(losses, counts):
    return math.exp(sum(loss * count for loss, count in zip(losses, counts)) / sum(counts))


def bits_per_character(losses, counts):
    return math.log2(perplexity(losses, counts))

# %% with_temperature
def with_temperature(log_probabilities, temperature):
    if np.ndim(log_probabilities) > 1:
        return [with_temperature(row, temperature) for row in log_probabilities]
    row = [float(value) for value in log_probabilities]
    best = max(row)
    if temperature == 0:
        return [1.0 if place == row.index(best) else 0.0 for place in range(len(row))]
    powers = [math.exp((value - best) / temperature) for value in row]
    return [power / sum(powers) for power in powers]

# %% sample
def sample(log_probabilities, temperature, seed):
    import random

    chance, tokens = random.Random(seed), []
    for row in with_temperature(log_probabilities, temperature):
        tokens += chance.choices(range(len(row)), weights=row)
    return tokens

# %% complete
def complete(prompt, n, model, words, temperature=0.0, seed=0):
    numbers = {word: number for number, word in enumerate(words)}
    states, new, logs = zero_states(model, 1), [], None
    reading = prompt.split()
    while len(new) < n:
        for word in reading:
            logs, states = read(model, [[numbers[word]]], states)
        [token] = sample(np.asarray(logs)[0], temperature, 1000 * seed + len(new))
        reading = [words[token]]
        new += reading
    return tuple(new)

# %% completion_program
def completion_program(lines, words, complete):
    return [answer_line(line, words, complete) for line in lines]
