"""The instructor's notebook -> the student's: solutions out, stubs in, cells locked. Fails closed on every stray marker."""

import copy
import re

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, ComputeChecksums, LockCells, NbGraderPreprocessor

from autograder.errors import LeakError, SourceError

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
MARKER = re.compile(r"\b(BEGIN|END)\W*(SOLUTION|HIDDEN|MARK)|\bSOLUTIONS?\W*(BEGIN|END)\b", re.IGNORECASE)
"""Whatever looks like a marker, well written or not: a line that matches and is none of the two above is an error."""
CODE_STUB = "# your answers here"
TEXT_STUB = "*Your answer here.*"
LEAST_TELLING = 16
"""Solution lines shorter than this many characters say nothing by themselves and may stand elsewhere."""


class ClearSolutions(NbGraderPreprocessor):
    """Takes nbgrader's ClearSolutions' place: strict about markers, and the stub names its task."""

    def preprocess_cell(self, cell: NotebookNode, resources: ResourcesDict, cell_index: int) -> tuple[NotebookNode, ResourcesDict]:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", f"number {cell_index + 1}")
        title = cell.metadata.pop("course", {}).get("stub", "")
        is_solution = cell.metadata.get("nbgrader", {}).get("solution", False)
        cell.source = clear_solution(cell.source, title, name, is_solution, cell.cell_type)
        return cell, resources


RELEASE_STEPS = (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums, CheckCellMetadata)
"""nbgrader's steps to a release, with our ClearSolutions in place of its own and without those that write to a gradebook."""


def make_release(notebook: NotebookNode) -> NotebookNode:
    """The student's notebook, made from a copy.

    Raises:
        SourceError: a marker is missing, stray, nested or misspelt.
        LeakError: a line of a solution would still stand in the release.
    """
    released = copy.deepcopy(notebook)
    for step in RELEASE_STEPS:
        released, _ = step().preprocess(released, ResourcesDict())
    _refuse_leaks(notebook, released)
    return released


def clear_solution(source: str, title: str, name: str, is_solution: bool, cell_type: str = "code") -> str:
    """Puts a stub in the place of each solution region of a cell.

    Args:
        source: the cell's text.
        title: the task's title, which the stub raises.
        name: the cell's name, for messages.
        is_solution: whether the cell may hold solutions; such a cell must hold one.
        cell_type: "code" or "markdown".

    Raises:
        SourceError: see make_release.
    """
    kept, inside, regions = [], False, 0
    for line in source.split("\n"):
        marker = line.strip()
        if marker == BEGIN:
            if inside:
                raise SourceError(f"{BEGIN} inside a solution", name)
            if not is_solution:
                raise LeakError("a solution in a cell that is not marked as a solution", name)
            inside, regions = True, regions + 1
            indent = line[: len(line) - len(line.lstrip())]
            kept.append(indent + _stub(title, indent, cell_type))
        elif marker == END:
            if not inside:
                raise LeakError(f"{END} without {BEGIN}", name)
            inside = False
        elif MARKER.search(line):
            raise LeakError(f"this line looks like a marker but is none: {line.strip()}", name)
        elif not inside:
            kept.append(line)
    if inside:
        raise LeakError(f"{BEGIN} without {END}", name)
    if is_solution and not regions:
        raise LeakError(f"a solution cell without {BEGIN} would be released as it is", name)
    return "\n".join(kept)


def solution_lines(notebook: NotebookNode) -> set[str]:
    """The lines that stand only inside solutions, stripped: none of them may reach a student."""
    solutions, elsewhere = set(), set()
    for cell in notebook.cells:
        inside = False
        for line in cell.source.split("\n"):
            text = line.strip()
            if text in (BEGIN, END):
                inside = text == BEGIN
            else:
                (solutions if inside else elsewhere).add(text)
    return {line for line in solutions - elsewhere if len(line) >= LEAST_TELLING}


def _stub(title: str, indent: str, cell_type: str) -> str:
    if cell_type != "code":
        return TEXT_STUB
    return f"raise NotImplementedError({title!r})".replace("'", '"') if indent else CODE_STUB


def _refuse_leaks(notebook: NotebookNode, released: NotebookNode) -> None:
    secret = solution_lines(notebook)
    for cell in released.cells:
        for line in cell.source.split("\n"):
            if line.strip() in secret:
                raise LeakError(f"this line of a solution would be released: {line.strip()}", cell["id"])
