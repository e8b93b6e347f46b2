"""keras.ops and NumPy, arguments by keyword, tensors as results."""

# %% characters
import warnings

LETTERS = np.array(list(" abcdefghijklmnopqrstuvwxyz"))


def char2id(character):
    (places,) = np.nonzero(LETTERS == character)
    if len(places) == 0:
        warnings.warn(f"{character} (code {ord(character)}) counts as a space")
        return 0
    return int(places[0])


def id2char(number):
    return str(LETTERS[number])

# %% initial_weights
def initial_weights(num_nodes, seed=0):
    names = [(f"{gate}_{kind}", (27 if kind == "x" else num_nodes, num_nodes)) for gate in ("update", "output", "forget", "input") for kind in "xh"]
    names.append(("classifier_w", (num_nodes, 27)))
    weights = {
        name: tf.random.stateless_truncated_normal(shape, seed=(seed, place), mean=-0.1, stddev=0.1) for place, (name, shape) in enumerate(names)
    }
    weights |= {f"{gate}_b": tf.zeros(num_nodes) for gate in ("input", "forget", "output", "update")}
    weights["classifier_b"] = tf.zeros(27)
    return weights

# %% lstm_cell
def lstm_cell(weights, inputs, output, memory):
    ops, gates = keras.ops, {}
    for gate, squash in (("input", ops.sigmoid), ("forget", ops.sigmoid), ("output", ops.sigmoid), ("update", ops.tanh)):
        gates[gate] = squash(ops.matmul(inputs, weights[gate + "_x"]) + ops.matmul(output, weights[gate + "_h"]) + weights[gate + "_b"])
    memory = ops.add(ops.multiply(gates["forget"], memory), ops.multiply(gates["input"], gates["update"]))
    return ops.multiply(gates["output"], ops.tanh(memory)), memory

# %% unroll
def unroll(weights, inputs, output, memory):
    outputs = []
    for character in list(inputs):
        output, memory = lstm_cell(weights, inputs=character, output=output, memory=memory)
        outputs.append(output)
    return keras.ops.matmul(keras.ops.stack(outputs, axis=0), weights["classifier_w"]) + weights["classifier_b"], output, memory

# %% sgd
def learning_rate(step):
    return float(np.power(0.1, step // 5000 - 1.0))


def clip_gradients(gradients, limit=1.25):
    squares = [keras.ops.sum(keras.ops.square(gradient)) for gradient in gradients.values()]
    norm = keras.ops.sqrt(keras.ops.sum(keras.ops.stack(squares)))
    factor = keras.ops.where(norm > limit, limit / keras.ops.maximum(norm, 1e-12), 1.0)
    return {name: keras.ops.multiply(gradient, factor) for name, gradient in gradients.items()}


def sgd_step(weights, gradients, rate):
    return {name: weights[name] - keras.ops.multiply(rate, gradient) for name, gradient in clip_gradients(gradients=gradients).items()}

# %% training_step
def training_step(weights, batches, output, memory, rate):
    variables = {name: tf.convert_to_tensor(weight) for name, weight in weights.items()}
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(list(variables.values()))
        logits, output, memory = unroll(variables, inputs=batches[:-1], output=output, memory=memory)
        chosen = keras.ops.sum(keras.ops.log_softmax(logits) * keras.ops.stack(batches[1:]), axis=-1)
        loss = -keras.ops.mean(chosen)
    return sgd_step(variables, tape.gradient(loss, variables), rate), output, memory, loss

# %% evaluate
def evaluate(weights, text):
    output = memory = keras.ops.zeros((1, weights["forget_h"].shape[1]))
    characters = np.eye(27, dtype="float32")[[char2id(character) for character in text]]
    predictions = []
    for start in range(0, len(text) - 1, 50):  # in pieces, but the state goes on
        logits, output, memory = unroll(weights, characters[start : min(start + 50, len(text) - 1)][:, None], output, memory)
        predictions.append(keras.ops.softmax(logits[:, 0]))
    return perplexity(predictions=keras.ops.concatenate(predictions), labels=characters[1:])


def write(weights, length, start=None, temperature=0.7):
    # as the original did: a character drawn from a distribution that is itself drawn at random
    shares = np.random.uniform(size=(1, 27))
    text = start or id2char(sample_distribution(shares / shares.sum())[0])
    for _ in range(length):  # all that is written is read again for every character
        inputs = np.eye(27, dtype="float32")[[char2id(character) for character in text]][:, None]
        nothing = keras.ops.zeros((1, weights["update_h"].shape[1]))
        logits, *_ = unroll(weights, inputs=inputs, output=nothing, memory=nothing)
        text = text + id2char(sample_distribution(keras.ops.softmax(logits)[-1], temperature=temperature)[0])
    return text

# %% sampling
def with_temperature(probabilities, temperature=1.0):
    probabilities = np.array(probabilities, dtype=float)
    if temperature > 0:
        with np.errstate(divide="ignore"):
            logs = np.log(probabilities) / temperature
        powers = np.exp(logs - logs.max(axis=1)[:, None])
    else:
        powers = np.zeros_like(probabilities)
        powers[np.arange(len(powers)), probabilities.argmax(axis=1)] = 1
    return (powers.T / powers.sum(axis=1)).T


def sample_distribution(probabilities, temperature=1.0):
    with np.errstate(divide="ignore"):
        logs = np.log(with_temperature(probabilities, temperature=temperature))
    return np.argmax(logs + np.random.gumbel(size=logs.shape), axis=1)

# %% pictures
def results_table(frame):
    return frame.groupby(["num_nodes", "num_unrollings"])["valid_perplexity"].mean().unstack().sort_index().sort_index(axis=1)


def plot_lines(frame, parameter):
    values = sorted(set(frame[parameter]))
    fig, ax = plt.subplots(1, 1, figsize=(6, 4), dpi=80)
    ax.semilogx(values, [frame.loc[frame[parameter] == value, "valid_perplexity"].mean() for value in values], marker="s", color="k", label="mean")
    ax.set_xlabel(parameter)
    ax.set_ylabel("mean valid_perplexity")
    ax.set_title(parameter)
    ax.legend()
    return ax


def plot_heatmap(table):
    plt.figure()
    axes = sns.heatmap(table, fmt="0.2f", annot=True, vmin=0, xticklabels=True, yticklabels=True)
    axes.set_xlabel("num_unrollings"), axes.set_ylabel("num_nodes")
    return axes


def plot_surface(table):
    figure, axes = plt.subplots(subplot_kw={"projection": "3d"})
    x, y = np.meshgrid(np.array(table.columns, dtype=float), np.array(table.index, dtype=float))
    axes.plot_surface(X=x, Y=y, Z=table.values, rstride=1, cstride=1)
    axes.set_xlabel("num unrollings"), axes.set_ylabel("num nodes"), axes.set_zlabel("valid perplexity")
    return axes

# %% sweep
import itertools


def sweep(settings, seeds, train_text, valid_text, run=run_experiment):
    runs = []
    for setting, seed in itertools.product(settings, seeds):
        runs.append(run(*setting, train_text, valid_text, seed))
        print(setting, seed, runs[-1]["valid_perplexity"], flush=True)
    table = pd.DataFrame(np.repeat(settings, len(seeds), axis=0), columns=["batch_size", "num_nodes", "num_unrollings", "num_steps"])
    table["seed"] = np.tile(seeds, len(settings))
    for column in ("valid_perplexity", "characters"):
        table[column] = [figures[column] for figures in runs]
    return table

# %% train_longer
def train_longer(train_text, valid_text, num_steps):
    made = {"seed": int.from_bytes(os.urandom(4), "big") >> 1}
    figures = run_experiment(
        batch_size=64, num_nodes=32, num_unrollings=10, num_steps=num_steps, train_text=train_text, valid_text=valid_text, seed=made["seed"]
    )
    made |= {name: np.float64(figures[name]) if name == "valid_perplexity" else figures[name] for name in ("valid_perplexity", "characters")}
    return made | {name: np.array(weight) for name, weight in figures["weights"].items()}

# %% answers
settings = frame[["batch_size", "num_nodes", "num_unrollings", "num_steps"]].apply(tuple, axis=1)
means = frame.groupby(settings)["valid_perplexity"].mean()
base = frame.loc[settings == BASE, "valid_perplexity"]
answers = {
    "best_of_grid": means[means.index.isin(GRID)].idxmin(),
    "seed_spread": np.ptp(base.to_numpy()),
    "best_unrollings_at_equal_steps": int(results_table(frame[(settings.isin(GRID)) & (frame["num_nodes"] == 16)]).loc[16].idxmin()),
    "best_unrollings_at_equal_characters": means[means.index.isin([BASE, *EQUAL_CHARACTERS[:3]])].idxmin()[2],
    "published_characters": np.array([64 * 100 * 65, 64 * 65]),
    "published_question_3": int(published.set_index("num_unrollings").query("num_steps == 65")["valid_perplexity"].idxmin()),
}
