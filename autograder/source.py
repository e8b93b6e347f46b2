"""solutions/NAME/source.py -> the instructor's notebook: every cell with its id and whole nbgrader metadata."""

import hashlib

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.checks.specification import Specification
from autograder.errors import SourceError

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
SCHEMA_VERSION = 3
"""The version of nbgrader's cell metadata that is written."""
CHECK_PREFIX = "check_"
"""A grade cell's grade_id is this and its task's name."""


def read_source(text: str, specification: Specification) -> NotebookNode:
    """Builds the instructor's notebook, solutions and all.

    Args:
        text: jupytext percent text whose cells carry short nbgrader metadata: grade_id, and `solution`, `grade` or
            `locked`; a grade cell's points come from its task's checks.
        specification: the assignment's public and hidden checks.

    Raises:
        SourceError: a cell is not well formed, or tasks and cells do not belong together one to one.
    """
    read = jupytext.reads(text, fmt="py:percent")
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": dict(KERNELSPEC), "language_info": {"name": "python"}})
    for place, cell in enumerate(read.cells):
        notebook.cells.append(_complete(cell, specification, f"number {place + 1}"))
    _give_ids(notebook)
    _validate(notebook, specification)
    return notebook


def _complete(cell: NotebookNode, specification: Specification, where: str) -> NotebookNode:
    """A new cell with the metadata that nbgrader wants, or none."""
    new = nbformat.v4.new_code_cell(cell.source) if cell.cell_type == "code" else nbformat.v4.new_markdown_cell(cell.source)
    unknown = set(cell.metadata) - {"nbgrader", "lines_to_next_cell"}
    if unknown:
        raise SourceError(f"unknown cell metadata {sorted(unknown)}", where)
    short = dict(cell.metadata.get("nbgrader", {}))
    if not short:
        return new
    name = short.pop("grade_id", None)
    if not isinstance(name, str) or not name.replace("_", "").replace("-", "").isalnum():
        raise SourceError("nbgrader metadata without a grade_id of letters, digits, _ and -", where)
    grade, solution, locked = (short.pop(key, False) for key in ("grade", "solution", "locked"))
    points = short.pop("points", None)
    if short:
        raise SourceError(f"unknown nbgrader metadata {sorted(short)}", name)
    full = {"grade_id": name, "grade": grade, "solution": solution, "locked": locked or (grade and not solution)}
    full |= {"schema_version": SCHEMA_VERSION, "task": False, "cell_type": cell.cell_type}
    if grade:
        full["points"] = _points(name, points, solution, specification)
    new.metadata["nbgrader"] = full
    if solution and not grade:
        new.metadata["course"] = {"stub": specification.task(name).title}
    return new


def _points(name: str, points: float | None, solution: bool, specification: Specification) -> float:
    """What a grade cell is worth: a written one says so itself, a checked one asks its task."""
    if solution:
        if not isinstance(points, int | float) or points <= 0:
            raise SourceError("a written answer needs points", name)
        return points
    if points is not None:
        raise SourceError("the points of a check cell come from its checks: leave them out", name)
    if not name.startswith(CHECK_PREFIX):
        raise SourceError(f"a check cell's grade_id must begin with {CHECK_PREFIX}", name)
    return specification.task(name.removeprefix(CHECK_PREFIX)).points


def _give_ids(notebook: NotebookNode) -> None:
    """Cell ids that two builds share: the grade_id, or a digest of the cell's own text."""
    used: set[str] = set()
    for cell in notebook.cells:
        base = cell.metadata.get("nbgrader", {}).get("grade_id")
        base = base or f"{cell.cell_type}-{hashlib.sha256(cell.source.encode()).hexdigest()[:8]}"
        name, number = base, 1
        while name in used:
            number += 1
            name = f"{base}-{number}"
        used.add(name)
        cell["id"] = name


def _validate(notebook: NotebookNode, specification: Specification) -> None:
    names = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]
    for name in names:
        if names.count(name) > 1:
            raise SourceError("two cells share this grade_id", name)
    for task in specification.tasks:
        cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
        check_cell = cells.get(CHECK_PREFIX + task.name)
        if task.name not in cells or check_cell is None:
            raise SourceError(f"task {task.name} needs a solution cell {task.name!r} and a check cell {CHECK_PREFIX + task.name!r}")
        if check_cell.source.strip() != f'check("{task.name}")':
            raise SourceError(f'a check cell holds one line: check("{task.name}")', check_cell.metadata.nbgrader.grade_id)
    nbformat.validate(notebook)
