"""The MNIST sweep, Tasks 5 to 7: random grids, random tables."""

import math

import numpy as np
from course_checks_sweep import NO_DATA, expect_table, flags_a_diverged_cell, has_one_row_a_cell, keeps_a_failed_cell, stand_in
from course_checks_table import (
    drawn,
    draws_the_table,
    expect_annotations,
    expect_pivot,
    fixes_the_colour_scale,
    has_units_down_and_rates_across,
    leaves_holes_where_cells_are_missing,
    writes_the_figures,
)

from autograder.checks.expectations import advising, expect, expect_close
from autograder.checks.specification import check
from autograder.checks.wire import Raise

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
