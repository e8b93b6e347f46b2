"""TensorFlow operations throughout; tensors come back."""

# %% lstm_layer
def lstm_layer(inputs, kernel, recurrent_kernel, bias, initial_state=None):
    inputs, kernel, recurrent_kernel, bias = (tf.cast(part, "float64") for part in (inputs, kernel, recurrent_kernel, bias))
    if initial_state is None:
        initial_state = [tf.zeros((inputs.shape[0], recurrent_kernel.shape[0]), "float64")] * 2
    h, c = (tf.cast(part, "float64") for part in initial_state)
    outputs = []
    for x in tf.unstack(inputs, axis=1):
        i, f, g, o = tf.split(tf.linalg.matmul(x, kernel) + tf.linalg.matmul(h, recurrent_kernel) + bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        outputs.append(h)
    return tf.stack(outputs, axis=1), (h, c)

# %% carry_state
def carry_state(layer, chunks, initial_state):
    outputs, state = [], initial_state
    for chunk in chunks:
        new, state = layer(chunk, state=state)
        outputs.append(tf.convert_to_tensor(new))
    return tf.concat(outputs, axis=1), state

# %% norms_through_time
def norms_through_time(inputs, recurrent_kernel, chunk=None):
    inputs, kernel = tf.cast(inputs, "float64"), tf.cast(recurrent_kernel, "float64")
    with tf.GradientTape(persistent=True) as tape:
        states, h = [], tf.zeros(kernel.shape[:1], "float64")
        for t, x in enumerate(inputs):
            if chunk is not None and t % chunk == 0:
                h = tf.stop_gradient(h)
            h = tf.tanh(x + tf.linalg.matvec(kernel, h, transpose_a=True))
            tape.watch(h)
            states.append(h)
        loss = tf.reduce_sum(states[-1])
    gradients = tape.gradient(loss, states, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return tf.stack([tf.norm(state) for state in states]), tf.stack([tf.norm(gradient) for gradient in gradients])

# %% plot_norms
def plot_norms(curves, title):
    axes = plt.figure().add_subplot()
    for label in curves:
        axes.semilogy(range(1, 1 + len(curves[label])), curves[label], "o-", label=label)
    axes.set_title(title)
    axes.set_xlabel("step")
    axes.set_ylabel("norm")
    axes.legend(title="curve")
    return axes

# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    return tf.clip_by_global_norm([tf.convert_to_tensor(gradient) for gradient in gradients], max_norm)

# %% clip_three_ways
def clip_three_ways(gradients, limit):
    return {
        "global_clipnorm": tf.clip_by_global_norm(gradients, limit)[0],
        "clipnorm": [tf.clip_by_norm(gradient, limit) for gradient in gradients],
        "clipvalue": [tf.clip_by_value(gradient, -limit, limit) for gradient in gradients],
    }

# %% sgd_step
def sgd_step(weights, gradients, learning_rate):
    return [tf.subtract(weight, tf.cast(learning_rate * gradient, weight.dtype)) for weight, gradient in zip(weights, gradients)]

# %% output_gradient
def gradient_by_logits(logits, targets, output_gradient=None):
    logits = tf.cast(logits, "float64")
    given = tf.zeros_like(logits) if output_gradient is None else tf.cast(output_gradient, "float64")
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits))
        total = loss + tf.reduce_sum(given * tf.nn.log_softmax(logits))
    return tape.gradient(total, logits)

# %% sequences
def sequences(rows, steps):
    rows = tf.convert_to_tensor(rows)
    starts = range(0, int(rows.shape[1]) - 1, steps)
    return iter([(rows[:, :-1][:, start : start + steps].numpy(), rows[:, 1:][:, start : start + steps].numpy()) for start in starts])

# %% loss_and_gradients
def loss_and_gradients(model, inputs, targets, states):
    with tf.GradientTape() as tape:
        logs, new_states = read(model, inputs, states, training=True)
        losses = tf.reduce_sum(-logs * tf.one_hot(targets, logs.shape[-1]), axis=-1)
        objective = tf.reduce_sum(losses) / tf.cast(tf.shape(losses)[0], losses.dtype)
    gradients = tape.gradient(objective, model.trainable_weights)
    return tf.reduce_mean(losses).numpy(), [tf.convert_to_tensor(g).numpy() for g in gradients], new_states.numpy()

# %% train_epoch
def train_epoch(model, rows, steps, learning_rate, max_norm=5.0, compute=loss_and_gradients):
    states, total, count = tf.zeros_like(zero_states(model, len(rows))), 0.0, 0
    for inputs, targets in sequences(rows, steps):
        loss, gradients, states = compute(model, inputs, targets, states)
        for variable, gradient in zip(model.trainable_variables, tf.clip_by_global_norm(gradients, max_norm)[0]):
            variable.assign_sub(learning_rate * gradient)
        total, count = total + float(loss) * targets.size, count + targets.size
    return np.exp(total / count)

# %% with_temperature
def with_temperature(log_probabilities, temperature):
    logs = tf.cast(log_probabilities, "float64")
    return tf.nn.softmax(logs / temperature) if temperature else tf.one_hot(tf.argmax(logs, axis=-1), logs.shape[-1])

# %% sample
def sample(log_probabilities, temperature, seed):
    logs = tf.cast(log_probabilities, "float32")
    if not temperature:
        return tf.argmax(logs, axis=-1)
    return tf.random.stateless_categorical(logs / temperature, 1, seed=[seed, 7])[:, 0]

# %% complete
def complete(prompt, n, model, words, temperature=0.0, seed=0):
    words = list(words)
    logs, states = read(model, tf.constant([[words.index(word) for word in prompt.split()]]), zero_states(model, 1))
    new = []
    for place in range(n):
        token = int(sample(logs[:, -1], temperature, seed * 7919 + place)[0])
        new.append(words[token])
        logs, states = read(model, tf.constant([[token]]), states)
    return new
