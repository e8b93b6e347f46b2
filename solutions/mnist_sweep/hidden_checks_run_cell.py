"""The MNIST sweep, Task 4: whether a cell is trained and measured as it is told."""

import math

import numpy as np
from course_checks_run_cell import (
    DEFAULT_RATE,
    bright_columns,
    figures_of,
    first_run,
    follows_its_seed,
    learns_an_easy_task,
    measures_test_accuracy_on_the_test_set,
    noise_run,
)

from autograder.checks.expectations import expect, expect_close, expect_equal
from autograder.checks.specification import check
from autograder.checks.student import keep, once

ENOUGH = 600
"""Black images of one digit, read in twos by a network of one unit, after which it says that digit whatever its weights were: the unit is
saturated by then, and the classifier's bias outweighs it. After a dozen steps one network in twenty still says another digit (simulated
with 4,000 networks: at 60 steps 58 of them do, at 150 and 300 none)."""


def black(labels):
    """Black images with these labels: nothing but the labels can be learnt from them."""
    return np.zeros((len(labels), 28, 28), np.float32), labels


def black_run(student, rng, units=2, learning_rate=DEFAULT_RATE, epochs=1, batch_size=None, scrambled=False):
    """One cell on some two dozen black images that are all called by one digit: a single step, unless told otherwise. They are the test
    images, too, or else these are noise of which none is called by that digit.

    Before the first step every network's loss is exactly ln 10, whatever its weights; every step makes it smaller. How many images
    there are, and what they are called, is drawn once for all checks of a submission: they compare runs with one another.
    """
    count, digit = once(student, "black images", lambda: (2 * int(rng.integers(10, 16)), int(rng.integers(10))))
    pair, budget = black(np.full(count, digit)), (units, learning_rate, epochs, batch_size or count, scrambled)
    noise = rng.random((count, 28, 28), dtype=np.float32), (digit + rng.integers(1, 10, count)) % 10
    run = {"epochs": epochs, "batch_size": batch_size or count}
    return once(student, ("black", budget), lambda: figures_of(student, units, learning_rate, (pair, noise if scrambled else pair), **run))


def settled_run(student, rng):
    """One cell on so many black images of a six that it says nothing else, and how many of the 960 test labels are six."""

    def run():
        sixes = int(rng.integers(8, 48))
        labels = rng.permutation(np.repeat([6, 3], [sixes, 960 - sixes]))
        return figures_of(student, 1, DEFAULT_RATE, (black(np.full(ENOUGH, 6)), black(labels)), batch_size=2), sixes

    return once(student, "settled", run)


@check(task="run_cell", points=0.5, after=measures_test_accuracy_on_the_test_set)
def measures_any_cell(student, rng):
    """measures test_accuracy as it is, on any data, and never trains on the test set"""
    found, sixes = settled_run(student, rng)
    hint = "train on the first pair of data only, and evaluate the second pair for test_accuracy"
    expect_close(found["test_accuracy"], sixes / 960, "test_accuracy", hint=hint)


@check(task="run_cell", points=0.5, after=measures_any_cell)
def measures_after_the_training(student, rng):
    """measures train_accuracy and train_loss with the final weights, after the training"""
    hint = "fit()'s history is an average over the epoch, while the weights still changed: evaluate() the training images afterwards"
    found, _ = settled_run(student, rng)
    expect_close(found["train_accuracy"], 1, "train_accuracy after a step for every two images", hint=hint)
    loss_of_chance = math.log(10)
    expect(black_run(student, rng)["train_loss"] < loss_of_chance - 1e-4, "train_loss after one step is the loss before it", hint)


@check(task="run_cell", points=0.5, after=(follows_its_seed, measures_after_the_training))
def learns_nothing_from_scrambled_labels(student, rng):
    """scores no better than by chance on images of noise, the labels of which were drawn by chance"""
    # The labels tell nothing of the images, so a network that has not learnt them by heart is right about each with a chance of 0.1:
    # of 257 images that is 25.7 ± 4.8, and 77 is more than ten deviations away. Three steps of Adam move no weight by more than 0.003.
    figures = noise_run(student)
    hint = "an answer is right if it is the label, and an accuracy is the share of right answers among all images: evaluate() gives it"
    expect(figures["train_accuracy"] < 0.3, "scrambled labels were learnt in three steps", hint)
    # both pairs are the same one here; only answers between two digits that are equally likely may differ by rounding errors
    expect_close(figures["test_accuracy"], figures["train_accuracy"], "test_accuracy on the training images", hint=hint, atol=0.02)


@check(task="run_cell", points=1, after=learns_an_easy_task)
def trains_for_the_given_epochs(student, rng):
    """trains for as many epochs as it is given"""
    gained = black_run(student, rng)["train_loss"] - black_run(student, rng, epochs=12)["train_loss"]
    expect(gained > 1e-3, "twelve epochs lead no further than one", "hand epochs on to fit()")


@check(task="run_cell", points=0.5, after=(follows_its_seed, measures_any_cell))
def keeps_the_test_set_out_of_the_training(student, rng):
    """trains the same network whatever the test images and their labels are"""
    # No luck is in this: with one seed, one network comes out of the same training images. Rounding errors are a thousand times smaller.
    clean, scrambled = (black_run(student, rng, epochs=12, scrambled=scrambled)["train_loss"] for scrambled in (False, True))
    hint = "nothing may depend on the test set but test_accuracy: train and stop without it, and keep the weights of the last epoch"
    expect_close(scrambled, clean, "train_loss with scrambled test images and labels", hint=hint, rtol=0, atol=1e-4)


@check(task="run_cell", points=1, after=learns_an_easy_task)
def trains_in_the_given_batches(student, rng):
    """trains in batches of the size that it is given"""
    gained = black_run(student, rng)["train_loss"] - black_run(student, rng, batch_size=2)["train_loss"]
    expect(gained > 1e-3, "twelve small batches lead no further than a large one", "hand batch_size on to fit()")


def size_of_model(student, units):
    """How many weights build_model's network has."""
    model = student.build_model(units, DEFAULT_RATE)
    model.predict(np.zeros((1, 28, 28), np.float32))  # a subclassed model has no weights before its first call
    return sum(np.size(weight) for weight in model.get_weights())


@check(task="run_cell", points=1, after=learns_an_easy_task)
def trains_the_given_cell(student, rng):
    """trains a network of the given units at the given learning rate"""
    if student.build_model(2, 0.1).optimizer()["learning_rate"] > 0.09:  # otherwise Task 2 has told
        slow, fast = (black_run(student, rng, learning_rate=rate, batch_size=2)["train_loss"] for rate in (DEFAULT_RATE, 0.1))
        expect(fast < slow - 1e-3, "every rate ends at the same loss", "hand learning_rate on to build_model, as it is given")
    if size_of_model(student, 64) != size_of_model(student, 8):
        wide, narrow = (first_run(student, units)["train_loss"] for units in (64, 8))
        hint = "hand units on to build_model, as they are given"
        expect(not math.isclose(wide, narrow, rel_tol=0.01), "every width ends at the same loss", hint)


@check(task="run_cell", points=1, after=learns_an_easy_task)
def leaves_the_data_as_it_is(student, rng):
    """leaves the data as it is, for the cells that come after"""
    data = tuple(bright_columns(rng, count, [0, 5], 1) for count in (40, 10))
    kept = tuple(tuple(keep(student, array) for array in pair) for pair in data)
    student.run_cell(2, 0.01, kept, batch_size=40)
    hint = "something in run_cell writes into the arrays it is given: work on a copy, and let fit() do the shuffling"
    for before, after in zip(data, kept, strict=True):
        for array, same in zip(before, after, strict=True):
            expect_equal(same.read(), array, "the data after run_cell", hint=hint)
