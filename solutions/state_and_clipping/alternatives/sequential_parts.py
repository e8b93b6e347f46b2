"""A functional model over LSTM cells in RNN layers; measuring and training by other loops; answers computed."""

# %% cell_inputs
layers = {1: 64, 2: 150}
cell_inputs = dict(zip(("i", "prev_h", "prev_c"), ("output of the layer below", "previous output", "previous memory")))
cell_inputs.update({keras_name: cell_inputs[name] for keras_name, name in (("inputs", "i"), ("states[0]", "prev_h"), ("states[1]", "prev_c"))})
cell_inputs.update({f"shape of inputs in layer {number}": (20, width) for number, width in layers.items()})

# %% unrolling
unrolling = {"loop or copies": "'one loop'", "unrolled by": "unroll=true", "copies at 35 steps": 35.0}
unrolling |= {f"weights at {steps} steps": 4 * 200 * 401 for steps in (20, 35)}

# %% states
states_in_keras = dict(
    zip(
        ("keeps the state between calls", "hands the state out", "hands the state in", "forgets the state"),
        ("stateful=True", "return_state=True", "initial_state", "reset_state()"),
    )
)
states_in_keras["steps back"], states_in_keras["resets in 13 passes"] = 60 - 40, len(range(13))

# %% plot_norms
def plot_norms(curves, title):
    figure, axes = plt.subplots(1, 1)
    axes.set_yscale("log")
    for label, norms in curves.items():
        (line,) = axes.plot([], [])
        line.set_data(np.arange(len(norms)) + 1.0, norms)
        line.set_label(label)
    axes.relim()
    axes.autoscale_view()
    axes.set(xlabel="step", ylabel="norm")
    axes.set_title(title)
    axes.legend(list(axes.get_lines()), list(curves))
    return axes

# %% optimizer
weight, velocity, moved = 1.0, 0.0, 1.0
for _ in range(2):
    weight -= 0.1 * 2.0
    velocity = 0.9 * velocity - 0.1 * 2.0
    moved += velocity
optimizer_answers = {"class in Keras": keras.optimizers.SGD.__name__, "momentum": 0.0}
optimizer_answers |= {"weight without momentum": weight, "weight with momentum 0.9": moved}

# %% build_language_model
def build_language_model(level, vocabulary_size, **sizes):
    size = {"embedding_size": 200 if level == "word" else 16, "units": 200, "layers": 2 if level == "word" else 3, "dropout": 0.5} | sizes
    tokens = keras.Input(shape=(None,), dtype="int32")
    states = keras.Input(shape=(size["layers"], 2, size["units"]))
    signal, new = keras.layers.Embedding(vocabulary_size, size["embedding_size"])(tokens), []
    for place, layer_states in enumerate(keras.ops.unstack(states, axis=1)):
        cell = keras.layers.LSTMCell(size["units"])
        start = keras.ops.unstack(layer_states, axis=1)
        dropped = keras.layers.Dropout(size["dropout"])(signal)
        signal, h, c = keras.layers.RNN(cell, return_sequences=True, return_state=True)(dropped, initial_state=start)
        new += [keras.ops.stack([h, c], axis=1)[:, None]]
    probabilities = keras.layers.Dense(vocabulary_size, activation="softmax")(keras.layers.Dropout(size["dropout"])(signal))
    model = keras.Model([tokens, states], [keras.ops.log(probabilities), keras.ops.concatenate(new, axis=1)])
    model.state_shape = (size["layers"], 2, size["units"])
    return model

# %% evaluate
def evaluate(model, rows, steps):
    total, seen, states = 0.0, 0, zero_states(model, rows.shape[0])
    for start in range(rows.shape[1] - 1):
        logs, states = read(model, rows[:, start : start + 1], states)
        for row, target in zip(logs.numpy()[:, 0], rows[:, start + 1]):
            total, seen = total - float(row[target]), seen + 1
    return math.exp(total / seen)

# %% train_language_model
def train_language_model(model, train_rows, valid_rows, epochs, steps=20, compute=loss_and_gradients):
    columns = {"valid_perplexity": [], "train_perplexity": [], "learning_rate": [], "epoch": []}
    epoch = 0
    while epoch < epochs:
        epoch += 1
        columns["epoch"].append(epoch)
        columns["learning_rate"].append(learning_rate_schedule(epoch))
        columns["train_perplexity"].append(train_epoch(model, train_rows, steps, columns["learning_rate"][-1], 5.0, compute))
        columns["valid_perplexity"].append(evaluate(model, valid_rows, steps))
        print(f"{epoch:3}: {columns['valid_perplexity'][-1]:.2f}")
    return pd.DataFrame(columns)

# %% answers
answers = {"best_epoch": None, "bits_per_word": None, "probability": None, "gain_before": None, "gain_after": None}
if history is not None:
    valid = history["valid_perplexity"].to_numpy()
    gains = valid[:-1] / valid[1:]
    answers = {
        "best_epoch": float(1 + valid.argmin()),
        "bits_per_word": bits_per_character([math.log(valid[-1])], [1]),
        "probability": 2.0 ** -math.log2(valid[-1]),
        "gain_before": gains[3],
        "gain_after": gains[4],
    }

# %% answer_line
def answer_line(line, words, complete):
    problems = {0: "error: N is missing", 1: "error: the prompt is empty"}
    parts = line.split()
    if parts and any(letter not in "0123456789" for letter in parts[0]):
        return f"error: N must be a whole number, not '{parts[0]}'"
    if len(parts) in problems:
        return problems[len(parts)]
    for word in parts[1:]:
        if not any(word == known for known in words):
            return "error: unknown word '" + word + "'"
    return " ".join(parts[1:]) + "".join(f" {word}" for word in complete(" ".join(parts[1:]), int(parts[0])))
