"""The MNIST sweep, Task 8: the answers, compared with the student's own table."""

import math

from course_checks import FULL_TEST_COUNTS, HOME_RATES, HOME_WIDTHS
from course_checks_sweep import FIGURES, table_rows

from autograder.checks.expectations import Mismatch, NotAttempted, expect, expect_equal
from autograder.checks.specification import check


def own_table(student):
    """The answers and the rows of the table that was handed in, by cell."""
    answers = student.answers
    if not isinstance(answers, dict) or answers.get("best_cell") is None:
        raise NotAttempted("Task 8: read your own table")
    frame = student.frame
    expect(frame is not None, "there is no table to compare with", "hand in sweep.csv, which Task 5 saved, beside the notebook")
    return answers, frame, {(row["units"], row["learning_rate"]): row for row in table_rows(frame)}


@check(task="answers", points=1)
def comes_with_a_whole_table(student, rng):
    """comes with a table of all 18 cells, with their seed, as the cell given makes it"""
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
    shares_of(frame)
    seeds = set(frame["seed"].tolist()) if "seed" in list(frame.columns) else set()
    good = len(seeds) == 1 and all(type(seed) is int and 0 <= seed < 2**31 for seed in seeds)
    hint = "delete sweep.csv and run the cell that makes it once more: it draws one seed for all cells and writes it down"
    expect(good, f"the table's column seed holds {sorted(map(str, seeds))}", hint)


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
