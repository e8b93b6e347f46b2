"""Loops and lists in plain Python wherever numbers are not trained; results as lists and tuples."""

# %% characters
NUMBERS = {character: number for number, character in enumerate(" abcdefghijklmnopqrstuvwxyz")}


def char2id(character):
    if character not in NUMBERS:
        print("not one of the 27:", repr(character), character)
    return NUMBERS.get(character, 0)


def id2char(number):
    return [character for character, place in NUMBERS.items() if place == number][0]

# %% batches
class BatchGenerator:
    def __init__(self, text, batch_size, num_unrollings):
        self.text, self.batch_size, self.num_unrollings = text, batch_size, num_unrollings
        self.cursor = [b * (len(text) // batch_size) for b in range(batch_size)]
        self.last = self.read()

    def read(self):
        batch = np.zeros((self.batch_size, 27), dtype=np.float32)
        for b in range(self.batch_size):
            batch[b, char2id(self.text[self.cursor[b]])] = 1.0
            self.cursor[b] = (self.cursor[b] + 1) % len(self.text)
        return batch

    def next(self):
        batches = [self.last]
        for _ in range(self.num_unrollings):
            batches.append(self.read())
        self.last = batches[-1]
        return tuple(batches)

# %% perplexity
import math


def logprob(predictions, labels):
    total = 0.0
    for prediction, label in zip(predictions, labels):
        for probability, one in zip(prediction, label):
            if one:
                total -= math.log(max(probability, 1e-10))
    return total / len(labels)


def perplexity(predictions, labels):
    return math.exp(logprob(np.asarray(predictions), labels))

# %% sampling
import random


def with_temperature(probabilities, temperature=1.0):
    rows = []
    for row in probabilities:
        row = [float(p) for p in row]
        if temperature == 0:
            rows.append([float(place == row.index(max(row))) for place in range(len(row))])
            continue
        powers = [math.exp(math.log(p / max(row)) / temperature) if p > 0 else 0.0 for p in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


def sample_distribution(probabilities, temperature=1.0):
    return [random.choices(range(len(row)), weights=row)[0] for row in with_temperature(probabilities, temperature)]

# %% initial_weights
def initial_weights(num_nodes, seed=0):
    numbers = random.Random(seed)

    def one():
        while True:
            number = numbers.gauss(-0.1, 0.1)
            if abs(number + 0.1) <= 0.2:
                return number

    def array(*shape):
        return np.array([one() for _ in range(math.prod(shape))], dtype="float32").reshape(shape)

    weights = {}
    for name in ("input", "forget", "output", "update"):
        weights |= {name + "_x": array(27, num_nodes), name + "_h": array(num_nodes, num_nodes), name + "_b": np.zeros(num_nodes, "float32")}
    return weights | {"classifier_w": array(num_nodes, 27), "classifier_b": np.zeros(27, "float32")}

# %% sgd
def learning_rate(step):
    rate = 10.0
    while step >= 5000:
        rate, step = rate / 10, step - 5000
    return rate


def clip_gradients(gradients, limit=1.25):
    norm = math.sqrt(sum(float(number) ** 2 for array in gradients.values() for number in np.ravel(array)))
    return {name: np.asarray(array) * (limit / norm if norm > limit else 1.0) for name, array in gradients.items()}


def sgd_step(weights, gradients, rate):
    clipped, new = clip_gradients(gradients), {}
    for name, weight in weights.items():
        new[name] = (np.asarray(weight) - rate * clipped[name]).astype("float32")
    return new

# %% evaluate
def evaluate(weights, text):
    output = memory = np.zeros((1, len(weights["classifier_w"])), dtype="float32")
    total = 0.0
    for now, following in zip(text, text[1:]):
        inputs = np.zeros((1, 1, 27), dtype="float32")
        inputs[0, 0, char2id(now)] = 1
        logits, output, memory = unroll(weights, inputs, output, memory)
        powers = [math.exp(float(logit)) for logit in np.asarray(logits).ravel()]
        total -= math.log(max(powers[char2id(following)] / sum(powers), 1e-10))
    return math.exp(total / (len(text) - 1))


def write(weights, length, start=None, temperature=0.7):
    written = list(start if start is not None else random.choice(list(NUMBERS)))
    output = memory = np.zeros((1, len(weights["classifier_w"])), dtype="float32")
    place = 0
    while length > 0:
        inputs = np.zeros((1, 1, 27), dtype="float32")
        inputs[0, 0, char2id(written[place])] = 1
        logits, output, memory = unroll(weights, inputs, output, memory)
        place += 1
        if place == len(written):
            powers = [math.exp(float(logit) - float(np.max(logits))) for logit in np.asarray(logits).ravel()]
            written.append(id2char(sample_distribution([[power / sum(powers) for power in powers]], temperature)[0]))
            length -= 1
    return "".join(written)

# %% run_experiment
def run_experiment(batch_size, num_nodes, num_unrollings, num_steps, train_text, valid_text, seed=0):
    weights, losses = initial_weights(num_nodes, seed=seed), []
    batches = BatchGenerator(train_text, batch_size, num_unrollings)
    state = (np.zeros((batch_size, num_nodes), "float32"),) * 2
    rate, compiled = None, None
    for step in range(num_steps):
        if rate != learning_rate(step):
            rate = learning_rate(step)
            compiled = tf.function(lambda weights, batch, output, memory, gradient_of=_gradients: gradient_of(weights, batch, output, memory))
        slopes, output, memory, loss = compiled(weights, list(batches.next()), *state)
        weights, state = sgd_step(weights, slopes, rate), (output, memory)
        losses.append(float(loss))
    figures = {"losses": losses, "characters": num_steps * num_unrollings * batch_size, "weights": weights}
    return figures | {"valid_perplexity": evaluate(weights, valid_text)}


def _gradients(weights, batch, output, memory):
    with tf.GradientTape() as tape:
        tape.watch(weights)
        logits, output, memory = unroll(weights, batch[:-1], output, memory)
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(tf.stack(batch[1:]), logits, from_logits=True))
    return tape.gradient(loss, weights), output, memory, loss

# %% sweep
def sweep(settings, seeds, train_text, valid_text, run=run_experiment):
    table = []
    for batch_size, num_nodes, num_unrollings, num_steps in settings:
        for seed in seeds:
            result = run(batch_size, num_nodes, num_unrollings, num_steps, train_text=train_text, valid_text=valid_text, seed=seed)
            print("done", len(table))
            row = {"batch_size": batch_size, "num_nodes": num_nodes, "num_unrollings": num_unrollings, "num_steps": num_steps, "seed": seed}
            table.append(row | {name: result[name] for name in ("valid_perplexity", "characters")})
    return pd.DataFrame.from_records(table)

# %% pictures
def results_table(frame):
    found = {}
    for row in frame.to_dict("records"):
        found.setdefault((row["num_nodes"], row["num_unrollings"]), []).append(row["valid_perplexity"])
    nodes, unrollings = (sorted({place[axis] for place in found}) for axis in (0, 1))
    means = {place: sum(values) / len(values) for place, values in found.items()}
    return pd.DataFrame([[means.get((down, across), float("nan")) for across in unrollings] for down in nodes], nodes, unrollings)


def plot_lines(frame, parameter):
    found = {}
    for value, perplexity in zip(frame[parameter], frame["valid_perplexity"]):
        found.setdefault(value, []).append(perplexity)
    points = sorted((value, sum(perplexities) / len(perplexities)) for value, perplexities in found.items())
    plt.figure()
    plt.plot(*zip(*points), "--")
    plt.xscale("log", base=2)
    plt.xlabel(parameter)
    plt.ylabel("valid_perplexity")
    return plt.gca()


def plot_heatmap(table):
    figure, axes = plt.subplots()
    mesh = axes.pcolormesh(table.to_numpy(dtype=float), cmap="cividis")
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            axes.text(column + 0.5, row + 0.5, "%.2f" % table.iloc[row, column], ha="center", va="center")
    axes.set_ylim(table.shape[0], 0)
    axes.set_xticks([place + 0.5 for place in range(table.shape[1])], list(table.columns))
    axes.set_yticks([place + 0.5 for place in range(table.shape[0])], list(table.index))
    axes.set_xlabel("num_unrollings")
    axes.set_ylabel("num_nodes")
    figure.colorbar(mesh)
    return axes


def plot_surface(table):
    axes = plt.figure().add_subplot(111, projection="3d")
    across = [[float(value) for value in table.columns] for _ in table.index]
    down = [[float(value)] * table.shape[1] for value in table.index]
    axes.plot_surface(np.array(across), np.array(down), table.to_numpy())
    axes.set_xlabel("num_unrollings")
    axes.set_ylabel("num_nodes")
    axes.set_zlabel("valid_perplexity")
    return axes

# %% train_longer
def train_longer(train_text, valid_text, num_steps):
    seed = random.SystemRandom().randrange(2**31)
    run = run_experiment(64, 32, 10, num_steps, train_text, valid_text, seed)
    made = dict(run.pop("weights"))
    made.update(seed=seed, valid_perplexity=run["valid_perplexity"], characters=run["characters"])
    return made

# %% answers
BASE_SCORES = [row.valid_perplexity for row in frame.itertuples() if tuple(row[1:5]) == BASE]
SCORES = {tuple(row[1:5]): row.valid_perplexity for row in frame.itertuples()} | {BASE: sum(BASE_SCORES) / 5}
answers = {"seed_spread": round(max(BASE_SCORES) - min(BASE_SCORES), 2), "published_characters": [416000, 4160], "published_question_3": 100}
answers["best_of_grid"] = list(sorted(GRID, key=SCORES.get)[0])
answers["best_unrollings_at_equal_steps"] = sorted((SCORES[16, 16, unrollings, 200], unrollings) for unrollings in (1, 4, 10, 20))[0][1]
answers["best_unrollings_at_equal_characters"] = {2000: 1, 500: 4, 200: 10, 100: 20}[
    min([(16, 16, 1, 2000), (16, 16, 4, 500), BASE, (16, 16, 20, 100)], key=SCORES.get)[3]
]
