"""The reference runs of the MNIST sweep: hidden units × learning rate, one LSTM that reads a digit row by row.

The protocol, whose budget was worked out from the published figures: pixels / 255, 28 time steps of 28 features, one
keras.layers.LSTM, its last output into Dense(10), softmax cross-entropy, Adam, one epoch of the 60,000 training images,
shuffled, in batches of 128. Test accuracy is taken on all 10,000 test images; training accuracy on the first 10,000 training
images (all 4,000 of the sample), which costs a sixth of what all 60,000 would and is as exact as the test accuracy.
"""

import functools
import math
from pathlib import Path

import numpy as np

from solutions.reference.plan import Cell, Preset, Reference

UNITS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
LEARNING_RATES = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
TRAINING_RATES = (1e-4, 1e-3, 1e-2)  # those at which ours should be within 0.05 of the published cells, up to 512 units
FULL, SAMPLE = "mnist", "mnist-sample"  # as datasets.mnist.describe().source_name says them
PROTOCOL = {"epochs": 1, "batch_size": 128}
SAMPLE_PROTOCOL = {"epochs": 4, "batch_size": 32}  # 500 steps, about as many as the 469 of one epoch of all digits
TRAIN_IMAGES = {FULL: 60_000, SAMPLE: 4_000}
EVALUATED = 10_000  # training images that the training accuracy is taken on
EVALUATION_BATCH = 1_000
STEPS = FEATURES = 28
CLASSES = 10
UNROLLED_UNITS = (
    128  # up to here the unrolled graph trains faster on a CPU: 2.2 against 2.5 ms a step at 16 units, 13.6 against 14.9 at 128
)
STEPS_PER_CALL = 25  # of Python: 2.2 against 3.0 ms a step at 16 units, 43 against 46 at 256
LARGE_UNITS = 1024  # from here a cell trains alone with all cores

TEST_COUNTS = (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)  # images of each class among MNIST's 10,000

PUBLISHED = Path(__file__).with_name("published.csv")


def grid(units, seeds, data=FULL, protocol=PROTOCOL):
    """Return the cells of these widths at all six rates.

    Args:
        seeds: how many seeds a width gets, as a function of it.
    """
    return tuple(
        Cell({"units": width, "learning_rate": rate}, seed, data, protocol)
        for width in units
        for rate in LEARNING_RATES
        for seed in range(seeds(width))
    )


PRESETS = (
    Preset(
        "demo",
        "16 to 64 units on the embedded sample, seconds",
        grid(UNITS[:3], lambda _width: 1, SAMPLE, SAMPLE_PROTOCOL),
        warning="SAMPLE of 4,000 training and 1,000 test digits, not the full data",
    ),
    Preset("laptop", "16 to 256 units on full MNIST, minutes", grid(UNITS[:5], lambda _width: 1)),
    Preset(
        "full",
        "the published 9 × 6 on full MNIST, three seeds up to 512 units, hours",
        grid(UNITS, lambda width: 3 if width <= 512 else 1),
    ),
)


def operations(cell):
    """Return the floating-point operations of training: forward and backward, 2 + 4 for each weight, step and example."""
    units = cell.parameters["units"]
    weights = 4 * units * (units + FEATURES)
    return 6 * STEPS * weights * TRAIN_IMAGES[cell.data] * cell.protocol["epochs"]


def load(data):
    """Return datasets.mnist's arrays of that edition, or raise its DataError."""
    from datasets import mnist

    return mnist.load_data({FULL: "full", SAMPLE: "sample"}[data])


def prepare(data):
    """Fetch the digits once before the workers ask for them, or say what helps here."""
    from datasets.mnist import DataError

    try:
        load(data)
    except DataError as error:
        raise DataError(error.args[0], "Put mnist.npz into the folder COURSE_DATA_DIR, or run the preset demo") from None


@functools.cache
def rows(data):
    """Return the images as float32 rows in [0, 1] and the labels; read once a worker."""
    (x_train, y_train), (x_test, y_test) = load(data)
    scale = np.float32(255)
    return (x_train / scale, y_train.astype("int32")), (x_test / scale, y_test.astype("int32"))


def warm_up(cell):
    """Import Keras and read the digits, once a worker and not on any cell's time."""
    import keras  # noqa: F401

    rows(cell.data)


def train(cell):
    """Train one cell by the protocol and return its accuracies, losses and what it predicts on the test set."""
    import keras

    (x_train, y_train), (x_test, y_test) = rows(cell.data)
    keras.utils.set_random_seed(cell.seed)
    model, reader = fresh_models(cell.parameters["units"], cell.parameters["learning_rate"])
    order = np.random.default_rng(cell.seed)
    for _ in range(cell.protocol["epochs"]):
        # Shuffled here and not by fit: its order would depend on which cells this worker has trained before.
        shuffled = order.permutation(len(x_train))
        batch_size = cell.protocol["batch_size"]
        history = model.fit(x_train[shuffled], y_train[shuffled], batch_size=batch_size, shuffle=False, verbose=0)
    test, known = evaluate(reader, x_test, y_test), evaluate(reader, x_train[:EVALUATED], y_train[:EVALUATED])
    losses = history.history["loss"][-1], test["loss"], known["loss"]
    counts = test["counts"]
    collapsed = max(counts) == len(y_test)
    return {
        "test_accuracy": test["accuracy"],
        "train_accuracy": known["accuracy"],
        "test_loss": test["loss"],
        "train_loss": known["loss"],
        "diverged": not all(map(math.isfinite, losses)),
        "collapsed": collapsed,
        "collapsed_to": int(np.argmax(counts)) if collapsed else None,
        "predicted_counts": counts,
        "examples": len(x_train),
        "device": device(),
    }


@functools.lru_cache(maxsize=2)
def compiled_models(units):
    """Return the compiled model of that width, traced once a worker and used for cell after cell, and one to predict with.

    The second has the same layers and so the same weights: many steps a call, which training wants, cost predicting 2 s.
    """
    import keras

    model = build_model(units)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(), loss, jit_compile=False, steps_per_execution=STEPS_PER_CALL)  # XLA compiles too long
    return model, keras.Sequential(model.layers)


def build_model(units):
    """Return the uncompiled model with initial weights drawn from Keras's seed: rows in, ten logits out."""
    import keras

    unroll = units <= UNROLLED_UNITS and device() == "CPU"
    layers = [keras.Input((STEPS, FEATURES)), keras.layers.LSTM(units, unroll=unroll), keras.layers.Dense(CLASSES)]
    return keras.Sequential(layers)


def fresh_models(units, learning_rate):
    """Return both models of `compiled_models` as new: initial weights by Keras's seed, optimiser empty, its rate set."""
    import keras

    initial = build_model(units).get_weights()
    model, reader = compiled_models(units)
    model.set_weights(initial)
    for variable in model.optimizer.variables:
        variable.assign(keras.ops.zeros_like(variable))
    model.optimizer.learning_rate.assign(learning_rate)
    return model, reader


def evaluate(model, x, y):
    """Return accuracy, cross-entropy in nats and how often each class is the answer."""
    logits = model.predict(x, batch_size=EVALUATION_BATCH, verbose=0).astype("float64")  # (n, 10)
    answers = logits.argmax(axis=1)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_shares = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return {
        "accuracy": float((answers == y).mean()),
        "loss": float(-log_shares[np.arange(len(y)), y].mean()),
        "counts": np.bincount(answers, minlength=CLASSES).tolist(),
    }


def device():
    """Return "GPU" where TensorFlow sees one, else "CPU"."""
    import tensorflow as tf

    return "GPU" if tf.config.list_logical_devices("GPU") else "CPU"


def published_table():
    """Return the published test accuracies, units down and learning rates across."""
    from solutions.reference.grid_report import read_published

    return read_published(PUBLISHED, "units", "learning_rate")


def collapsed_class(accuracy):
    """Return the class whose share of the test set this accuracy is, to the published 4 decimals, or None."""
    return next((digit for digit, count in enumerate(TEST_COUNTS) if math.isclose(accuracy, count / 10_000, abs_tol=1e-9)), None)


def our_marks(frame):
    """Return {(units, rate): note} of the places where a run collapsed or ended in NaN."""
    marks = {}
    for place, runs in frame.groupby(["units", "learning_rate"]) if len(frame) else ():
        classes = sorted({int(digit) for digit in runs["collapsed_to"].dropna()})
        if runs["diverged"].any():
            marks[place] = "NaN"
        elif runs["collapsed"].all():
            marks[place] = f"only {' or '.join(map(str, classes))}"
        elif runs["collapsed"].any():
            marks[place] = f"{runs['collapsed'].sum()}/{len(runs)} collapsed"
    return marks


def published_marks(table):
    """Return {(units, rate): note} of the published cells that are exactly a class's share of the test set."""
    classes = {place: collapsed_class(accuracy) for place, accuracy in table.stack().items()}
    return {place: f"only {digit}" for place, digit in classes.items() if digit is not None}


def report(found, folder):
    """Write table.csv, table.md, the heatmaps and report.md."""
    from solutions.reference import grid_report  # here, as every worker imports this module and none of them draws
    from solutions.reference.tables import write_text

    grid = grid_report.compare(found, "units", "learning_rate", "test_accuracy", published_table())
    budget = budget_line(found)
    grid_report.write_tables(grid, folder, f"Test accuracy, {budget}. {found.preset.warning}".strip())
    titles = (f"Ours: test accuracy\n{budget}", "Published: test accuracy\n(budget not published)", "Ours minus published")
    marks = (our_marks(found.frame), published_marks(grid.published))
    grid_report.draw(grid, folder, titles, marks, found.preset.warning)
    write_text(folder / "report.md", page(found, grid, budget))


def budget_line(found):
    """Return what the runs had: "1 epoch of 60,000 digits, batches of 128, mean of up to 3 seeds"."""
    protocol = found.preset.cells[0].protocol
    epochs = protocol["epochs"]
    line = f"{epochs} epoch{'s' * (epochs > 1)} of {TRAIN_IMAGES[found.preset.data]:,} digits, batches of {protocol['batch_size']}"
    seeds = found.frame["seed"].nunique() if len(found.frame) else 0
    return f"{line}, mean of up to {seeds} seeds" if seeds > 1 else line


def page(found, grid, budget):
    """Return report.md: what was run on what, both accuracies, what collapsed, and what every grid's page says."""
    from solutions.reference.grid_report import common_sections, made_with, markdown_page
    from solutions.reference.tables import listing, pivot, to_markdown

    training = pivot(found.frame, grid.index, grid.columns, "train_accuracy", grid.ours.index, grid.ours.columns)
    run = f"{len(found.frame)} runs, {grid.ours.count().sum()} of {grid.ours.size} places of the table, {budget}."
    opening = [
        f"**{found.preset.warning}**" if found.preset.warning else "On full MNIST.",
        f"{run} Made with {made_with(found.frame, ['python', *REFERENCE.packages, 'device'])}.",
        "![ours, published, difference](heatmaps.png)",
    ]
    sections = {
        "Test accuracy": to_markdown(grid.ours),
        "Training accuracy": to_markdown(training),
        "Collapsed to one answer": listing(collapses(found.frame)),
        "Ended in NaN": listing(name(row) for row in found.frame.to_dict("records") if row["diverged"]),
        "Published cells that are exactly one class's share": listing(
            f"units {units}, learning rate {rate:g}: {mark} ({grid.published.loc[units, rate]:.4f})"
            for (units, rate), mark in published_marks(grid.published).items()
        ),
        **common_sections(found, grid, TRAINING_RATES),
    }
    return markdown_page(f"MNIST sweep, preset {found.preset.name}", opening, sections)


def collapses(frame):
    """Return a line for each run that gave one answer to every test image: which, and that training accuracy went with it."""
    return [
        f"{name(row)}: always {int(row['collapsed_to'])}; test accuracy {row['test_accuracy']:.4f},"
        f" training accuracy {row['train_accuracy']:.4f}, test loss {row['test_loss']:.4g}"
        for row in frame.to_dict("records")
        if row["collapsed"]
    ]


def name(row):
    """Return a run's parameters for a list."""
    return f"units {row['units']}, learning rate {row['learning_rate']:g}, seed {row['seed']}"


REFERENCE = Reference(
    presets=PRESETS,
    operations=operations,
    train=train,
    report=report,
    prepare=prepare,
    warm_up=warm_up,
    is_large=lambda cell: cell.parameters["units"] >= LARGE_UNITS,
    packages=("numpy", "tensorflow", "keras"),
)
