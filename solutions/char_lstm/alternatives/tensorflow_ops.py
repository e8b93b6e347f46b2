"""TensorFlow ops, scans and sparse losses; variables for weights; pictures by other calls."""

# %% characters
import string


def char2id(character):
    place = string.ascii_lowercase.find(character)
    if place == -1 and character != " ":
        print(f"Warning: {character!s} is taken for a space")
    return place + 1


def id2char(number):
    return chr(int(number) + 96) if number else " "

# %% batches
class BatchGenerator:
    def __init__(self, text, batch_size, num_unrollings):
        self.rows = [self.read(text, row * (len(text) // batch_size)) for row in range(batch_size)]
        self.num_unrollings = num_unrollings
        self.now = [next(row) for row in self.rows]

    @staticmethod
    def read(text, place):
        while True:
            yield char2id(text[place])
            place = place + 1 if place + 1 < len(text) else 0

    def next(self):
        numbers = [self.now] + [[next(row) for row in self.rows] for _ in range(self.num_unrollings)]
        self.now = numbers[-1]
        return [one.numpy() for one in tf.unstack(tf.one_hot(numbers, 27))]

# %% perplexity
def logprob(predictions, labels):
    labels = tf.argmax(labels, axis=1)
    given = tf.gather(tf.cast(predictions, tf.float64), labels, batch_dims=1)
    return -tf.reduce_mean(tf.math.log(tf.maximum(given, 1e-10)))


def perplexity(predictions, labels):
    return tf.exp(logprob(predictions, labels)).numpy()

# %% sampling
def with_temperature(probabilities, temperature=1.0):
    probabilities = tf.convert_to_tensor(probabilities)
    if temperature == 0:
        return tf.one_hot(tf.argmax(probabilities, axis=1), probabilities.shape[1])
    return tf.nn.softmax(tf.math.log(probabilities) / temperature)


def sample_distribution(probabilities, temperature=1.0):
    return tf.squeeze(tf.random.categorical(tf.math.log(with_temperature(probabilities, temperature)), 1), axis=1)

# %% lstm_cell
def lstm_cell(weights, inputs, output, memory):
    both = tf.concat([inputs, output], axis=1)

    def gate(name):
        return tf.nn.bias_add(both @ tf.concat([weights[name + "_x"], weights[name + "_h"]], axis=0), weights[name + "_b"])

    new = tf.nn.sigmoid(gate("forget")) * memory + tf.nn.sigmoid(gate("input")) * tf.nn.tanh(gate("update"))
    return tf.nn.sigmoid(gate("output")) * tf.nn.tanh(new), new

# %% unroll
def unroll(weights, inputs, output, memory):
    weights = {name: tf.convert_to_tensor(weight, tf.float32) for name, weight in weights.items()}
    state = tf.convert_to_tensor(output), tf.convert_to_tensor(memory)
    outputs, memories = tf.scan(lambda state, character: lstm_cell(weights, character, *state), tf.stack(inputs), initializer=state)
    return tf.einsum("sbn,nv->sbv", outputs, weights["classifier_w"]) + weights["classifier_b"], outputs[-1], memories[-1]

# %% sgd
def learning_rate(step):
    return 10.0 ** (1 - step // 5000)


def clip_gradients(gradients, limit=1.25):
    norm = tf.linalg.global_norm(list(gradients.values()))
    return {name: tf.cond(norm > limit, lambda g=g: g * (limit / norm), lambda g=g: tf.identity(g)) for name, g in gradients.items()}


def sgd_step(weights, gradients, rate):
    return tf.nest.map_structure(lambda weight, gradient: weight - rate * gradient, dict(weights), clip_gradients(gradients))

# %% training_step
def training_step(weights, batches, output, memory, rate):
    batches = tf.stack(batches)
    variables = {name: tf.identity(weight) for name, weight in weights.items()}
    with tf.GradientTape() as tape:
        tape.watch(variables)
        logits, output, memory = unroll(variables, batches[:-1], output, memory)
        flat = tf.reshape(logits, (-1, 27))
        labels = tf.reshape(tf.argmax(batches[1:], axis=-1), (-1,))
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, flat))
    return sgd_step(variables, tape.gradient(loss, variables), rate), output, memory, loss

# %% evaluate
def evaluate(weights, text):
    reader = BatchGenerator(text, 1, len(text) - 1)
    characters = reader.next()
    zeros = tf.zeros((1, weights["input_h"].shape[0]))
    logits = unroll(weights, characters[:-1], zeros, zeros)[0]
    return float(perplexity(tf.nn.softmax(tf.squeeze(logits, 1)), np.concatenate(characters[1:])))


def write(weights, length, start=None, temperature=0.7):
    text = start or id2char(tf.random.uniform((), 0, 27, tf.int32))
    zeros = tf.zeros((1, weights["input_h"].shape[0]))
    logits, *state = unroll(weights, tf.one_hot([[char2id(character)] for character in text], 27), zeros, zeros)
    while length:
        [number] = sample_distribution(tf.nn.softmax(logits[-1]), temperature)
        text, length = text + id2char(number), length - 1
        logits, *state = unroll(weights, tf.one_hot([[number]], 27), *state)
    return text

# %% pictures
def results_table(frame):
    nodes, unrollings = (np.unique(frame[name]) for name in ("num_nodes", "num_unrollings"))
    table = pd.DataFrame(np.nan, index=nodes, columns=unrollings)
    for down in nodes:
        for across in unrollings:
            table.loc[down, across] = frame[(frame["num_nodes"] == down) & (frame["num_unrollings"] == across)]["valid_perplexity"].mean()
    return table


def plot_lines(frame, parameter):
    _, axes = plt.subplots()
    sns.lineplot(data=frame, x=parameter, y="valid_perplexity", estimator="mean", errorbar=None, ax=axes)
    axes.set_xscale("log")
    return axes


def plot_heatmap(table):
    figure = plt.figure()
    axes = figure.subplots()
    labels = np.array([[f"{value:.2f}" for value in row] for row in table.to_numpy()])
    sns.heatmap(table, annot=labels, fmt="", ax=axes)
    axes.set(xlabel="num_unrollings (characters)", ylabel="num_nodes (width)")
    return axes


def plot_surface(table):
    axes = plt.axes(projection="3d")
    for_x, for_y = np.repeat([table.columns], len(table), axis=0), np.repeat(np.array(table.index)[:, None], table.shape[1], axis=1)
    axes.plot_surface(for_x, for_y, np.array(table), cmap="magma", alpha=0.8)
    axes.set(xlabel="num_unrollings", ylabel="num_nodes", zlabel="valid_perplexity", title="the ski slope")
    return axes

# %% sweep
def sweep(settings, seeds, train_text, valid_text, run=run_experiment):
    columns = {name: [] for name in "batch_size num_nodes num_unrollings num_steps seed valid_perplexity characters".split()}
    for setting in settings:
        for seed in seeds:
            found = run(*setting, train_text=train_text, valid_text=valid_text, seed=seed)
            for name, value in zip(columns, (*setting, seed, found["valid_perplexity"], found["characters"])):
                columns[name].append(value)
            print(*setting, seed, "→", found["valid_perplexity"])
    return pd.DataFrame(columns)

# %% answers
rows = {}
for row in frame.to_dict("records"):
    rows.setdefault((row["batch_size"], row["num_nodes"], row["num_unrollings"], row["num_steps"]), []).append(row["valid_perplexity"])


def best(settings):
    return settings[int(np.argmin([np.mean(rows[setting]) for setting in settings]))]


answers = dict(
    best_of_grid=min(GRID, key=lambda setting: rows[setting][0]),
    seed_spread=f"{np.ptp(rows[BASE]):.3f}" and float(f"{np.ptp(rows[BASE]):.3f}"),
    best_unrollings_at_equal_steps=best([(16, 16, unrollings, 200) for unrollings in (20, 10, 4, 1)])[2],
    best_unrollings_at_equal_characters=best([(16, 16, 32_000 // 16 // steps, steps) for steps in (100, 200, 500, 2000)])[2],
    published_characters=(416_000, 4_160),
    published_question_3=100,
)

# %% train_longer
def train_longer(train_text, valid_text, num_steps):
    seed = int(np.random.SeedSequence().generate_state(1)[0] % 2**31)
    run = run_experiment(64, 32, 10, num_steps, train_text=train_text, valid_text=valid_text, seed=seed)
    return {"seed": seed, **{k: v for k, v in run.items() if k in ("valid_perplexity", "characters")}, **run["weights"]}

# %% run_experiment
compiled_step = tf.function(training_step, autograph=False, reduce_retracing=True)


def run_experiment(batch_size, num_nodes, num_unrollings, num_steps, train_text, valid_text, seed=0):
    state = [initial_weights(num_nodes=num_nodes, seed=seed), tf.zeros([batch_size, num_nodes]), tf.zeros([batch_size, num_nodes])]
    generator, losses = BatchGenerator(train_text, batch_size, num_unrollings), []
    while len(losses) < num_steps:
        *state, loss = compiled_step(state[0], generator.next(), state[1], state[2], tf.constant(learning_rate(len(losses)), tf.float32))
        losses.append(loss.numpy())
    weights = {name: np.array(weight) for name, weight in state[0].items()}
    return dict(valid_perplexity=evaluate(weights, valid_text), characters=num_steps * batch_size * num_unrollings, losses=losses, weights=weights)
