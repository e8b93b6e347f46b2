"""The MNIST sweep, Task 4: one cell, trained on images that anyone can tell apart."""

import math

import numpy as np

from autograder.checks.expectations import expect, expect_close
from autograder.checks.specification import check
from autograder.checks.student import once


def bright_columns(rng, count, classes, truth):
    """Images that anyone can tell apart: two bright columns say which class. A share `truth` of the labels is true; the others name
    a digit that no image shows, so that labels dealt out anew are right less often still, and wrong answers are never right by luck."""
    shown = rng.choice(classes, count)
    images = rng.uniform(0, 0.2, (count, 28, 28)).astype(np.float32)
    for image, digit in zip(images, shown, strict=True):
        image[:, 2 * digit + 4 : 2 * digit + 6] = 1
    labels = shown.copy()
    labels[rng.permutation(count)[round(truth * count) :]] += 1  # the classes are no neighbours
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
    """One cell on 2,560 easy images of three digits; only a quarter of the 160 test labels is true."""
    rng = np.random.default_rng(28)
    data = bright_columns(rng, 2560, [1, 4, 7], truth=1), bright_columns(rng, 160, [1, 4, 7], truth=0.25)
    return once(student, f"first_run of {units}", lambda: figures_of(student, units, DEFAULT_RATE, data, batch_size=32))


def noise_run(student, **budget):
    """One small cell on 257 images of noise, whose labels were drawn by chance: the default budget ends with a batch of one."""
    noise = np.random.default_rng(28)
    pair = noise.random((257, 28, 28), dtype=np.float32), noise.integers(0, 10, 257)
    return once(student, f"noise_run with {budget}", lambda: figures_of(student, 8, DEFAULT_RATE, (pair, pair), **budget))


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
    hint = "data is (x_train, y_train), (x_test, y_test): evaluate test_accuracy on the second only, every image with its own label"
    mistakes = {"this is the training accuracy: evaluate the second pair of data": figures["train_accuracy"]}
    on = "test labels of which a quarter is true, after all digits are learnt"
    # what it has learnt of the training images holds for the 40 true labels: of a network that is right about 0.55 of all, as the check
    # before allows, 40 draws stray by 0.02 of 160. Labels dealt out anew are right in 0.083 (0.25 of them, a third of the time), ± 0.022
    expect_close(figures["test_accuracy"], 0.25 * figures["train_accuracy"], "test_accuracy", on, hint, mistakes, atol=0.06)


@check(task="run_cell", points=2, after=learns_an_easy_task)
def follows_its_seed(student, rng):
    """gives the same figures for the same seed, and others for another seed"""
    # another seed comes first: a seed that is set too late, after the model is built, decides the next model's weights
    budgets = {"seed": 5}, {}, {"epochs": 1, "batch_size": 128, "seed": 0}
    other, first, again = (noise_run(student, **budget)["train_loss"] for budget in budgets)
    hint = "keras.utils.set_random_seed(seed), before the model is built; defaults: epochs=1, batch_size=128, seed=0"
    expect_close(again, first, "train_loss of a second run", "the default budget, twice", hint, rtol=1e-5)
    hint = "is the seed that run_cell is given the one that it sets?"
    expect(not math.isclose(other, again, rel_tol=1e-5), f"seeds 0 and 5 both end at a train_loss of {again:.6g}", hint)
