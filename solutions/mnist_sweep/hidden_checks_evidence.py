"""The MNIST sweep, Task 8: whether the table that was handed in can be the outcome of the student's own runs.

What honest runs give is measured by measure_honest.py and stands in honest_spread.csv: for each edition of the digits, each cell
and each figure, the smallest and largest of at least fifty seeds.
"""

import contextlib
import csv
import functools
import io
import math
from pathlib import Path

import course_checks_model
import course_checks_run_cell
import course_hidden_checks
import course_hidden_checks_run_cell
import numpy as np
from course_checks_answers import comes_with_a_whole_table, own_table
from course_checks_run_cell import figures_of

from autograder.checks.expectations import CannotTell, CheckFailure, NotAttempted, expect, expect_close
from autograder.checks.specification import check

IMAGES = {"mnist": (10_000, 10_000), "mnist-sample": (4_000, 1_000)}
"""How many training and test images home_sweep takes from each edition."""
SOURCES = {"mnist": "full", "mnist-sample": "sample"}
CHAOTIC = 0.01
"""From this learning rate on, a run may have bad luck that fifty others had not."""
CHEAP_RATES = (1e-5, 1e-4, 1e-3)
"""Rates at which the same seed gives the same figures on every machine, and 16 units take two seconds."""
SAME_ACCURACY, SAME_LOSS = 0.01, 0.002
"""How far a run may be from another one of its seed. Rounding errors of a thousandth in every initial weight move accuracies by
0.0007 and the loss by 0.00007; two seeds come so close in one pair of a hundred."""
PUBLISHED = {
    16: (0.1789, 0.2042, 0.7562, 0.9319, 0.8426, 0.0974),
    32: (0.0992, 0.4726, 0.8950, 0.9520, 0.7996, 0.1140),
    64: (0.1570, 0.6923, 0.9425, 0.9663, 0.9047, 0.1010),
}
"""The published test accuracies, at the six rates in order."""
REMAKE = "delete sweep.csv, run the cell that makes it once more, and hand in what comes out as it is"
AS_THEY_ARE = "the table cannot be judged by build_model and run_cell as they are"


def claimed(student):
    """The table that was handed in: its rows by cell, its edition, its seed."""
    _, frame, rows = own_table(student)
    return rows, frame["data"].iloc[0], int(frame["seed"].iloc[0])


def figures_in(row):
    """The figures of a row that honest runs are compared by; the loss by its logarithm."""
    gap = row["train_accuracy"] - row["test_accuracy"]
    loss = math.log(row["train_loss"]) if 0 < row["train_loss"] < math.inf else math.nan
    return {"train_accuracy": row["train_accuracy"], "test_accuracy": row["test_accuracy"], "gap": gap, "log_loss": loss}


@functools.cache
def honest_spread():
    """The smallest and largest figure of honest runs: {(edition, units, rate, figure): (smallest, largest)}."""
    with open(Path(__file__).with_name("honest_spread.csv"), newline="") as file:
        return {
            (row["data"], int(row["units"]), float(row["learning_rate"]), row["figure"]): (float(row["min"]), float(row["max"]))
            for row in csv.DictReader(file)
        }


def bounds(spread, edition, cell, figure):
    """Between what a figure must lie: the range of honest runs, widened by itself on either side, and by twice itself where a run's
    luck decides (the gap between two accuracies of one network does not depend on luck)."""
    low, high = spread[edition, *cell, figure]
    margin = (high - low) * (2 if cell[1] >= CHAOTIC and figure != "gap" else 1)
    return low - margin, high + margin


def outliers(spread, edition, rows, figures):
    """The cells and figures that lie outside their bounds, and those missing where every honest run has them."""
    for cell, row in rows.items():
        for figure, value in figures_in(row).items():
            low, high = bounds(spread, edition, cell, figure)
            if figure in figures and not low <= value <= high and not (math.isnan(value) and cell[1] >= CHAOTIC):
                yield cell, figure


@check(task="answers", points=1, after=comes_with_a_whole_table)
def counts_whole_images(student, rng):
    """comes with accuracies that are shares of so many images as they were measured on"""
    rows, edition, _ = claimed(student)
    for (units, rate), row in rows.items():
        for name, images in zip(("train_accuracy", "test_accuracy"), IMAGES[edition], strict=True):
            right = row[name] * images
            good = math.isnan(right) or abs(right - round(right)) < 1e-6 * images
            hint = "an accuracy is the number of right answers divided by the number of images; hand in single runs as they were measured"
            expect(good, f"no network is right about {right:.6g} of {images} images", hint, f"{name}, {units} units, rate {rate:g}")


@check(task="answers", points=1, after=comes_with_a_whole_table)
def scores_what_such_networks_score(student, rng):
    """comes with figures that such networks reach in this budget"""
    rows, edition, _ = claimed(student)
    published = {
        (units, rate): figure for units in PUBLISHED for rate, figure in zip(sorted({r for _, r in rows}), PUBLISHED[units], strict=True)
    }
    copied = [cell for cell, row in rows.items() if abs(row["test_accuracy"] - published[cell]) < 1e-6]
    expect(len(copied) < 4, f"{len(copied)} figures are the published ones, which were made with 60,000 images", REMAKE)
    for (units, rate), figure in outliers(honest_spread(), edition, rows, ("train_accuracy", "test_accuracy", "log_loss")):
        name = "train_loss" if figure == "log_loss" else figure
        expect(False, f"no run of this course gave such a {name}", REMAKE, f"{units} units, rate {rate:g}")


@check(task="answers", points=1, after=comes_with_a_whole_table)
def has_accuracies_that_belong_together(student, rng):
    """comes with training and test accuracies that one network can have"""
    rows, edition, _ = claimed(student)
    hint = "after one epoch these networks know their training images hardly better than others: measure both with the same network"
    for (units, rate), _ in outliers(honest_spread(), edition, rows, ("gap",)):
        expect(False, "training and test accuracy are too far apart for one network", hint, f"{units} units, rate {rate:g}")


@functools.cache
def home_digits(edition):
    """What home_sweep hands to the sweep, made from the loader's digits; None where this machine cannot have them."""
    from datasets import mnist

    try:
        with contextlib.redirect_stdout(io.StringIO()):
            pairs = mnist.load_data(SOURCES[edition])
    except mnist.DataError:
        return None
    return tuple(
        (images[:count].astype(np.float32) / 255, labels[:count]) for (images, labels), count in zip(pairs, IMAGES[edition], strict=True)
    )


def functions_are_right(student, rng):
    """Whether Tasks 2 and 4 pass all their checks."""
    modules = (course_checks_model, course_checks_run_cell, course_hidden_checks, course_hidden_checks_run_cell)
    functions = {name: value for module in modules for name, value in vars(module).items() if hasattr(value, "specification")}
    waiting = sorted(name for name, function in functions.items() if function.specification.task in ("build_model", "run_cell"))
    while waiting:  # in order, as a check may take for granted what those that it builds on have seen
        name = next(name for name in waiting if not set(functions[name].specification.after) & set(waiting))
        try:
            functions[name](student, rng)
        except (CheckFailure, NotAttempted):
            return False
        waiting.remove(name)
    return True


def expect_the_same(found, row, on):
    """Fails unless a run gives what the table says of it."""
    hint = f"with the seed that your table names, your run_cell gives other figures: {REMAKE}"
    for name in ("train_accuracy", "test_accuracy"):
        expect_close(row[name], found[name], f"the table's {name}", on, hint, rtol=0, atol=SAME_ACCURACY)
    expect_close(row["train_loss"], found["train_loss"], "the table's train_loss", on, hint, rtol=0, atol=SAME_LOSS)


def diluted(rng, pair):
    """The test images, and with them some once more for every digit, all in a new order; and how many of these there are.

    Of the ten copies of an image exactly one is right, whatever the network and its answer: so what is right of the test images alone
    can be told from the accuracy on all, but not by a function that knows the table and not the network.
    """
    images, labels = pair
    again = rng.choice(len(images), int(rng.integers(len(images) // 20, len(images) // 12 + 1)), replace=False)
    order = rng.permutation(len(images) + 10 * len(again))
    images, labels = (
        np.concatenate([images, np.repeat(images[again], 10, axis=0)]),
        np.concatenate([labels, np.tile(np.arange(10), len(again))]),
    )
    return (images[order], labels[order]), len(again)


def figures_again(student, rng, cell, digits, seed):
    """The figures that a cell of the table has when it is run once more, with the test images among others."""
    train, test = digits
    among_others, again = diluted(rng, test)
    found = figures_of(student, *cell, (train, among_others), seed=seed)
    right = found["test_accuracy"] * len(among_others[1]) - again
    return found | {"test_accuracy": right / len(test[1])}


def comes_out_alone(student, cell, digits, seed, row):
    """Whether a cell of the table comes out again where run_cell is given just what home_sweep gave it."""
    with contextlib.suppress(CheckFailure):
        expect_the_same(figures_of(student, *cell, digits, seed=seed), row, "")
        return True
    return False


@check(task="answers", points=3, after=(counts_whole_images, scores_what_such_networks_score, has_accuracies_that_belong_together))
def comes_out_again(student, rng):
    """comes with a table that your own run_cell gives again, with the seed that it names"""
    rows, edition, seed = claimed(student)
    cell = min(units for units, _ in rows), float(rng.choice(CHEAP_RATES))
    digits, on = home_digits(edition), f"{cell[0]} units, rate {cell[1]:g}, seed {seed}"
    offline = digits is None  # without MNIST and without a network: the functions are to train on the sample as they should
    try:
        if offline:
            found = figures_of(student, *cell, home_digits("mnist-sample"), seed=seed)
            wrong = list(outliers(honest_spread(), "mnist-sample", {cell: found}, figures_in(found)))
            expect(not wrong, "your run_cell gives figures that such networks do not reach", "run it on the sample: COURSE_DATA=sample")
            return
        found = figures_again(student, rng, cell, digits, seed)
        expect_the_same(found, rows[cell], on)
    except CheckFailure:
        # with the home digits alone it comes out, but not where they are hidden among others; or else Tasks 2 and 4 have told
        if not offline and comes_out_alone(student, cell, digits, seed, rows[cell]) or not functions_are_right(student, rng):
            raise CannotTell(AS_THEY_ARE) from None
        raise
    other = figures_of(student, *cell, digits, seed=seed + 1)
    if figures_in(other) == figures_in(found) or list(outliers(honest_spread(), edition, {cell: other}, figures_in(other))):
        raise CannotTell(AS_THEY_ARE)  # a function that looks the table up has nothing for another seed
