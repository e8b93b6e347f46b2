"""The MNIST sweep: what each task is worth, and the checks that run in the student's notebook; here those of Tasks 1 and 3."""

import numpy as np

from autograder.checks.expectations import expect, expect_close, expect_equal, expect_shape
from autograder.checks.specification import Task, check
from autograder.checks.student import once

TASKS = [
    Task("load_rows", "Task 1: load the digits as rows", points=6),
    Task("build_model", "Task 2: build and compile the network", points=12),
    Task("count_parameters", "Task 3: count the parameters by formula", points=6),
    Task("run_cell", "Task 4: train and measure one cell", points=12),
    Task("sweep", "Task 5: run the whole grid", points=10),
    Task("results_table", "Task 6: arrange the table", points=6),
    Task("plot_heatmap", "Task 7: draw the heatmap", points=6),
    Task("answers", "Task 8: read your own table", points=12),
]

HOME_WIDTHS = (16, 32, 64)
HOME_RATES = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
FULL_TEST_COUNTS = (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)
"""How many of MNIST's 10,000 test images show each digit."""

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
