"""A model as a subclass, with RNN over cells; metrics by Keras's own means."""

# %% build_language_model
class LanguageModel(keras.Model):
    def __init__(self, vocabulary_size, embedding_size, units, layers, dropout):
        super().__init__()
        self.embedding = keras.layers.Embedding(vocabulary_size, embedding_size)
        self.drops = [keras.layers.Dropout(dropout) for _ in range(layers + 1)]
        cells = [keras.layers.LSTMCell(units) for _ in range(layers)]
        self.stack = [keras.layers.RNN(cell, return_sequences=True, return_state=True) for cell in cells]
        self.output_layer = keras.layers.Dense(vocabulary_size)
        self.state_shape = (layers, 2, units)

    def call(self, inputs, training=False):
        tokens, states = inputs
        signal, new = self.embedding(tokens), []
        for place, layer in enumerate(self.stack):
            signal = self.drops[place](signal, training=training)
            signal, h, c = layer(signal, initial_state=[states[:, place, 0, :], states[:, place, 1, :]])
            new += [h, c]
        logits = self.output_layer(self.drops[-1](signal, training=training))
        new = keras.ops.stack(new, axis=1)
        return keras.ops.log_softmax(logits), keras.ops.reshape(new, (-1, *self.state_shape))


def build_language_model(level, vocabulary_size, **sizes):
    if level == "word":
        size = dict(embedding_size=200, units=200, layers=2, dropout=0.5)
    else:
        size = dict(embedding_size=16, units=200, layers=3, dropout=0.5)
    size.update(sizes)
    model = LanguageModel(vocabulary_size, **size)
    return model

# %% perplexity
def perplexity(losses, counts):
    mean = keras.metrics.Mean(dtype="float64")
    mean.update_state(losses, sample_weight=counts)
    return float(np.exp(mean.result()))


def bits_per_character(losses, counts):
    return float(np.log2(perplexity(losses, counts)))

# %% carry_state
def carry_state(layer, chunks, initial_state):
    outputs, state = np.empty((len(chunks[0]), 0, 0)), initial_state
    for chunk in chunks:
        new, state = layer(inputs=chunk, state=state)
        outputs = np.hstack([outputs, new]) if outputs.size else np.asarray(new)
    return [outputs, state]

# %% learning_rate_schedule
def learning_rate_schedule(epoch, initial_rate=0.9, constant_epochs=5):
    return float(np.where(epoch <= constant_epochs, initial_rate, initial_rate * 2.0 ** (constant_epochs - epoch)))

# %% sequences
def sequences(rows, steps):
    inputs, targets = rows[:, :-1], rows[:, 1:]
    for start in range(0, inputs.shape[1], steps):
        yield [inputs[:, start : start + steps], targets[:, start : start + steps]]

# %% loss_and_gradients
def loss_and_gradients(model, inputs, targets, states):
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")
    batch, steps = np.shape(inputs)
    with tf.GradientTape() as tape:
        logs, new_states = read(model, inputs, states, training=True)
        objective = cross_entropy(targets, logs) / batch
    gradients = tape.gradient(objective, model.trainable_variables)
    return float(objective) / steps, [np.asarray(tf.convert_to_tensor(gradient)) for gradient in gradients], np.asarray(new_states)

# %% train_epoch
def train_epoch(model, rows, steps, learning_rate, max_norm=5.0, compute=loss_and_gradients):
    optimizer = keras.optimizers.SGD(learning_rate, global_clipnorm=max_norm)
    states, losses, counts = zero_states(model, rows.shape[0]), [], []
    for inputs, targets in sequences(rows, steps):
        loss, gradients, states = compute(model, inputs, targets, states)
        optimizer.apply_gradients(zip([tf.convert_to_tensor(gradient) for gradient in gradients], model.trainable_variables))
        losses.append(loss)
        counts.append(targets.shape[1])
    return perplexity(losses, counts)

# %% evaluate
def evaluate(model, rows, steps):
    total, states = 0.0, zero_states(model, rows.shape[0])
    for inputs, targets in sequences(rows, steps):
        logs, states = read(model, inputs, states)
        total += float(keras.ops.sum(keras.losses.sparse_categorical_crossentropy(targets, logs, from_logits=True)))
    return np.exp(total / rows[:, 1:].size)

# %% train_language_model
def train_language_model(model, train_rows, valid_rows, epochs, steps=20, compute=loss_and_gradients):
    table = pd.DataFrame({"epoch": np.arange(1, epochs + 1)})
    table["learning_rate"] = [learning_rate_schedule(epoch) for epoch in table["epoch"].tolist()]
    trained, valid = [], []
    for rate in table["learning_rate"]:
        trained.append(train_epoch(model, train_rows, steps, float(rate), compute=compute))
        valid.append(evaluate(model, valid_rows, steps))
        print(trained[-1], valid[-1])
    return table.assign(train_perplexity=trained, valid_perplexity=valid)

# %% completion_program
def completion_program(lines, words, complete):
    return map(lambda line: answer_line(line, words, complete), lines)

