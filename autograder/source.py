"""solutions/NAME/source.py -> the instructor's notebook: every cell with its id and whole nbgrader metadata."""

import hashlib
import math
import re

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.checks.specification import Specification, SpecificationError, Task
from autograder.errors import SourceError

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
SCHEMA_VERSION = 3
"""The version of nbgrader's cell metadata that is written."""
CHECK_PREFIX = "check_"
"""A grade cell's grade_id is this and its task's name."""
GRADE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""A grade_id is its cell's id as well, and nbformat allows these."""


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
    if cell.cell_type not in ("code", "markdown"):
        raise SourceError(f"a cell is code or markdown, not {cell.cell_type}", where)
    new = nbformat.v4.new_code_cell(cell.source) if cell.cell_type == "code" else nbformat.v4.new_markdown_cell(cell.source)
    unknown = set(cell.metadata) - {"nbgrader", "lines_to_next_cell"}
    if unknown:
        raise SourceError(f"unknown cell metadata {sorted(unknown)}", where)
    if "nbgrader" not in cell.metadata:
        return new
    if not isinstance(cell.metadata["nbgrader"], dict):
        raise SourceError("nbgrader metadata that is no dict", where)
    short = dict(cell.metadata["nbgrader"])
    name = short.pop("grade_id", None)
    if not isinstance(name, str) or not GRADE_ID.fullmatch(name):
        raise SourceError("nbgrader metadata without a grade_id of at most 64 letters, digits, _ and -", where)
    grade, solution, locked = flags = [short.pop(key, False) for key in ("grade", "solution", "locked")]
    if not all(isinstance(flag, bool) for flag in flags):
        raise SourceError("grade, solution and locked are true or false", name)
    points = short.pop("points", None)
    if points is not None and not grade:
        raise SourceError("points in a cell that is not graded", name)
    if short:
        raise SourceError(f"unknown nbgrader metadata {sorted(short)}", name)
    full = {"grade_id": name, "grade": grade, "solution": solution, "locked": locked or (grade and not solution)}
    full |= {"schema_version": SCHEMA_VERSION, "task": False, "cell_type": cell.cell_type}
    if grade:
        full["points"] = _points(name, points, solution, specification)
    new.metadata["nbgrader"] = full
    if solution and not grade:
        new.metadata["course"] = {"stub": _task(name, name, specification).title}
    return new


def _task(task: str, cell: str, specification: Specification) -> Task:
    try:
        return specification.task(task)
    except SpecificationError as error:
        raise SourceError(str(error), cell) from None


def _points(name: str, points: float | None, solution: bool, specification: Specification) -> float:
    """What a grade cell is worth: a written one says so itself, a checked one asks its task."""
    if solution:
        if type(points) not in (int, float) or not 0 < points < math.inf:
            raise SourceError("a written answer needs points", name)
        return points
    if points is not None:
        raise SourceError("the points of a check cell come from its checks: leave them out", name)
    if not name.startswith(CHECK_PREFIX):
        raise SourceError(f"a check cell's grade_id must begin with {CHECK_PREFIX}", name)
    return _task(name.removeprefix(CHECK_PREFIX), name, specification).points


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
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata and cell.cell_type == "code"}
    for task in specification.tasks:
        solution_cell, check_cell = cells.get(task.name), cells.get(CHECK_PREFIX + task.name)
        if not _is(solution_cell, solution=True, grade=False) or not _is(check_cell, solution=False, grade=True):
            raise SourceError(f"task {task.name} needs a solution cell {task.name!r} and a check cell {CHECK_PREFIX + task.name!r}")
        if check_cell.source.strip() != f'check("{task.name}")':
            raise SourceError(f'a check cell holds one line: check("{task.name}")', check_cell.metadata.nbgrader.grade_id)
    nbformat.validate(notebook)


def _is(cell: NotebookNode | None, **flags: bool) -> bool:
    return cell is not None and all(cell.metadata.nbgrader[name] is flag for name, flag in flags.items())
