"""The reference runs of the MNIST sweep: hidden units × learning rate, one LSTM that reads a digit row by row.

The protocol, whose budget was worked out from the published figures: pixels / 255, 28 time steps of 28 features, one
keras.layers.LSTM, its last output into Dense(10), softmax cross-entropy, Adam, one epoch of the 60,000 training images,
shuffled, in batches of 128. Test accuracy is taken on all 10,000 test images; training accuracy on the first 10,000 training
images (all 4,000 of the sample), which costs a sixth of what all 60,000 would and is as exact as the test accuracy.
"""

import functools
import math

import numpy as np

from solutions.reference import devices
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
STEPS_A_CALL = 25  # training steps of one call of the compiled program, and so between two looks at the clock of checkpoints
LARGE_UNITS = 1024  # from here a cell trains alone with all cores


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
def digits(data):
    """Return the same, read once a worker."""
    return load(data)


def warm_up(cell):
    """Read the digits and compile the program, once a worker and shape and not on any cell's time."""
    from solutions.mnist_sweep import training

    (x_train, y_train), _ = digits(cell.data)
    if has_our_loop(cell):
        start = training.start(initial_weights(cell.parameters["units"], cell.seed))
        orders = reading_order(cell, len(x_train))
        training.train(x_train, y_train, orders, cell.protocol["batch_size"], cell.parameters["learning_rate"], start, most_steps=1)


def has_our_loop(cell):
    """Return whether our own compiled loop trains the cell: on a processor, in float32. All others are Keras's."""
    return devices.current() == devices.CPU and "precision" not in cell.protocol


def train(cell, checkpoint):
    """Train one cell by the protocol, going on from its checkpoint where there is one.

    Returns:
        Accuracies, losses, the learning curve and what is predicted on the test set.
    """
    (x_train, y_train), (x_test, y_test) = digits(cell.data)
    fit = train_in_our_loop if has_our_loop(cell) else train_with_keras
    weights, curve = fit(cell, checkpoint, x_train, y_train)
    read = reader(cell.parameters["units"])
    read.set_weights(weights)
    test, known = evaluate(read, x_test, y_test), evaluate(read, x_train[:EVALUATED], y_train[:EVALUATED])
    losses = curve[-1][1], test["loss"], known["loss"]
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
        "curve_steps": [step for step, _ in curve],
        "curve_losses": [round(loss, 5) for _, loss in curve],
    }


def reading_order(cell, examples):
    """Return the order in which a cell reads the examples, all epochs one after another; it depends on the seed alone."""
    order = np.random.default_rng(cell.seed)
    return [order.permutation(examples).astype("int32") for _ in range(cell.protocol["epochs"])]


def train_in_our_loop(cell, checkpoint, x_train, y_train):
    """Train by our own compiled loop, see training.py, and return the weights and the mean loss of every call."""
    from solutions.mnist_sweep import training

    saved = checkpoint.load()
    state = training.start(initial_weights(cell.parameters["units"], cell.seed)) if saved is None else training.unpacked(*saved)

    def save(state):
        checkpoint.save(*training.packed(state))
        checkpoint.watch(state.step, loss=state.losses[-1][1])

    batch_size, rate = cell.protocol["batch_size"], cell.parameters["learning_rate"]
    orders = reading_order(cell, len(x_train))
    state = training.train(x_train, y_train, orders, batch_size, rate, state, save, STEPS_A_CALL)
    return state.weights, state.losses


def train_with_keras(cell, checkpoint, x_train, y_train):
    """Train the Keras layer itself, which runs on cuDNN on a card, and return the weights and each epoch's mean loss. No
    checkpoints: a cell takes minutes at most there. Not run on a card yet."""
    import keras

    policy = cell.protocol.get("precision", "float32")
    initial = initial_weights(cell.parameters["units"], cell.seed)
    model = build_model(cell.parameters["units"], policy)
    model.set_weights(initial)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    rate = cell.parameters["learning_rate"]
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False, steps_per_execution=STEPS_A_CALL)  # XLA would not take cuDNN
    curve = []
    for order in reading_order(cell, len(x_train)):
        rows = x_train[order] / np.float32(255)
        told = model.fit(rows, y_train[order].astype("int32"), batch_size=cell.protocol["batch_size"], shuffle=False, verbose=0)
        curve.append([(len(curve) + 1) * -(-len(order) // cell.protocol["batch_size"]), told.history["loss"][0]])
        checkpoint.watch(curve[-1][0], loss=curve[-1][1])
    return model.get_weights(), curve


def initial_weights(units, seed):
    """Return the weights that Keras's own initialisers draw with this seed."""
    import keras

    keras.utils.set_random_seed(seed)
    return build_model(units).get_weights()


def build_model(units, policy="float32"):
    """Return the uncompiled model: rows in, ten logits out, in float32 whatever the products are made in."""
    import keras

    layers = [
        keras.Input((STEPS, FEATURES)),
        keras.layers.LSTM(units, dtype=policy),
        keras.layers.Dense(CLASSES, dtype="float32"),
    ]
    return keras.Sequential(layers)


@functools.lru_cache(maxsize=2)
def reader(units):
    """Return a model of that width to predict with, traced once a worker."""
    return build_model(units)


def evaluate(model, x, y):
    """Return accuracy, cross-entropy in nats and how often each class is the answer."""
    logits = model.predict(x / np.float32(255), batch_size=EVALUATION_BATCH, verbose=0).astype("float64")  # (n, 10)
    answers = logits.argmax(axis=1)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_shares = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return {
        "accuracy": float((answers == y).mean()),
        "loss": float(-log_shares[np.arange(len(y)), y].mean()),
        "counts": np.bincount(answers, minlength=CLASSES).tolist(),
    }


def report(found, folder):
    """Write the tables, the heatmaps and report.md; see reporting.py."""
    from solutions.mnist_sweep.reporting import write  # here, as every worker imports this module and none of them draws

    write(found, folder)


REFERENCE = Reference(
    presets=PRESETS,
    order=2,
    operations=operations,
    train=train,
    report=report,
    prepare=prepare,
    warm_up=warm_up,
    is_large=lambda cell: cell.parameters["units"] >= LARGE_UNITS,
    resumes=True,
    mixed_precision=True,
    packages=("numpy", "tensorflow", "keras"),
)
