"""The instructor's notebook -> the student's: solutions out, stubs in, cells locked. Fails closed on every stray marker."""

import ast
import copy
import json
import re

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, ComputeChecksums, LockCells, NbGraderPreprocessor

from autograder.errors import LeakError, SourceError

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
_EDGE, _GAP = "(?:BEGIN|START|END|STOP)", r"[\s_#:*-]*"
MARKER = re.compile(
    rf"(?:\b|_){_EDGE}{_GAP}(?:S(?:OU?L|LO)\w*NS?\b|HIDDEN{_GAP}TEST|MARK{_GAP}SCHEME)|\bSOLUTIONS?{_GAP}{_EDGE}\b", re.IGNORECASE
)
"""Whatever looks like a marker, well written or not: a line that matches and is none of the two above is an error."""
COMMENT = "###"
"""In code, comments that begin so are kept for markers: any other is an error, a marker misspelt in a way nobody thought of."""
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
        SourceError: a marker is missing, stray, nested or misspelt, or a stub leaves code that does not parse.
        LeakError: a line of a solution would still stand in the release.
    """
    released = copy.deepcopy(notebook)
    for step in RELEASE_STEPS:
        released, _ = step().preprocess(released, ResourcesDict())
    _refuse_leaks(notebook, released)
    for before, after in zip(notebook.cells, released.cells, strict=True):
        if after.cell_type == "code" and _parses(before.source) and not _parses(after.source):
            raise SourceError("what is left without the solution does not parse", after["id"])
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
        elif MARKER.search(line) or cell_type == "code" and marker.startswith(COMMENT):
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
    return f"raise NotImplementedError({_literal(title)})" if indent else CODE_STUB


def _literal(text: str) -> str:
    """A text as Python code, in double quotes; JSON's escapes are Python's."""
    return json.dumps(text, ensure_ascii=False)


def _parses(code: str) -> bool:
    """Whether code is Python; a cell with magics is not."""
    try:
        ast.parse(code)
    except (SyntaxError, ValueError):  # ValueError: a null byte
        return False
    return True


def _refuse_leaks(notebook: NotebookNode, released: NotebookNode) -> None:
    secret = solution_lines(notebook)
    for cell in released.cells:
        for line in cell.source.split("\n"):
            if line.strip() in secret:
                raise LeakError(f"this line of a solution would be released: {line.strip()}", cell["id"])
