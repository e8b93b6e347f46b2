"""Plumbing of figures: annotated heatmaps that show what was not run, and files that are the same at every drawing."""

import matplotlib
import numpy as np
import seaborn
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogFormatter

from solutions.reference.errors import StorageError

NOT_RUN = "not run"
DPI = 120  # of the PNG
FONT = 8  # points, of the annotations


def new_figure(panels=1, rows=9, warning=""):
    """Return a figure with that many axes side by side, and the warning written over all of them."""
    figure = Figure(figsize=(6.6 * panels, 1.9 + 0.5 * max(rows, 3)), layout="constrained")
    axes = figure.subplots(1, panels, squeeze=False)[0]
    warn(figure, warning)
    return figure, list(axes)


def warn(figure, warning):
    """Write a preset's warning over a figure; nothing where there is none."""
    if warning:
        figure.suptitle(warning, color="firebrick", fontsize=10, fontweight="bold", wrap=True)


def sequence_colour(number, count):
    """Return the colour of one of several lines that have an order: dark to light, all readable on white."""
    return matplotlib.colormaps["viridis"](0.9 * number / max(1, count - 1))


def accuracy_heatmap(axes, table, notes, title):
    """Draw accuracies on one colour scale from 0 to 1."""
    return heatmap(axes, table, notes, title, cmap="viridis", limits=(0.0, 1.0))


def difference_heatmap(axes, table, notes, title):
    """Draw differences on a diverging scale centred at 0, as wide as the largest of them."""
    largest = np.nanmax(np.abs(table.to_numpy()), initial=0.0)
    limit = max(0.1, float(largest))
    return heatmap(axes, table, notes, title, cmap="RdBu", limits=(-limit, limit))


def heatmap(axes, table, notes, title, cmap, limits):
    """Draw a table with a note in each cell; a cell that is NaN is hatched and says that it was not run.

    Args:
        notes: the cells' texts, a frame of the table's shape.
    """
    seaborn.heatmap(
        table, ax=axes, annot=notes, fmt="", cmap=cmap, vmin=limits[0], vmax=limits[1], mask=table.isna(),
        linewidths=0.5, linecolor="white", annot_kws={"fontsize": FONT, "linespacing": 1.1},
        xticklabels=[f"{column:g}" for column in table.columns], yticklabels=[str(label) for label in table.index],
    )  # fmt: skip
    for y, x in zip(*np.nonzero(table.isna().to_numpy()), strict=True):
        axes.add_patch(Rectangle((x, y), 1, 1, facecolor="0.92", edgecolor="0.7", hatch="///", linewidth=0))
        axes.text(
            x + 0.5, y + 0.5, NOT_RUN, ha="center", va="center", fontsize=FONT, color="0.25",
            bbox={"facecolor": "0.92", "edgecolor": "none", "pad": 1.0},
        )  # fmt: skip
    axes.set_title(title, fontsize=11)
    axes.set_xlabel(str(table.columns.name).replace("_", " "))
    axes.set_ylabel(str(table.index.name).replace("_", " "))
    axes.tick_params(axis="y", rotation=0)
    return axes


def plain_numbers(axis):
    """Write a logarithmic axis's numbers as they are, 100 and not 10², also between the powers where few powers are to be seen."""
    axis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
    axis.set_minor_formatter(LogFormatter(minor_thresholds=(2, 0.7)))


def save(figure, folder, name):
    """Write name.png and name.svg, without dates or random identifiers: the same figure gives the same bytes."""
    try:
        figure.savefig(folder / f"{name}.png", dpi=DPI)
        with matplotlib.rc_context({"svg.hashsalt": name}):
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
    except OSError as error:
        raise StorageError(f"cannot write {folder / name}: {error.strerror}") from error
