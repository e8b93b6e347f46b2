"""The MNIST sweep: the checks that run only when graded, on fresh random inputs."""

import math

import numpy as np
from course_checks import (
    DEFAULT_RATE,
    FIGURES,
    HOME_RATES,
    HOME_WIDTHS,
    NO_DATA,
    advising,
    answers_from_the_last_row_with_softmax,
    bright_columns,
    collapsed_cells,
    counts_small_networks,
    drawn,
    draws_the_table,
    evaluated,
    expect_annotations,
    expect_oracle,
    expect_pivot,
    expect_table,
    figures_of,
    finds_the_collapsed_cells,
    first_run,
    fixes_the_colour_scale,
    flags_a_diverged_cell,
    gives_ten_numbers_an_image,
    has_one_row_a_cell,
    has_units_down_and_rates_across,
    is_compiled_with_cross_entropy,
    keeps_a_failed_cell,
    learns_an_easy_task,
    leaves_holes_where_cells_are_missing,
    loaded,
    measures_test_accuracy_on_the_test_set,
    once,
    own_table,
    random_network,
    reports_accuracy,
    returns_an_integer,
    returns_images_and_labels,
    scales_the_pixels,
    stand_in,
    trains_with_adam_at_the_given_rate,
    writes_the_figures,
)

from autograder.checks.expectations import expect, expect_close, expect_equal
from autograder.checks.specification import check
from autograder.checks.student import keep
from autograder.checks.wire import Raise

# Task 1


@check(task="load_rows", points=2, after=scales_the_pixels)
def keeps_every_pixel_in_its_place(student, rng):
    """keeps every image as it is, upright, in the loader's order"""
    from datasets import mnist

    for (images, _), (originals, _) in zip(loaded(student), mnist.load_data(), strict=True):
        hint = "all images, the training images first: nothing is left out, shuffled or swapped"
        expect_equal(len(images), len(originals), "the number of images", hint=hint)
        places = rng.choice(len(originals), 50, replace=False)
        expected = originals[places].astype(np.float64) / 255
        mistakes = {"rows and columns are swapped: the digits lie on their side": np.swapaxes(expected, 1, 2)}
        expect_close(images[places], expected, "the pixels", hint=hint, mistakes=mistakes, atol=1e-5)


@check(task="load_rows", points=1, after=returns_images_and_labels)
def keeps_every_label(student, rng):
    """keeps every label beside its image"""
    from datasets import mnist

    for (_, labels), (_, originals) in zip(loaded(student), mnist.load_data(), strict=True):
        expect_equal(labels, originals, "the list of labels", hint="return the labels as the loader gives them, in its order")


# Task 2


@check(task="build_model", points=2, after=gives_ten_numbers_an_image)
def shares_nothing_between_models(student, rng):
    """makes a new model at every call, which shares no weights with earlier ones"""
    images = rng.random((2, 28, 28), dtype=np.float32)
    first, second = student.build_model(3, 0.01), student.build_model(3, 0.01)
    before, _ = first.predict(images), second.predict(images)
    second.set_weights([np.zeros(np.shape(weight), np.float32) for weight in second.get_weights()])
    hint = "make the layers and the model inside the function: a model kept outside goes on with the weights of the last cell"
    expect_close(first.predict(images), before, "the first model's answer after the second one's weights were changed", hint=hint)


@check(task="build_model", points=2, after=(answers_from_the_last_row_with_softmax, trains_with_adam_at_the_given_rate))
def follows_any_units_and_rate(student, rng):
    """does so for any number of units and any learning rate"""
    units, rate = int(rng.choice([5, 7, 9, 11, 13])), float(10 ** rng.uniform(-5, 0))
    model, oracle = random_network(student, rng, units, rate)
    expect_oracle(model, oracle, rng.random((7, 28, 28), dtype=np.float32), "random images")
    hint = "hand learning_rate on to the optimizer, and units to the LSTM, as they are given"
    expect_close(model.optimizer()["learning_rate"], rate, "the learning rate", hint=hint)


@check(task="build_model", points=2, after=(is_compiled_with_cross_entropy, reports_accuracy))
def measures_any_batch(student, rng):
    """measures the loss and the accuracy of any images"""
    found, loss, accuracy, mistakes = evaluated(student, rng, units=int(rng.integers(2, 9)), count=24)
    hint = "sparse categorical cross-entropy, averaged over the images, and accuracy"
    expect_close(found.get("loss"), loss, "the loss", hint=hint, mistakes=mistakes, rtol=1e-3)
    good = any(abs(value - accuracy) < 1e-4 for name, value in found.items() if name != "loss")
    expect(good, "no metric is the accuracy", hint)


# Task 3


@check(task="count_parameters", points=3, after=(counts_small_networks, returns_an_integer))
def counts_networks_too_large_to_build(student, rng):
    """counts networks that are too large to build, exactly"""
    for units in (int(rng.integers(17, 4096)), 2 * int(rng.integers(10**8, 5 * 10**8))):
        with advising("count by the formula, in Python's whole numbers, and build no model"):
            weights = 28 * 4 * units + units * 4 * units + units * 10
            expect_equal(student.count_parameters(units), weights + 4 * units + 10, "the count")


# Task 4


def black(labels):
    """Black images with these labels: nothing but the labels can be learnt from them."""
    return np.zeros((len(labels), 28, 28), np.float32), labels


def black_run(student, units=2, learning_rate=DEFAULT_RATE, epochs=1, batch_size=24):
    """One cell on 24 black images that are all called 6: a single step, unless told otherwise.

    Before the first step every network's loss is exactly ln 10, whatever its weights; every step makes it smaller.
    """
    sixes, budget = black(np.full(24, 6)), (units, learning_rate, epochs, batch_size)
    data = (sixes, sixes)
    return once(student, budget, lambda: figures_of(student, units, learning_rate, data, epochs=epochs, batch_size=batch_size))


@check(task="run_cell", points=1, after=measures_test_accuracy_on_the_test_set)
def measures_any_cell(student, rng):
    """measures test_accuracy as it is, on any data, and never trains on the test set"""
    sixes = int(rng.integers(8, 48))
    labels = rng.permutation(np.repeat([6, 3], [sixes, 960 - sixes]))
    found = figures_of(student, 2, DEFAULT_RATE, (black(np.full(24, 6)), black(labels)), batch_size=2)
    hint = "train on the first pair of data only, and evaluate the second pair for test_accuracy"
    expect_close(found["test_accuracy"], sixes / 960, "test_accuracy", hint=hint)


@check(task="run_cell", points=1, after=learns_an_easy_task)
def measures_after_the_training(student, rng):
    """measures train_accuracy and train_loss with the final weights, after the training"""
    hint = "fit()'s history is an average over the epoch, while the weights still changed: evaluate() the training images afterwards"
    expect_close(black_run(student, batch_size=2)["train_accuracy"], 1, "train_accuracy after twelve steps", hint=hint)
    loss_of_chance = math.log(10)
    expect(black_run(student)["train_loss"] < loss_of_chance - 1e-4, "train_loss after one step is the loss before it", hint)


@check(task="run_cell", points=1, after=learns_an_easy_task)
def trains_for_the_given_epochs(student, rng):
    """trains for as many epochs as it is given"""
    gained = black_run(student)["train_loss"] - black_run(student, epochs=12)["train_loss"]
    expect(gained > 1e-3, "twelve epochs lead no further than one", "hand epochs on to fit()")


@check(task="run_cell", points=1, after=learns_an_easy_task)
def trains_in_the_given_batches(student, rng):
    """trains in batches of the size that it is given"""
    gained = black_run(student)["train_loss"] - black_run(student, batch_size=2)["train_loss"]
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
        slow, fast = (black_run(student, learning_rate=rate, batch_size=2)["train_loss"] for rate in (DEFAULT_RATE, 0.1))
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


# Task 5


@check(task="sweep", points=2, after=(keeps_a_failed_cell, flags_a_diverged_cell))
def keeps_every_cell_of_any_grid(student, rng):
    """keeps every cell of any grid, whatever becomes of it"""
    widths = rng.choice(np.arange(2, 99), 3, replace=False).tolist()
    rates = sorted({round(float(rate), 6) for rate in 10 ** rng.uniform(-4, 0, 5)}, reverse=True)
    cells = [(width, rate) for width in widths for rate in rates]
    outcomes = {cell: tuple(rng.uniform(0.05, 1, 3).round(4).tolist()) for cell in cells}
    for place, fate in zip(rng.choice(len(cells), 4, replace=False), (math.inf, math.nan, None, None), strict=True):
        cell = cells[place]
        outcomes[cell] = Raise("this cell does not run") if fate is None else (*outcomes[cell][:2], fate)
    with advising("nan and infinite losses are both diverged, every error is failed, and nothing is dropped or rounded"):
        expect_table(student.sweep(widths, rates, NO_DATA, run=stand_in(outcomes)), outcomes)


@check(task="sweep", points=2, after=has_one_row_a_cell)
def hands_on_data_and_budget(student, rng):
    """hands the data and the whole budget on to every run"""
    budget = {"epochs": int(rng.integers(2, 9)), "batch_size": int(rng.integers(10, 99)), "seed": int(rng.integers(1, 99))}
    outcomes = {(5, 0.25): (0.5, 0.4, 1.0), (6, 0.25): (0.6, 0.3, 1.1)}
    run = stand_in(outcomes, ("units", "learning_rate", "data", *budget), (NO_DATA, *budget.values()))
    with advising("call run(units, learning_rate, data, **budget): what sweep is given beyond run belongs to every cell"):
        expect_table(student.sweep([5, 6], [0.25], NO_DATA, run=run, **budget), outcomes)


@check(task="sweep", points=1, after=has_one_row_a_cell)
def shows_its_progress(student, rng):
    """prints its progress"""
    sweep = student.sweep
    sweep([2], [0.1, 1.0], NO_DATA, run=stand_in({(2, 0.1): (0.5, 0.4, 1.5), (2, 1.0): (0.3, 0.2, 2.0)}))
    expect(
        sweep.printed.strip(), "nothing is printed", "print a line for every cell: a sweep takes minutes, and silence looks like a crash"
    )


# Task 6


@check(task="results_table", points=3, after=(has_units_down_and_rates_across, leaves_holes_where_cells_are_missing))
def arranges_any_sweep(student, rng):
    """arranges any sweep, also one where a whole width and a whole rate failed"""
    widths, rates = [9, 16, 100, 256], [1e-05, 0.0003, 0.002, 0.1, 1.0]
    cells = [(width, rate) for width in widths for rate in rates]
    accuracy = {cell: float(value) for cell, value in zip(cells, rng.uniform(0.05, 1, len(cells)), strict=True)}
    failed_width, failed_rate = rng.choice(widths[1:]), rng.choice(rates[:-1])
    accuracy = {cell: math.nan if failed_width == cell[0] or failed_rate == cell[1] else value for cell, value in accuracy.items()}
    del accuracy[(9, 1.0)]
    expect_pivot(student, {cells[place]: accuracy[cells[place]] for place in rng.permutation(len(cells)) if cells[place] in accuracy}, "")


# Task 7


@check(task="plot_heatmap", points=2, after=(draws_the_table, writes_the_figures))
def draws_any_table(student, rng):
    """draws and annotates any table, with an empty cell where a figure is missing"""
    values = rng.uniform(0, 1, (int(rng.integers(3, 6)), int(rng.integers(2, 5))))
    values[tuple(rng.integers(0, values.shape))] = math.nan
    axes = drawn(student, values, 2 ** np.arange(values.shape[0]), 10.0 ** -np.arange(values.shape[1])[::-1])
    hint = "draw the table as it is; a missing figure stays empty"
    expect_close(axes.heatmap(), values, "the heatmap", hint=hint)
    expect_annotations(axes, values)


@check(task="plot_heatmap", points=1, after=fixes_the_colour_scale)
def compares_across_tables(student, rng):
    """gives one accuracy the same colour in every table"""
    for low in (0.05, 0.9):
        limits = drawn(student, rng.uniform(low, low + 0.05, (2, 3))).color_limits()
        expect_close(limits, (0, 1), "the ends of the colour scale", hint="vmin=0, vmax=1, as numbers, not taken from the table")


# Task 8


@check(task="answers", points=2, after=finds_the_collapsed_cells)
def names_the_digit_of_every_collapsed_cell(student, rng):
    """names the digit that each collapsed cell answers"""
    answers, frame, rows = own_table(student)
    for cell, digits in collapsed_cells(frame, rows).items():
        hint = "compare the cell's test accuracy with the share of each digit among the test labels: which digit is it?"
        expect(answers["collapsed"][cell] in digits, "a collapsed cell has another digit", hint)


@check(task="answers", points=1)
def comes_with_a_whole_table(student, rng):
    """comes with a table of all 18 cells, with accuracies that can be"""
    _, frame, rows = own_table(student)
    hint = "the table has 18 rows: 16, 32 and 64 units, each at six learning rates; make it with the cell given and hand it in as it is"
    expected = sorted((units, rate) for units in HOME_WIDTHS for rate in HOME_RATES)
    expect_equal(sorted(rows), expected, "the list of cells", hint=hint)
    expect_equal(len(frame), len(rows), "the number of rows", hint=hint)
    for row in rows.values():
        figures = [row[name] for name in FIGURES]
        status = "failed" if math.isnan(figures[1]) else "ok" if math.isfinite(figures[2]) else "diverged"
        expect_equal(row["status"], status, "a status", hint=hint)
        shares = [figure for figure in figures[:2] if not math.isnan(figure)]
        expect(all(0 <= share <= 1 for share in shares), "an accuracy is no share", hint)
