"""The short answers spelt in other ways, and the text functions by other means."""

# %% cell_inputs
cell_inputs = {name: "Output of the layer below" for name in ("i", "inputs")}
cell_inputs |= {name: "previous output" for name in ("prev_h", "states[0]")}
cell_inputs |= {name: "previous  memory" for name in ("prev_c", "states[1]")}
cell_inputs["shape of inputs in layer 1"] = [20, 64]
cell_inputs["shape of inputs in layer 2"] = [20, 150]

# %% unrolling
unrolling = {
    "loop or copies": "One loop",
    "unrolled by": "unroll = True",
    "weights at 20 steps": 320_800.0,
    "weights at 35 steps": 320_800,
    "copies at 35 steps": 35,
}

# %% states
states_in_keras = {
    "keeps the state between calls": "stateful = True",
    "hands the state out": "return_state = True",
    "hands the state in": " initial_state",
    "forgets the state": "reset_state( )",
    "steps back": 20,
    "resets in 13 passes": 13.0,
}

# %% optimizer
optimizer_answers = {
    "class in Keras": "sgd",
    "momentum": 0,
    "weight without momentum": 1.0 - 0.1 * 2.0 - 0.1 * 2.0,
    "weight with momentum 0.9": 1.0 - 0.2 - 0.38,
}

# %% answers
answers = {}
if history is not None:
    last = history.iloc[-1]["valid_perplexity"]
    by_epoch = {row.epoch: row.valid_perplexity for row in history.itertuples()}
    answers["best_epoch"] = sorted(by_epoch, key=by_epoch.__getitem__)[0]
    answers["bits_per_word"] = round(float(np.log2(last)), 3)
    answers["probability"] = round(1 / last, 4)
    answers["gain_before"] = round(by_epoch[4] / by_epoch[5], 4)
    answers["gain_after"] = np.float64(by_epoch[5] / by_epoch[6])

# %% carry_state
def carry_state(layer, chunks, initial_state):
    if len(chunks) == 1:
        return layer(chunks[0], initial_state)
    outputs, state = layer(chunks[0], initial_state)
    more, state = carry_state(layer, chunks[1:], state)
    return np.append(outputs, more, axis=1), state

# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    whole = np.concatenate([np.ravel(gradient) for gradient in gradients]).astype("float64")
    norm = np.linalg.norm(whole)
    if norm > max_norm:
        return [np.asarray(gradient) * np.float32(max_norm / norm) for gradient in gradients], norm
    return gradients, norm

# %% clip_three_ways
def clip_three_ways(gradients, limit):
    found = {}
    for name in ("global_clipnorm", "clipnorm", "clipvalue"):
        optimizer = keras.optimizers.SGD(1.0, **{name: limit})
        variables = [keras.Variable(np.zeros(gradient.shape), dtype="float64") for gradient in gradients]
        optimizer.apply_gradients([(tf.constant(gradient), variable) for gradient, variable in zip(gradients, variables)])
        found[name] = [-np.asarray(variable) for variable in variables]
    return found

# %% batchify
def batchify(ids, batch_size):
    rows = np.empty((batch_size, len(ids) // batch_size), dtype="int32")
    for row in range(batch_size):
        rows[row] = ids[row * rows.shape[1] : (row + 1) * rows.shape[1]]
    return rows

# %% with_temperature
def with_temperature(log_probabilities, temperature):
    logs = np.array(log_probabilities, dtype="float64")
    if temperature == 0:
        return (np.arange(logs.shape[-1]) == logs.argmax(axis=-1)[..., None]).astype(float)
    logs = logs / temperature
    return np.exp(logs - np.logaddexp.reduce(logs, axis=-1, keepdims=True))

# %% sample
def sample(log_probabilities, temperature, seed):
    generator = np.random.default_rng(seed)
    logs = np.asarray(log_probabilities, dtype="float64")
    if temperature == 0:
        return logs.argmax(axis=1)
    return np.argmax(logs / temperature + generator.gumbel(size=logs.shape), axis=1)

# %% complete
def complete(prompt, n, model, words, temperature=0.0, seed=0):
    random, words = np.random.default_rng(seed), np.array(words, dtype=object)
    tokens = [int(np.flatnonzero(words == word)[0]) for word in prompt.split()]
    known = len(tokens)
    for _ in range(n):  # reads everything again from the start: slow and right
        logs, _ = read(model, np.array([tokens]), zero_states(model, 1))
        tokens.append(int(sample(logs[0, -1:], temperature, random)[0]))
    return [words[token] for token in tokens[known:]]

# %% answer_line
def answer_line(line, words, complete):
    try:
        number, *prompt = line.split()
    except ValueError:
        return "error: N is missing"
    if set(number) - set("0123456789"):
        return f"error: N must be a whole number, not '{number}'"
    if len(prompt) == 0:
        return "error: the prompt is empty"
    wrong = next((word for word in prompt if list(words).count(word) == 0), None)
    if wrong is not None:
        return f"error: unknown word '{wrong}'"
    sentence = " ".join(prompt)
    for word in complete(sentence, int(number)):
        sentence += " " + word
    return sentence

# %% completion_program
def completion_program(lines, words, complete):
    lines, answers = iter(lines), []
    while (line := next(lines, None)) is not None:
        answers.append(answer_line(line=line, words=words, complete=complete))
    return tuple(answers)

# %% train_epoch
def train_epoch(model, rows, steps, learning_rate, max_norm=5.0, compute=loss_and_gradients):
    states, bits, seen = zero_states(model, len(rows)), 0.0, 0
    for inputs, targets in sequences(rows, steps):
        loss, gradients, states = compute(model, inputs, targets, states)
        gradients = [np.asarray(gradient) for gradient in gradients]
        norm = math.sqrt(sum(float((gradient**2).sum()) for gradient in gradients))
        rate = learning_rate * min(1.0, max_norm / norm)
        model.set_weights([weight - rate * gradient for weight, gradient in zip(model.get_weights(), gradients)])
        bits, seen = bits + float(loss) * targets.shape[1], seen + targets.shape[1]
    return math.exp(bits / seen)

# %% loss_and_gradients
def loss_and_gradients(model, inputs, targets, states):
    columns = tf.range(tf.shape(targets)[1])[None] + tf.zeros_like(targets)
    with tf.GradientTape() as tape:
        logs, new_states = read(model, inputs, states, training=True)
        rows = tf.range(tf.shape(targets)[0])[:, None] + tf.zeros_like(targets)
        picked = tf.gather_nd(logs, tf.stack([rows, columns, targets], axis=-1))
        objective = -tf.reduce_mean(tf.reduce_sum(picked, axis=1), axis=0)
    gradients = tape.gradient(objective, model.trainable_variables)
    return -tf.reduce_mean(picked), [tf.convert_to_tensor(g) for g in gradients], new_states

# %% learning_rate_schedule
def learning_rate_schedule(epoch, initial_rate=0.9, constant_epochs=5):
    rates = [initial_rate] * constant_epochs
    while len(rates) < epoch:
        rates.append(rates[-1] / 2)
    return rates[epoch - 1]

# %% output_gradient
def gradient_by_logits(logits, targets, output_gradient=None):
    p = np.exp(logits - np.logaddexp.reduce(logits, axis=1)[:, None])
    hot = np.eye(logits.shape[1])[targets]
    gradient = (p - hot) / len(logits)
    jacobian = np.einsum("bv,vw->bvw", np.ones_like(p), np.eye(p.shape[1])) - p[:, :, None]  # d log p_w / d a_v
    return gradient if output_gradient is None else gradient + np.einsum("bvw,bw->bv", jacobian, output_gradient)
