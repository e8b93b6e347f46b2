"""Keras's initializers, activations, losses and schedules in the place of hand-written formulas."""

# %% initial_weights
def initial_weights(num_nodes, seed=0):
    draw = keras.initializers.TruncatedNormal(mean=-0.1, stddev=0.1, seed=keras.random.SeedGenerator(seed))
    weights = {}
    for gate in ("input", "forget", "output", "update"):
        weights[gate + "_x"] = np.array(draw((27, num_nodes)))
        weights[gate + "_h"] = np.array(draw((num_nodes, num_nodes)))
        weights[gate + "_b"] = np.zeros((num_nodes,), dtype="float32")
    weights["classifier_w"] = np.array(draw((num_nodes, 27)))
    weights["classifier_b"] = np.zeros((27,), dtype="float32")
    return weights

# %% lstm_cell
ORDER = ("input", "forget", "update", "output")  # Keras's


def lstm_cell(weights, inputs, output, memory):
    inputs, output, memory = (tf.convert_to_tensor(value, tf.float32) for value in (inputs, output, memory))
    gate_activation, activation = keras.activations.get("sigmoid"), keras.activations.get("tanh")
    kernel, recurrent, bias = (tf.concat([weights[f"{gate}_{kind}"] for gate in ORDER], axis=-1) for kind in "xhb")
    total = tf.matmul(inputs, kernel) + tf.matmul(output, recurrent) + bias
    i, f, u, o = tf.split(total, 4, axis=-1)
    new_memory = gate_activation(f) * memory + gate_activation(i) * activation(u)
    return [gate_activation(o) * activation(new_memory), new_memory]

# %% unroll
def unroll(weights, inputs, output, memory):
    inputs = tf.stack([tf.convert_to_tensor(value, tf.float32) for value in inputs])
    outputs = []
    for step in range(inputs.shape[0]):
        output, memory = lstm_cell(weights=weights, inputs=inputs[step], output=output, memory=memory)
        outputs.append(output)
    return keras.ops.stack(outputs) @ tf.convert_to_tensor(weights["classifier_w"]) + weights["classifier_b"], output, memory

# %% sgd
def learning_rate(step):
    schedule = keras.optimizers.schedules.ExponentialDecay(10.0, decay_steps=5000, decay_rate=0.1, staircase=True)
    return float(schedule(step))


def clip_gradients(gradients, limit=1.25):
    names = list(gradients)
    clipped, _ = tf.clip_by_global_norm([tf.convert_to_tensor(gradients[name]) for name in names], limit)
    return dict(zip(names, clipped))


def sgd_step(weights, gradients, rate):
    names = list(weights)
    clipped = clip_gradients(gradients)
    return {name: tf.convert_to_tensor(weights[name]) - tf.cast(rate, tf.float32) * clipped[name] for name in names}

# %% training_step
def training_step(weights, batches, output, memory, rate):
    names = sorted(weights)
    tensors = [tf.convert_to_tensor(weights[name]) for name in names]
    with tf.GradientTape() as tape:
        for tensor in tensors:
            tape.watch(tensor)
        logits, output, memory = unroll(dict(zip(names, tensors)), batches[:-1], output, memory)
        loss = keras.losses.CategoricalCrossentropy(from_logits=True)(tf.stack(batches[1:]), logits)
    gradients = dict(zip(names, tape.gradient(loss, tensors)))
    return [sgd_step(dict(zip(names, tensors)), gradients, rate), output, memory, loss]

# %% perplexity
def logprob(predictions, labels):
    given = keras.ops.sum(keras.ops.convert_to_tensor(predictions, "float64") * keras.ops.cast(labels, "float64"), axis=-1)
    return keras.ops.mean(-keras.ops.log(keras.ops.maximum(given, 1e-10)))


def perplexity(predictions, labels):
    return keras.ops.exp(logprob(predictions, labels))

# %% sampling
def with_temperature(probabilities, temperature=1.0):
    probabilities = keras.ops.convert_to_tensor(probabilities, "float32")
    if temperature == 0:
        return keras.ops.one_hot(keras.ops.argmax(probabilities, axis=-1), probabilities.shape[-1])
    largest = keras.ops.max(probabilities, axis=-1, keepdims=True)
    return keras.activations.softmax(keras.ops.log(probabilities / largest) / temperature)


def sample_distribution(probabilities, temperature=1.0):
    logits = keras.ops.log(with_temperature(probabilities, temperature))
    return keras.random.categorical(logits, 1)[:, 0]

# %% evaluate
def evaluate(weights, text):
    numbers = [char2id(character) for character in text]
    inputs = keras.utils.to_categorical(numbers[:-1], 27).astype("float32")
    zero = keras.ops.zeros((1, len(weights["input_b"])))
    logits, *_ = unroll(weights, inputs[:, None, :], zero, zero)
    losses = keras.losses.sparse_categorical_crossentropy(np.array(numbers[1:]), logits[:, 0], from_logits=True)
    return float(np.exp(np.mean(losses)))


def write(weights, length, start=None, temperature=0.7):
    if start is None:
        start = id2char(int(keras.random.randint((), 0, 27)))
    numbers = [char2id(character) for character in start]
    state = [keras.ops.zeros((1, len(weights["input_b"])))] * 2
    for place in range(len(start) + length - 1):
        logits, *state = unroll(weights, keras.ops.one_hot([[numbers[place]]], 27), *state)
        if place >= len(start) - 1:
            numbers += [int(number) for number in sample_distribution(keras.ops.softmax(logits[0]), temperature)]
    return "".join(map(id2char, numbers))

# %% batches
class BatchGenerator:
    def __init__(self, text, batch_size, num_unrollings):
        self.text, self.num_unrollings, self.done = text, num_unrollings, 0
        self.starts = np.arange(batch_size) * (len(text) // batch_size)

    def next(self):
        places = (self.starts[None, :] + np.arange(self.num_unrollings + 1)[:, None] + self.done) % len(self.text)
        self.done += self.num_unrollings
        numbers = np.vectorize(lambda place: char2id(self.text[place]))(places)
        return list(keras.ops.convert_to_numpy(keras.ops.one_hot(numbers, 27)))

# %% run_experiment
def run_experiment(batch_size, num_nodes, num_unrollings, num_steps, train_text, valid_text, seed=0):
    variables = {name: tf.Variable(array) for name, array in initial_weights(num_nodes, seed).items()}
    carried = [tf.Variable(tf.zeros((batch_size, num_nodes))) for _ in range(2)]

    @tf.function(autograph=False)
    def step_on(batches, rate):
        weights, *state, loss = training_step({n: v.value() for n, v in variables.items()}, tf.unstack(batches), *map(tf.identity, carried), rate)
        for name, value in weights.items():
            variables[name].assign(value)
        for old, new in zip(carried, state):
            old.assign(new)
        return loss

    data = BatchGenerator(train_text, batch_size, num_unrollings)
    losses = [step_on(tf.constant(np.array(data.next())), tf.constant(learning_rate(step))) for step in range(num_steps)]
    weights = {name: variable.numpy() for name, variable in variables.items()}
    return {
        "valid_perplexity": evaluate(weights, valid_text),
        "characters": batch_size * num_steps * num_unrollings,
        "losses": np.array([loss.numpy() for loss in losses]),
        "weights": weights,
    }
