"""LSTM layers with dropout of their own on the inputs; one pass for measuring; plain NumPy."""

# %% build_language_model
def build_language_model(level, vocabulary_size, embedding_size=None, units=200, layers=None, dropout=0.5):
    embedding_size = {"word": 200, "character": 16}[level] if embedding_size is None else embedding_size
    layers = {"word": 2, "character": 3}[level] if layers is None else layers
    tokens = keras.Input(shape=(None,), dtype="int64", name="tokens")
    states = keras.Input(shape=(layers, 2, units), name="states")
    signal = keras.layers.Embedding(vocabulary_size, embedding_size, name="embedding")(tokens)
    parts = []
    for place in range(layers):
        lstm = keras.layers.LSTM(units, dropout=dropout, return_sequences=True, return_state=True, name=f"lstm_{place}")
        signal, *state = lstm(signal, initial_state=[states[:, place, 0, :], states[:, place, 1, :]])
        parts.append(keras.layers.Lambda(lambda pair: keras.ops.stack(pair, axis=1))(state))
    signal = keras.layers.Dropout(dropout)(signal)
    logits = keras.layers.TimeDistributed(keras.layers.Dense(vocabulary_size))(signal)
    outputs = [keras.ops.log_softmax(logits), keras.layers.Lambda(lambda all: keras.ops.stack(all, axis=1))(parts)]
    model = keras.Model(inputs=[tokens, states], outputs=outputs)
    model.state_shape = [layers, 2, units]
    return model

# %% norms_through_time
def norms_through_time(inputs, recurrent_kernel, chunk=None):
    steps, units = inputs.shape
    states = np.zeros((steps + 1, units))
    for t in range(steps):
        states[t + 1] = np.tanh(inputs[t] + states[t] @ recurrent_kernel)
    border = 0 if chunk is None else (steps - 1) // chunk * chunk
    gradients = np.zeros((steps, units))
    gradients[-1] = 1
    for t in range(steps - 1, border, -1):
        gradients[t - 1] = recurrent_kernel @ (gradients[t] * (1 - states[t + 1] ** 2))
    return np.sqrt((states[1:] ** 2).sum(1)).tolist(), np.sqrt((gradients**2).sum(1)).tolist()

# %% plot_norms
def plot_norms(curves, title):
    figure = plt.figure(figsize=(6, 3))
    axes = figure.gca()
    table = pd.DataFrame({label: pd.Series(norms, index=range(1, len(norms) + 1)) for label, norms in curves.items()})
    for label, norms in curves.items():
        axes.plot(table.index[: len(norms)], np.asarray(norms), label=label)
    axes.set(title=title, xlabel="step", ylabel="norm")
    axes.set_yscale("log")
    axes.legend(loc="best")
    return axes

# %% perplexity
def perplexity(losses, counts):
    return np.prod(np.exp(np.multiply(losses, counts) / np.sum(counts)))


def bits_per_character(losses, counts):
    return np.dot(losses, counts) / np.sum(counts) / np.log(2)

# %% evaluate
def evaluate(model, rows, steps):
    logs, _ = read(model, rows[:, :-1], zero_states(model, len(rows)))
    return math.exp(-np.mean(np.take_along_axis(np.asarray(logs), rows[:, 1:, None], axis=-1)))

# %% train_language_model
def train_language_model(model, train_rows, valid_rows, epochs, steps=20, compute=loss_and_gradients):
    table = []
    for epoch in range(epochs):
        rate = learning_rate_schedule(epoch + 1)
        table.append([epoch + 1, rate, train_epoch(model, train_rows, steps, learning_rate=rate, compute=compute)])
        table[-1].append(evaluate(model, rows=valid_rows, steps=steps))
        print(table[-1])
    return pd.DataFrame(table, columns=["epoch", "learning_rate", "train_perplexity", "valid_perplexity"])

# %% sgd_step
def sgd_step(weights, gradients, learning_rate):
    return [np.subtract(weight, np.multiply(gradient, learning_rate)) for weight, gradient in zip(weights, gradients)]

# %% learning_rate_schedule
def learning_rate_schedule(epoch, initial_rate=0.9, constant_epochs=5):
    return initial_rate if epoch <= constant_epochs else learning_rate_schedule(epoch - 1, initial_rate, constant_epochs) / 2

# %% answers
answers = dict.fromkeys(["best_epoch", "bits_per_word", "probability", "gain_before", "gain_after"])
if history is not None:
    column = history.set_index("epoch")["valid_perplexity"]
    answers["best_epoch"] = int(column.idxmin())
    answers["bits_per_word"] = float(np.log(column.iloc[-1]) / np.log(2))
    answers["probability"] = float(np.exp(-np.log(column.iloc[-1])))
    answers["gain_before"] = column.loc[4] / column.loc[5]
    answers["gain_after"] = column.loc[5] / column.loc[6]
