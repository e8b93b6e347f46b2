"""The MNIST sweep, Task 5: the grid, with stand-ins for the training."""

import math

import numpy as np

from autograder.checks.expectations import advising, expect, expect_close, expect_equal
from autograder.checks.specification import check
from autograder.checks.wire import Raise, Scripted

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
    fails, runs = {(4, 0.1): Raise("out of memory")}, {(4, 1.0): (0.3, 0.2, 2.0)}
    for outcomes in (fails | runs, fails):
        with advising("catch the exception that run raises, keep the cell's row, and go on with the next cell"):
            frame = student.sweep([4], [rate for _, rate in outcomes], NO_DATA, run=stand_in(outcomes))
        expect_table(frame, outcomes)


@check(task="sweep", points=1, after=has_one_row_a_cell)
def flags_a_diverged_cell(student, rng):
    """keeps a cell whose loss is no longer a finite number, as "diverged", with its accuracies"""
    outcomes = {(4, 0.1): (0.5, 0.4, 1.5), (4, 1.0): (0.098, 0.099, math.nan)}
    expect_table(student.sweep([4], [0.1, 1.0], NO_DATA, run=stand_in(outcomes)), outcomes)
