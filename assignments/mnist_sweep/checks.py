"""The MNIST sweep: what each task is worth, and the checks that run in the student's notebook."""

import contextlib
import math
import weakref

import numpy as np
import pandas

from autograder.checks.expectations import (
    CheckFailure,
    Mismatch,
    NotAttempted,
    expect,
    expect_close,
    expect_equal,
    expect_shape,
)
from autograder.checks.outcomes import Evidence
from autograder.checks.specification import Task, check
from autograder.checks.wire import Raise, Scripted

TASKS = [
    Task("load_rows", "Task 1: load the digits as rows", points=6),
    Task("build_model", "Task 2: build and compile the network", points=12),
    Task("count_parameters", "Task 3: count the parameters by formula", points=6),
    Task("run_cell", "Task 4: train and measure one cell", points=12),
    Task("sweep", "Task 5: run the whole grid", points=10),
    Task("results_table", "Task 6: arrange the table", points=6),
    Task("plot_heatmap", "Task 7: draw the heatmap", points=6),
    Task("answers", "Task 8: read your own table", points=6),
]

HOME_WIDTHS = (16, 32, 64)
HOME_RATES = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
FULL_TEST_COUNTS = (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)
"""How many of MNIST's 10,000 test images show each digit."""

_results = weakref.WeakKeyDictionary()


def once(student, name, call):
    """The result of a slow call, made once for all the checks of one submission that look at it."""
    results = _results.setdefault(student, {})
    if name not in results:
        results[name] = call()
    return results[name]


@contextlib.contextmanager
def advising(hint, about=""):
    """Gives this hint, in place of any other, to whatever fails inside; `about` limits it to problems that say so."""
    try:
        yield
    except CheckFailure as failure:
        found = failure.evidence
        if about not in found.problem:
            raise
        raise CheckFailure(Evidence(found.problem, found.expected, found.actual, found.on, hint)) from None


# Task 1


def loaded(student):
    """What load_rows returned, as ((x_train, y_train), (x_test, y_test))."""

    def call():
        parts = student.load_rows()
        good = isinstance(parts, tuple | list) and [len(part) if isinstance(part, tuple | list) else 0 for part in parts] == [2, 2]
        expect(good, "load_rows() does not return two pairs", "return (x_train, y_train), (x_test, y_test)")
        return tuple(tuple(np.asarray(array) for array in pair) for pair in parts)

    return once(student, "load_rows", call)


@check(task="load_rows", points=1)
def returns_images_and_labels(student, rng):
    """returns (x_train, y_train), (x_test, y_test): images of shape (n, 28, 28), labels of shape (n,)"""
    for (images, labels), part in zip(loaded(student), ("training", "test"), strict=True):
        hint = "keep every image as 28 rows of 28 pixels: the rows are the time steps, the pixels of a row the features"
        expect_shape(images, (None, 28, 28), f"the {part} images", hint=hint)
        hint = "a label is one integer from 0 to 9, not ten numbers: no one-hot encoding is needed here"
        expect_shape(labels, (len(images),), f"the {part} labels", hint=hint)


@check(task="load_rows", points=1, after=returns_images_and_labels)
def has_the_right_types(student, rng):
    """gives images as float32 and labels as integers"""
    for (images, labels), part in zip(loaded(student), ("training", "test"), strict=True):
        expect_equal(str(images.dtype), "float32", f"the type of the {part} images", hint='images.astype("float32") converts them')
        expect(
            labels.dtype.kind in "iu", f"the {part} labels are {labels.dtype}, not integers", "leave the labels as the loader gives them"
        )


@check(task="load_rows", points=1, after=returns_images_and_labels)
def scales_the_pixels(student, rng):
    """scales the pixels to between 0 and 1"""
    mistakes = {
        "these are the loader's own numbers, 0 to 255: divide by 255": [0, 255],
        "this runs from -1 to 1; the task asks for 0 to 1: divide by 255 and subtract nothing": [-1, 1],
        "this is what comes out when 0 to 255 is divided twice": [0, 1 / 255],
        "this divides by 256; the largest pixel is 255": [0, 255 / 256],
    }
    for (images, _), part in zip(loaded(student), ("training", "test"), strict=True):
        ends = [images.min(), images.max()]
        hint = "divide by 255, in floating point: whole-number division leaves only 0 and 1"
        expect_close(ends, [0, 1], f"the smallest and largest pixel of the {part} images", hint=hint, mistakes=mistakes)
        expect(len(np.unique(images[:100])) > 2, f"the {part} images hold only zeros and ones", hint)


# Task 2


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


class Oracle:
    """The network in NumPy, in double precision, with the student's own weights.

    Args:
        weights: five arrays in any order; told apart by their shapes.
        units: the LSTM's units, neither 10 nor 28.
    """

    def __init__(self, weights, units):
        shapes = [(28, 4 * units), (units, 4 * units), (4 * units,), (units, 10), (10,)]
        by_shape = {np.shape(weight): np.asarray(weight, dtype=np.float64) for weight in weights}
        self.parts = [by_shape[shape] for shape in shapes]

    def logits(self, images, activation=np.tanh, pick=lambda states: states[-1]):  # images: (batch, 28, 28)
        kernel, recurrent, bias, dense_kernel, dense_bias = self.parts
        output = memory = np.zeros((len(images), len(recurrent)))
        states = []
        for row in np.moveaxis(np.asarray(images, dtype=np.float64), 1, 0):  # (batch, 28), from the top row down
            gates = np.split(row @ kernel + output @ recurrent + bias, 4, axis=-1)
            memory = sigmoid(gates[1]) * memory + sigmoid(gates[0]) * activation(gates[2])
            output = sigmoid(gates[3]) * activation(memory)
            states.append(output)
        return pick(np.array(states)) @ dense_kernel + dense_bias  # (batch, 10)


def random_network(student, rng, units, learning_rate=0.01):
    """The student's model with fresh random weights, and the oracle that holds the same."""
    model = student.build_model(units, learning_rate)
    expect(getattr(model, "kind", "") == "model", "build_model does not return a Keras model", "end the function with: return model")
    model.predict(np.zeros((1, 28, 28), np.float32))  # a subclassed model has no weights before its first call
    weights = [rng.normal(0, 0.3 if 28 in np.shape(weight) else 0.8, np.shape(weight)).astype(np.float32) for weight in model.get_weights()]
    model.set_weights(weights)
    return model, Oracle(weights, units)


def expect_oracle(model, oracle, images, on):
    """Fails unless the model answers as the oracle does, in probabilities or in logits."""
    answer = np.asarray(model.predict(images), dtype=np.float64)
    logits = oracle.logits(images)
    as_logits = np.max(np.abs(answer.sum(axis=-1) - 1)) > 1e-3
    mistakes = {
        "this is a sigmoid of each output by itself; ten answers that exclude each other need softmax": sigmoid(logits),
        "the LSTM has another activation than Keras's default, tanh": lambda: softmax(oracle.logits(images, lambda x: np.maximum(x, 0))),
        "the network reads columns instead of rows": lambda: softmax(oracle.logits(np.swapaxes(images, 1, 2))),
        "the network reads the image from the bottom up: leave go_backwards off": lambda: softmax(oracle.logits(images[:, ::-1])),
        "this averages the outputs of all rows; use the last one only": lambda: softmax(
            oracle.logits(images, pick=lambda states: states.mean(axis=0))
        ),
        "there is a second activation on the output: softmax twice": softmax(softmax(logits)),
    }
    hint = "one LSTM reads the 28 rows; its last output goes into Dense(10) with softmax, and nothing else stands between"
    if as_logits and np.allclose(softmax(answer), softmax(logits), atol=1e-4):
        return
    expect_close(answer, softmax(logits), "the model's answer", on=on, hint=hint, mistakes=mistakes, rtol=1e-3, atol=1e-4)


@check(task="build_model", points=1)
def gives_ten_numbers_an_image(student, rng):
    """returns a Keras model that takes images (batch, 28, 28) and gives (batch, 10)"""
    model = student.build_model(6, 0.01)
    expect(getattr(model, "kind", "") == "model", "build_model does not return a Keras model", "end the function with: return model")
    for batch in (1, 3):
        outputs = model.predict(rng.random((batch, 28, 28), dtype=np.float32))
        hint = "ten numbers an image: only the LSTM's last output (return_sequences left off) goes into Dense(10)"
        expect_shape(outputs, (batch, 10), "the model's output", on=f"images of shape ({batch}, 28, 28)", hint=hint)


@check(task="build_model", points=1, after=gives_ten_numbers_an_image)
def has_one_lstm_and_one_dense_layer(student, rng):
    """has the weights of one LSTM with that many units, and of one Dense(10) on its last output"""
    for units in (1, 6):
        model = student.build_model(units, 0.01)
        model.predict(np.zeros((1, 28, 28), np.float32))
        shapes = sorted(np.shape(weight) for weight in model.get_weights())
        head = [(units, 10), (10,)]
        mistakes = {
            "this is what comes out when Dense sees the outputs of all 28 rows: leave return_sequences off": sorted(
                [(28, 4 * units), (units, 4 * units), (4 * units,), (28 * units, 10), (10,)]
            ),
            "this is a GRU, which has three blocks of weights; an LSTM has four": sorted(
                [(28, 3 * units), (units, 3 * units), (2, 3 * units), *head]
            ),
            "this is a SimpleRNN, which has no gates": sorted([(28, units), (units, units), (units,), *head]),
            "this reads one pixel a step: 784 steps instead of 28 rows": sorted([(1, 4 * units), (units, 4 * units), (4 * units,), *head]),
            "this reads the image in one step, without time": sorted([(784, 4 * units), (units, 4 * units), (4 * units,), *head]),
        }
        expected = sorted([(28, 4 * units), (units, 4 * units), (4 * units,), *head])
        hint = "LSTM(units), then Dense(10): no other layer with weights"
        expect_equal(shapes, expected, "the list of the weights' shapes", f"build_model({units}, 0.01)", hint, mistakes)


@check(task="build_model", points=1, after=has_one_lstm_and_one_dense_layer)
def answers_from_the_last_row_with_softmax(student, rng):
    """computes what an LSTM and a softmax layer with its weights compute, row after row"""
    model, oracle = random_network(student, rng, units=2)
    expect_oracle(model, oracle, rng.random((2, 28, 28), dtype=np.float32), "two random images, 2 units, random weights")


@check(task="build_model", points=1, after=gives_ten_numbers_an_image)
def trains_with_adam_at_the_given_rate(student, rng):
    """is compiled with Adam at the learning rate that it is given"""
    for rate in (0.5, 0.0003):
        on = f"build_model(2, {rate})"
        found = student.build_model(2, rate).optimizer()
        expect_equal(found["class"], "Adam", "the optimizer", on, "compile the model with keras.optimizers.Adam")
        hint = "hand learning_rate on: keras.optimizers.Adam(learning_rate)"
        expect_close(found["learning_rate"], rate, "the optimizer's learning rate", on, hint)


def evaluated(student, rng, units, count):
    """What Keras's evaluate says of random images and labels, the right answers to that, and how the loss goes wrong."""
    model, oracle = random_network(student, rng, units)
    images = rng.random((count, 28, 28), dtype=np.float32)
    logits = oracle.logits(images)
    labels = np.where(rng.random(count) < 0.4, logits.argmax(axis=-1), rng.integers(0, 10, count))
    with advising("labels are integers 0 to 9: sparse categorical cross-entropy takes them as they are"):
        found = model.evaluate(images, labels)

    def loss_of(probabilities):
        return float(-np.log(probabilities[np.arange(count), labels]).mean())

    clipped = np.clip(logits, 1e-7, 1 - 1e-7)
    mistakes = {
        "the model ends in softmax, but the loss is told from_logits=True and takes softmax once more": loss_of(softmax(softmax(logits))),
        "the model gives logits, but the loss takes them for probabilities: say from_logits=True or add softmax": loss_of(
            clipped / clipped.sum(axis=-1, keepdims=True)
        ),
    }
    return found, loss_of(softmax(logits)), float((logits.argmax(axis=-1) == labels).mean()), mistakes


@check(task="build_model", points=1, after=answers_from_the_last_row_with_softmax)
def is_compiled_with_cross_entropy(student, rng):
    """has the cross-entropy of the right digits as its loss"""
    found, loss, _, mistakes = evaluated(student, rng, units=3, count=10)
    hint = "sparse categorical cross-entropy, with probabilities from softmax (or logits and from_logits=True)"
    expect_close(found.get("loss"), loss, "the loss of evaluate()", "10 random images", hint, mistakes, rtol=1e-3)


@check(task="build_model", points=1, after=is_compiled_with_cross_entropy)
def reports_accuracy(student, rng):
    """reports accuracy beside the loss"""
    found, _, accuracy, _ = evaluated(student, rng, units=3, count=10)
    values = [value for name, value in found.items() if name != "loss"]
    good = any(abs(value - accuracy) < 1e-4 for value in values)
    expect(good, f"evaluate() gives {found}, and no accuracy of {accuracy:.2f}", 'compile with metrics=["accuracy"]', "10 random images")


# Task 3

COUNTED = {
    # units: right, no bias at all, no bias in the LSTM, two biases, 784 features, three gates, no output layer
    1: (140, 126, 136, 144, 3164, 110, 120),
    2: (278, 260, 270, 286, 6326, 216, 248),
    16: (3050, 2976, 2986, 3114, 51434, 2330, 2880),
}
COUNTING_HINTS = (
    "the biases are missing: one for each of the four blocks' units, one for each of the ten outputs",
    "the LSTM's own biases are missing: one for each of the four blocks' units",
    "there are two sets of biases; Keras's LSTM has one bias a block and unit",
    "that takes all 784 pixels at once; a time step has 28 features",
    "that is three blocks of weights, a GRU; an LSTM has four: input gate, forget gate, candidate, output gate",
    "the output layer is missing: Dense(10) has 10 weights a unit and 10 biases",
)


@check(task="count_parameters", points=2)
def counts_small_networks(student, rng):
    """counts the parameters of LSTM(units) and Dense(10) together"""
    for units, (right, *wrong) in COUNTED.items():
        mistakes = dict(zip(COUNTING_HINTS, wrong, strict=True))
        hint = "four blocks, each with weights for 28 inputs, weights for its own outputs, and biases; then the output layer"
        expect_close(student.count_parameters(units), right, "the count", f"count_parameters({units})", hint, mistakes)


@check(task="count_parameters", points=1, after=counts_small_networks)
def returns_an_integer(student, rng):
    """returns an integer"""
    count = student.count_parameters(3)
    expect(type(count) is int, f"count_parameters(3) returns {count!r}, which is not an int", "whole numbers, and no division")


# Task 4


def bright_columns(rng, count, classes, truth):
    """Images that anyone can tell apart: two bright columns say which class. A share `truth` of the labels is true."""
    shown = rng.choice(classes, count)
    images = rng.uniform(0, 0.2, (count, 28, 28)).astype(np.float32)
    for image, digit in zip(images, shown, strict=True):
        image[:, 2 * digit + 4 : 2 * digit + 6] = 1
    labels = shown.copy()
    false = rng.permutation(count)[round(truth * count) :]
    labels[false] = np.array(classes)[(np.searchsorted(classes, shown[false]) + 1) % len(classes)]
    return images, labels.astype(np.int64)


def figures_of(student, *arguments, **keywords):
    """The three figures that run_cell returns, as floats."""
    found = student.run_cell(*arguments, **keywords)
    names = {"train_accuracy", "test_accuracy", "train_loss"}
    good = isinstance(found, dict) and names <= set(found)
    expect(good, f"run_cell returns {found!r}", "return a dict with train_accuracy, test_accuracy and train_loss")
    for name in names:
        single = isinstance(found[name], float | int) or np.shape(found[name]) == () and np.asarray(found[name]).dtype.kind == "f"
        expect(single, f"{name} is {found[name]!r}, not a number", "float(…) makes a number of what Keras returns")
    return {name: float(found[name]) for name in sorted(names)}


DEFAULT_RATE = 0.001
"""Adam's rate in Keras. The checks of Task 4 train at it: a build_model that ignores its rate has been told so in Task 2."""


def first_run(student, units=64):
    """One cell on 2,560 easy images of three digits; only a quarter of the 80 test labels is true."""
    rng = np.random.default_rng(28)
    data = bright_columns(rng, 2560, [1, 4, 7], truth=1), bright_columns(rng, 80, [1, 4, 7], truth=0.25)
    return once(student, f"first_run of {units}", lambda: figures_of(student, units, DEFAULT_RATE, data, batch_size=32))


@check(task="run_cell", points=1)
def returns_three_figures(student, rng):
    """returns train_accuracy, test_accuracy and train_loss as numbers"""
    figures = first_run(student)
    for name in ("train_accuracy", "test_accuracy"):
        expect(0 <= figures[name] <= 1, f"{name} is {figures[name]:.4g}", "an accuracy is a share: from 0 to 1, not percent")


@check(task="run_cell", points=1, after=returns_three_figures)
def learns_an_easy_task(student, rng):
    """learns digits that anyone can tell apart, in one epoch of 2,560 images"""
    figures = first_run(student)
    hint = "does fit() get the training images and labels, and the given epochs and batch_size?"
    if figures["test_accuracy"] > 0.9:
        hint = "train_accuracy and test_accuracy are swapped"
    expect(figures["train_accuracy"] > 0.55, f"train_accuracy is only {figures['train_accuracy']:.3f}", hint, "64 units, batches of 32")


@check(task="run_cell", points=2, after=learns_an_easy_task)
def measures_test_accuracy_on_the_test_set(student, rng):
    """measures test_accuracy on the test images and labels"""
    figures = first_run(student)
    hint = "data is (x_train, y_train), (x_test, y_test): train on the first pair only, evaluate test_accuracy on the second only"
    mistakes = {"this is the training accuracy: evaluate the second pair of data": figures["train_accuracy"]}
    on = "test labels of which a quarter is true, after all digits are learnt"
    expect_close(figures["test_accuracy"], 0.25, "test_accuracy", on, hint, mistakes, atol=0.06)


@check(task="run_cell", points=2, after=learns_an_easy_task)
def follows_its_seed(student, rng):
    """gives the same figures for the same seed, and others for another seed"""
    noise = np.random.default_rng(28)
    pair = noise.random((256, 28, 28), dtype=np.float32), noise.integers(0, 10, 256)
    first, again = (figures_of(student, 8, DEFAULT_RATE, (pair, pair))["train_loss"] for _ in range(2))
    hint = "keras.utils.set_random_seed(seed), before the model is built"
    expect_close(again, first, "train_loss of a second run", "the default seed, twice", hint, rtol=1e-4)
    other = figures_of(student, 8, DEFAULT_RATE, (pair, pair), seed=5)["train_loss"]
    hint = "is the seed that run_cell is given the one that it sets?"
    expect(not math.isclose(other, again, rel_tol=1e-5), f"seeds 0 and 5 both end at a train_loss of {again:.6g}", hint)


# Task 5

FIGURES = ("train_accuracy", "test_accuracy", "train_loss")
NO_DATA = ((np.zeros((1, 1, 1), np.float32), np.array([7])), (np.zeros((1, 1, 1), np.float32), np.array([7])))
"""Stands for the data where a stand-in is run, which looks at none."""


def stand_in(outcomes, parameters=("units", "learning_rate"), extra=()):
    """A run_cell that answers at once: outcomes maps (units, rate) to (train_accuracy, test_accuracy, train_loss) or a Raise."""
    answers = (answer if isinstance(answer, Raise) else dict(zip(FIGURES, answer, strict=True)) for answer in outcomes.values())
    return Scripted(tuple(parameters), tuple(((*cell, *extra), answer) for cell, answer in zip(outcomes, answers, strict=True)))


def table_rows(frame):
    """The rows of a sweep's table by their cell: {(units, rate): row}."""
    expect(hasattr(frame, "columns"), f"the table is of type {type(frame).__name__}", "return a pandas DataFrame")
    names = ["units", "learning_rate", *FIGURES, "status"]
    missing = [name for name in names if name not in list(frame.columns)]
    expect(not missing, f"the table lacks the columns {missing}", f"its columns are {', '.join(names)}")
    records = [dict(zip(names, row, strict=True)) for row in zip(*(frame[name].tolist() for name in names), strict=True)]
    for record in records:
        for name in names[:-1]:
            value = math.nan if record[name] is None else record[name]
            expect(isinstance(value, int | float), f"the column {name} holds {value!r}", "keep numbers as numbers")
            record[name] = value
    return records


def expect_table(frame, outcomes):
    """Fails unless the frame holds each cell once, with the figures and the status of its outcome."""
    records = table_rows(frame)
    cells = sorted((record["units"], record["learning_rate"]) for record in records)
    hint = "one row for every pair of a width and a rate, whatever happened in it"
    if any(isinstance(outcomes[cell], Raise) for cell in set(outcomes) - set(cells)):
        hint = "catch the exception that run raises: the row stays, with nan for its figures"
    expect_equal(cells, sorted(outcomes), "the list of the cells in the table", hint=hint)
    for record in records:
        cell = record["units"], record["learning_rate"]
        outcome = outcomes[cell]
        failed = isinstance(outcome, Raise)
        status = "failed" if failed else "ok" if math.isfinite(outcome[2]) else "diverged"
        on = f"{cell[0]} units, rate {cell[1]:g}, where run " + ("raises an error" if failed else f"returns a train_loss of {outcome[2]:g}")
        hint = {
            "failed": "catch the exception that run raises: the row stays, with nan for its figures",
            "diverged": "a train_loss that is nan or infinite means diverged: math.isfinite tells",
            "ok": "call run(units, learning_rate, data, **budget) and read its dict",
        }[status]
        expect_equal(record["status"], status, "the status", on, hint)
        expected = (math.nan,) * 3 if failed else outcome
        expect_close([record[name] for name in FIGURES], expected, "the row's accuracies and loss", on, hint)


@check(task="sweep", points=2)
def has_one_row_a_cell(student, rng):
    """returns a DataFrame with one row for every pair of a width and a rate"""
    outcomes = {(2, 0.1): (0.5, 0.4, 1.5), (2, 1.0): (0.3, 0.2, 2.0), (3, 0.1): (0.7, 0.6, 1.0), (3, 1.0): (0.2, 0.1, 2.5)}
    for widths, rates in (((2,), (0.1,)), ((2, 3), (0.1, 1.0))):
        wanted = {(width, rate): outcomes[width, rate] for width in widths for rate in rates}
        expect_table(student.sweep(list(widths), list(rates), NO_DATA, run=stand_in(wanted)), wanted)


@check(task="sweep", points=2, after=has_one_row_a_cell)
def keeps_a_failed_cell(student, rng):
    """keeps a cell whose run raises an error, as "failed", and goes on"""
    outcomes = {(4, 0.1): Raise("out of memory"), (4, 1.0): (0.3, 0.2, 2.0)}
    with advising("catch the exception that run raises, keep the cell's row, and go on with the next cell"):
        frame = student.sweep([4], [0.1, 1.0], NO_DATA, run=stand_in(outcomes))
    expect_table(frame, outcomes)


@check(task="sweep", points=1, after=has_one_row_a_cell)
def flags_a_diverged_cell(student, rng):
    """keeps a cell whose loss is no longer a finite number, as "diverged", with its accuracies"""
    outcomes = {(4, 0.1): (0.5, 0.4, 1.5), (4, 1.0): (0.098, 0.099, math.nan)}
    expect_table(student.sweep([4], [0.1, 1.0], NO_DATA, run=stand_in(outcomes)), outcomes)


# Task 6


def expect_pivot(student, cells, on):
    """Fails unless results_table arranges these cells: {(units, rate): test accuracy, nan for a failed one}."""
    rows = [
        {"units": units, "learning_rate": rate, "train_accuracy": 0.01, "test_accuracy": accuracy, "train_loss": 2.0}
        | {"status": "failed" if math.isnan(accuracy) else "ok"}
        for (units, rate), accuracy in cells.items()
    ]
    table = student.results_table(pandas.DataFrame(rows))
    expect(hasattr(table, "columns"), f"the table is of type {type(table).__name__}", "return a pandas DataFrame")
    widths, rates = sorted({units for units, _ in cells}), sorted({rate for _, rate in cells})
    mistakes = {
        "the table lies on its side: index are the units, columns the learning rates": rates,
        "the widths are sorted as text; sort them as numbers": sorted(widths, key=str),
        "a width that failed throughout is gone: pivot_table drops empty rows, pivot keeps them": [
            width for width in widths if any(units == width and not math.isnan(value) for (units, _), value in cells.items())
        ],
    }
    hint = "index: every width once, as numbers, in ascending order"
    expect_equal(table.index.tolist(), widths, "the table's index", on, hint, mistakes)
    mistakes = {
        "the rates are sorted as text; sort them as numbers": sorted(rates, key=str),
        "a rate that failed throughout is gone: pivot_table drops empty columns, pivot keeps them": [
            rate for rate in rates if any(column == rate and not math.isnan(value) for (_, column), value in cells.items())
        ],
    }
    hint = "columns: every learning rate once, as numbers, in ascending order"
    expect_equal(table.columns.tolist(), rates, "the table's columns", on, hint, mistakes)
    expected = np.array([[cells.get((units, rate), math.nan) for rate in rates] for units in widths])
    mistakes = {
        "these are the training accuracies": np.where(np.isnan(expected), math.nan, 0.01).T,
        "a missing cell is not an accuracy of 0: leave it nan": np.nan_to_num(expected).T,
    }
    hint = "each cell holds its test_accuracy, and nan where it is missing or failed"
    expect_close([table[rate].tolist() for rate in rates], expected.T, "the accuracies, column by column", on, hint, mistakes)


@check(task="results_table", points=2)
def has_units_down_and_rates_across(student, rng):
    """has the test accuracies, with the units down, the learning rates across, both in ascending order"""
    expect_pivot(student, {(8, 0.1): 0.5, (8, 1.0): 0.25, (16, 0.1): 0.75, (16, 1.0): 0.125}, "a frame of 2 × 2 cells, in order")
    shuffled = {(16, 1.0): 0.125, (8, 0.1): 0.5, (16, 1e-05): 0.3, (16, 0.1): 0.75, (8, 1e-05): 0.2, (8, 1.0): 0.25}
    expect_pivot(student, shuffled, "a frame of 2 × 3 cells, out of order")


@check(task="results_table", points=1, after=has_units_down_and_rates_across)
def leaves_holes_where_cells_are_missing(student, rng):
    """shows a failed or missing cell as nan"""
    expect_pivot(student, {(8, 0.1): 0.5, (8, 1.0): math.nan, (16, 0.1): 0.75}, "a frame with one failed and one missing cell")


# Task 7


def drawn(student, values, widths=(8, 16), rates=(0.01, 0.1, 1.0)):
    """The Axes that plot_heatmap returns for a table of these values."""
    index, columns = pandas.Index(widths, name="units"), pandas.Index(rates, name="learning_rate")
    hint = "return the Axes that seaborn.heatmap returns"
    with advising(hint, about="cannot be used"):
        axes = student.plot_heatmap(pandas.DataFrame(values, index=index, columns=columns))
    expect(getattr(axes, "kind", "") == "axes", f"plot_heatmap returns {axes!r}", hint)
    return axes


SHOWN = np.array([[0.12, 0.34, 0.56], [0.23, 0.45, 0.67]])


@check(task="plot_heatmap", points=1)
def draws_the_table(student, rng):
    """returns the Axes of a heatmap whose cells are the table's"""
    mistakes = {"the heatmap lies on its side: draw the table as it is": SHOWN.T}
    hint = "seaborn.heatmap(table, …) draws it, first row on top"
    expect_close(drawn(student, SHOWN).heatmap(), SHOWN, "the heatmap", "a table of 2 × 3 cells", hint, mistakes)


@check(task="plot_heatmap", points=1, after=draws_the_table)
def labels_both_axes(student, rng):
    """says on its axes that units go down and learning rates go across"""
    labels = drawn(student, SHOWN).labels()
    for axis, words in (("x", ("rate", "lr")), ("y", ("unit", "width", "hidden", "neuron"))):
        good = any(word in labels[axis].lower() for word in words)
        expect(good, f"the {axis} axis is labelled {labels[axis]!r}", 'axes.set_xlabel("learning rate"), axes.set_ylabel("units")')


def expect_annotations(axes, values):
    """Fails unless each cell has its number written in it, to two decimals or better."""
    written = {}
    for x, y, text in axes.texts():
        with contextlib.suppress(ValueError):
            number = float(text.strip().rstrip("%")) / (100 if text.strip().endswith("%") else 1)
            written[math.floor(y), math.floor(x)] = number
    for place in np.ndindex(values.shape):
        if not math.isnan(values[place]):
            hint = 'seaborn.heatmap(…, annot=True, fmt=".3f") writes every figure into its cell'
            expect(place in written, "a cell has no figure written in it", hint, f"row {place[0]}, column {place[1]}")
            expect_close(written[place], values[place], "the figure written in a cell", hint=hint, atol=0.0051)


@check(task="plot_heatmap", points=0.5, after=draws_the_table)
def writes_the_figures(student, rng):
    """writes each cell's accuracy into it"""
    expect_annotations(drawn(student, SHOWN), SHOWN)


@check(task="plot_heatmap", points=0.5, after=draws_the_table)
def fixes_the_colour_scale(student, rng):
    """has a colour scale from 0 to 1, whatever the table holds"""
    hint = "vmin=0, vmax=1: otherwise one colour means another accuracy in every figure"
    limits = drawn(student, SHOWN).color_limits()
    expect_close(limits, (0, 1), "the ends of the colour scale", "a table of 0.12 to 0.67", hint)


# Task 8


def own_table(student):
    """The answers and the rows of the table that was handed in, by cell."""
    answers = student.answers
    if not isinstance(answers, dict) or answers.get("best_cell") is None:
        raise NotAttempted("Task 8: read your own table")
    frame = student.frame
    expect(frame is not None, "there is no table to compare with", "hand in sweep.csv, which Task 5 saved, beside the notebook")
    return answers, frame, {(row["units"], row["learning_rate"]): row for row in table_rows(frame)}


def as_cell(value):
    good = isinstance(value, tuple | list) and len(value) == 2 and all(isinstance(part, int | float) for part in value)
    expect(good, f"{value!r} is no cell", "a cell is a pair: (units, learning_rate)")
    return tuple(value)


def accuracies(rows):
    """The test accuracies by cell, without failed cells."""
    return {cell: row["test_accuracy"] for cell, row in rows.items() if not math.isnan(row["test_accuracy"])}


@check(task="answers", points=1)
def names_the_best_cell(student, rng):
    """names the cell of your table with the highest test accuracy"""
    answers, _, rows = own_table(student)
    scores, named = accuracies(rows), as_cell(answers["best_cell"])
    best = max(scores.values())
    expect(named in scores, f"your table has no cell {named}", "a cell is (units, learning_rate), as in the table")
    trained = max(row["train_accuracy"] for row in rows.values() if not math.isnan(row["train_accuracy"]))
    hint = "look for the highest test accuracy in the whole table"
    if rows[named]["train_accuracy"] == trained:
        hint = "that cell has the highest training accuracy; what counts is the test accuracy"
    if scores[named] < best:
        raise Mismatch("the best cell's test accuracy", best, scores[named], f"the cell {named}", hint)


def rates_of(rows, width):
    """The rates at which a width has figures."""
    return [rate for units, rate in accuracies(rows) if units == width]


@check(task="answers", points=1)
def names_the_best_rate_of_every_width(student, rng):
    """names, for every width of your table, the learning rate with the highest test accuracy"""
    answers, _, rows = own_table(student)
    scores, named = accuracies(rows), answers.get("best_rate_per_width")
    expect(isinstance(named, dict), f"best_rate_per_width is {named!r}", "a dict: {units: learning_rate, …}")
    for width in sorted({units for units, _ in scores}):
        expect(width in named, f"best_rate_per_width says nothing of {width} units", "one entry a width")
        best = max(score for (units, _), score in scores.items() if units == width)
        score = scores.get((width, named[width]), math.nan)
        trained = max(rates_of(rows, width), key=lambda rate: rows[width, rate]["train_accuracy"])
        hint = "go along the row of this width in your table"
        if named[width] == trained:
            hint = "that rate has the highest training accuracy; what counts is the test accuracy"
        expect(score == best, f"{named[width]} is not the best rate for {width} units", hint)


def shares_of(frame):
    """Each digit's share of the test images that the table was made on: what a network scores that always says this digit."""
    from datasets import mnist

    names = set(frame["data"].tolist()) if "data" in list(frame.columns) else set()
    expect(
        names in ({"mnist"}, {"mnist-sample"}),
        f"the table's column data holds {sorted(map(str, names))}",
        "make sweep.csv with the cell given",
    )
    if names == {"mnist"}:
        return [count / 10_000 for count in FULL_TEST_COUNTS]
    return list(mnist.class_shares(mnist.load_data("sample")[1][1]).values())


def collapsed_cells(frame, rows):
    """The digits that each collapsed cell may answer: {cell: [digit, …]}."""
    shares = shares_of(frame)
    found = {cell: [digit for digit, share in enumerate(shares) if abs(share - score) < 1e-6] for cell, score in accuracies(rows).items()}
    return {cell: digits for cell, digits in found.items() if digits}


@check(task="answers", points=1)
def finds_the_collapsed_cells(student, rng):
    """finds the cells of your table that answer one and the same digit to every test image"""
    answers, frame, rows = own_table(student)
    named = answers.get("collapsed")
    expect(isinstance(named, dict), f"collapsed is {named!r}", "a dict: {(units, learning_rate): digit, …}, empty if there are none")
    named, collapsed = {as_cell(cell) for cell in named}, set(collapsed_cells(frame, rows))
    for cell in sorted(named - collapsed):
        expect(False, f"{cell} is not collapsed", "its test accuracy is no digit's share of the test labels (to a millionth)")
    expect(named == collapsed, "a collapsed cell is missing", "compare every test accuracy with the shares of the ten digits")
