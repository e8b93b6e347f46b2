"""The MNIST sweep, Tasks 6 and 7: the table and its heatmap."""

import contextlib
import math

import numpy as np
import pandas

from autograder.checks.expectations import advising, expect, expect_close, expect_equal
from autograder.checks.specification import check

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


def expect_upright(limits):
    """Fails unless the first row is drawn on top and the first column on the left, wherever the drawing puts its cells."""
    (left, right), (bottom, top) = limits["x"], limits["y"]
    hint = "leave the axes as seaborn draws them: the first width on top, the smallest rate on the left"
    expect(bottom > top, "the first row of the table is at the bottom of the heatmap", hint)
    expect(left < right, "the first column of the table is on the right of the heatmap", hint)


SHOWN = np.array([[0.12, 0.34, 0.56], [0.23, 0.45, 0.67]])


@check(task="plot_heatmap", points=1)
def draws_the_table(student, rng):
    """returns the Axes of a heatmap whose cells are the table's"""
    mistakes = {"the heatmap lies on its side: draw the table as it is": SHOWN.T}
    hint = "seaborn.heatmap(table, …) draws it, first row on top"
    axes = drawn(student, SHOWN)
    expect_close(axes.heatmap(), SHOWN, "the heatmap", "a table of 2 × 3 cells", hint, mistakes)
    expect_upright(axes.limits())


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
