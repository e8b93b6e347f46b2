"""A grid of two parameters beside a published one: tables, difference and heatmaps. It asks for names, and knows no assignment."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from solutions.reference import figures
from solutions.reference.tables import listing, pivot, to_markdown, write_csv, write_text


@dataclass(frozen=True)
class Grid:
    """How a grid is laid out and compared."""

    index: str
    """the parameter that goes down"""
    columns: str
    """the parameter that goes across"""
    value: str
    """the result in the cells"""
    ours: pd.DataFrame
    """mean over seeds; NaN where nothing was run"""
    published: pd.DataFrame
    """the published figures of the same rows and columns"""

    @property
    def difference(self):
        """Ours minus published."""
        return self.ours - self.published


def compare(found, index, columns, value, published):
    """Return the Grid of a preset's places, run or not, beside the published table cut to the same rows and columns.

    Args:
        published: DataFrame with the index's values as index and the columns' values as columns.
    """
    rows = list(dict.fromkeys(cell.parameters[index] for cell in found.preset.cells))
    order = list(dict.fromkeys(cell.parameters[columns] for cell in found.preset.cells))
    ours = pivot(found.frame, index, columns, value, rows, order)
    cut = published.reindex(index=rows, columns=order).astype(float)
    cut.index.name, cut.columns.name = index, columns
    return Grid(index, columns, value, ours, cut)


def read_published(path, index, columns):
    """Return a published table from CSV: the index in the first column, numbers for column names."""
    table = pd.read_csv(path, index_col=index)
    table.columns = pd.Index([float(column) for column in table.columns], name=columns)
    return table


def write_tables(grid, folder, caption):
    """Write table.csv (index and columns of the grid, empty where not run) and table.md (the same under its caption)."""
    write_csv(folder / "table.csv", grid.ours, index=True)
    write_text(folder / "table.md", f"{caption}\n\n{to_markdown(grid.ours)}")


def annotations(table, marks=None, written="{:.4f}"):
    """Return the text of each cell: its value, and in a second line its mark where there is one.

    Args:
        marks: {(row label, column label): text}.
    """
    notes = table.map(lambda value: "" if pd.isna(value) else written.format(round(value, 4) + 0.0)).astype(object)
    for (row, column), mark in (marks or {}).items():
        if row in notes.index and column in notes.columns and notes.loc[row, column]:
            notes.loc[row, column] += f"\n{mark}"
    return notes


def draw(grid, folder, titles, marks, warning=""):
    """Write heatmap_ours, heatmap_published, heatmap_difference and heatmaps (all three side by side), PNG and SVG.

    Args:
        titles: of the three panels, in this order.
        marks: second lines of the cells' notes for ours and for published.
        warning: what has to be read above every figure.
    """
    panels = {
        "ours": (figures.accuracy_heatmap, grid.ours, annotations(grid.ours, marks[0])),
        "published": (figures.accuracy_heatmap, grid.published, annotations(grid.published, marks[1])),
        "difference": (figures.difference_heatmap, grid.difference, annotations(grid.difference, written="{:+.4f}")),
    }
    together, axes = figures.new_figure(3, len(grid.ours), warning)
    for (name, (paint, table, notes)), title, beside in zip(panels.items(), titles, axes, strict=True):
        alone, (own,) = figures.new_figure(1, len(grid.ours), warning)
        for each in (own, beside):
            paint(each, table, notes, title)
        figures.save(alone, folder, f"heatmap_{name}")
    figures.save(together, folder, "heatmaps")


def made_with(frame, columns):
    """Return one sentence on the versions and devices that the runs were made with, each combination once; empty for no run."""
    if frame.empty:
        return ""
    combinations = frame[list(columns)].drop_duplicates().to_dict("records")
    return f"Made with {'; '.join(', '.join(f'{key} {value}' for key, value in each.items()) for each in combinations)}."


def common_sections(found, grid, columns):
    """Return {heading: text} of what every grid's page says; `columns` as in `distance`."""
    return {
        "Distance from the published table": distance(grid, columns),
        "Spread over seeds": listing(spread(found.frame, grid)),
        "Not run": listing(not_run(found, grid)),
        "Failed": listing(f"{title}: {reason}" for title, reason in found.failed.items()),
    }


def not_run(found, grid):
    """Return a line for each row and seed of the grid: at which columns it was not run."""
    rows = {}
    for cell in found.missing:
        if cell.title not in found.failed:
            rows.setdefault((cell.parameters[grid.index], cell.seed), []).append(f"{cell.parameters[grid.columns]:g}")
    name, across = grid.index.replace("_", " "), grid.columns.replace("_", " ")
    return [f"{name} {row:g}, seed {seed}: {across} {', '.join(places)}" for (row, seed), places in rows.items()]


def differences(assignment, warning):
    """Return the section that says what differs from the published figures and why, as somebody who looked into it wrote it down in
    the assignment's differences.md; none for a sample, which is compared with nothing.

    Args:
        assignment: the folder of the assignment, under solutions.
        warning: the preset's.
    """
    path = Path(assignment) / "differences.md"
    return {} if warning or not path.exists() else {"What differs, and why": path.read_text(encoding="utf-8")}


def markdown_page(title, opening, sections):
    """Return a page of Markdown: a title, paragraphs, then headings with their texts."""
    parts = [f"# {title}", *opening, *(f"## {heading}\n\n{text.strip()}" for heading, text in sections.items())]
    return "\n\n".join(parts) + "\n"


def spread(frame, grid):
    """Return a line for each place that was run with several seeds: runs, mean, deviation, least and greatest value."""
    if frame.empty:
        return []
    summary = frame.groupby([grid.index, grid.columns])[grid.value].agg(["count", "mean", "std", "min", "max"])
    return [
        f"{_place(grid, *place)}: {runs:.0f} runs, mean {mean:.4f}, deviation {std:.4f}, from {least:.4f} to {most:.4f}"
        for place, (runs, mean, std, least, most) in summary.iterrows()
        if runs > 1
    ]


def distance(grid, columns, limit=0.05):
    """Return a paragraph: how far ours is from the published table, over all cells and over the columns that matter.

    Args:
        columns: those whose cells are named where they differ by more than the limit.
    """
    difference = grid.difference.stack().dropna()
    if difference.empty:
        return "Nothing to compare."
    text = f"Mean of all {len(difference)} cells: {difference.abs().mean():.4f}."
    chosen = difference[[column in columns for _, column in difference.index]]
    if chosen.empty:
        return text
    names = ", ".join(f"{column:g}" for column in columns)
    far = [f"{_place(grid, *place)}: {by:+.4f}" for place, by in chosen.items() if abs(by) > limit]
    return (
        f"{text} Mean of the {len(chosen)} cells at {grid.columns.replace('_', ' ')} {names}: {chosen.abs().mean():.4f},"
        f" largest {chosen.abs().max():.4f}. By more than {limit} there:\n\n{listing(far)}"
    )


def _place(grid, row, column):
    return f"{grid.index.replace('_', ' ')} {row:g}, {grid.columns.replace('_', ' ')} {column:g}"
