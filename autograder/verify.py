"""Proves an assignment's checks: right answers pass, wrong ones fail where they should and get the right hint."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.assignment import Assignment
from autograder.build import notebook_bytes
from autograder.checks.outcomes import CheckResult, Outcome
from autograder.checks.specification import Specification
from autograder.errors import SourceError
from autograder.grading.record import Record
from autograder.release import BEGIN, END


@dataclass(frozen=True)
class Case:
    """One submission whose verdict is known beforehand."""

    name: str
    """What the report calls it: "solution", "untouched", "mistakes/NAME", "alternatives/NAME"."""
    notebook: NotebookNode
    """What is handed in."""
    fails: str = ""
    """The check that a mistake must fail; empty for the others."""
    hint: str = ""
    """A part of the hint that a mistake must get."""
    about: str = ""
    """What the student did: the file's docstring."""
    files: Path | None = None
    """A folder of files that are handed in over those that the solved notebook makes."""
    replaced: tuple[str, ...] = ()
    """The cells that differ from the solution's."""
    spoils: tuple[str, ...] = ()
    """Checks of other tasks that may fail as well, since those tasks use what this one wrote; empty for nearly all."""

    @property
    def kind(self) -> str:
        return self.name.split("/")[0]


@dataclass(frozen=True)
class CaseVerdict:
    """Whether a case came out as it must."""

    case: Case
    """What was graded."""
    record: Record
    """What came out."""
    complaints: tuple[str, ...]
    """What is not as it must be; empty when all is well."""


def cases(assignment: Assignment, solved: NotebookNode, released: NotebookNode) -> list[Case]:
    """Solution, untouched release, every mistake and every alternative.

    Raises:
        SourceError: a file of these is not well formed.
    """
    found = [Case("solution", solved), Case("untouched", released)]
    for kind in ("mistakes", "alternatives"):
        for path in sorted((assignment.solutions / kind).glob("*.py")):
            found.append(_read_case(path, f"{kind}/{path.stem}", solved))
    return found


def hand_in(case: Case, assignment: Assignment, folder: Path) -> None:
    """Lays a case out as a student's folder: the notebook, and what the solved notebook made at home."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{assignment.name}.ipynb").write_bytes(notebook_bytes(without_markers(case.notebook)))
    if case.kind != "untouched":
        for source in (assignment.handed_in, case.files):
            for path in sorted(source.iterdir()) if source is not None and source.is_dir() else ():
                (folder / path.name).write_bytes(path.read_bytes())


def judge(case: Case, record: Record, specification: Specification) -> CaseVerdict:
    """Compares what came out with what must come out."""
    complaints = list(_complaints(case, record, specification))
    return CaseVerdict(case, record, tuple(complaints))


def _complaints(case: Case, record: Record, specification: Specification) -> Iterator[str]:
    results = [result for report in record.reports for result in report.results]
    for result in results:
        if result.outcome is Outcome.GRADER_ERROR and not _may_be_unjudged(case, result):
            yield f"{result.name}: {result.evidence.problem}"
    if record.problem:
        yield record.problem
    if case.kind in ("solution", "alternatives"):
        yield from (f"{result.name} did not pass: {_told(result)}" for result in results if result.outcome is not Outcome.PASSED)
    elif case.kind == "untouched":
        wrong = [report.task for report in record.reports if any(r.outcome is not Outcome.NOT_ATTEMPTED for r in report.results)]
        yield from (f"task {task} is not reported as not attempted" for task in wrong)
    else:
        yield from _mistake_complaints(case, results, specification)


def _mistake_complaints(case: Case, results: list[CheckResult], specification: Specification) -> Iterator[str]:
    by_name = {result.name: result for result in results}
    if case.fails not in by_name:
        yield f"FAILS names {case.fails!r}, which is no check"
        return
    target = by_name[case.fails]
    if target.outcome is not Outcome.FAILED:
        yield f"{case.fails} is {target.outcome.value}, not failed"
    elif case.hint not in (target.evidence.hint if target.evidence else ""):
        yield f"{case.fails} gave another hint: {_told(target)}"
    expected = {name for wrong in (case.fails, *case.spoils) for name in (wrong, *_dependents(wrong, specification))}
    yield from (f"SPOILS names {name!r}, which is no check" for name in case.spoils if name not in by_name)
    for result in results:
        if result.outcome is not Outcome.PASSED and result.name not in expected and not _may_be_unjudged(case, result):
            yield f"{result.name} did not pass either: {_told(result)}"


def _may_be_unjudged(case: Case, result: CheckResult) -> bool:
    """Whether a check may say that it cannot judge: where a mistake keeps it from measuring anew what was measured at home."""
    return case.kind == "mistakes" and result.outcome is Outcome.GRADER_ERROR and result.evidence.tells_nothing


def _dependents(name: str, specification: Specification) -> set[str]:
    """The checks that build on a check, at any distance."""
    found: set[str] = set()
    for check in specification.checks:
        if set(check.after) & ({name} | found):
            found.add(check.name)
    return found


def _told(result: CheckResult) -> str:
    evidence = result.evidence
    parts = [] if evidence is None else [evidence.problem, evidence.expected and f"expected {evidence.expected}"]
    parts += [] if evidence is None else [evidence.actual and f"got {evidence.actual}", evidence.hint and f"hint: {evidence.hint}"]
    return f"{result.outcome.value}; " + "; ".join(part for part in parts if part)


def _read_case(path: Path, name: str, solved: NotebookNode) -> Case:
    """A file of replacement cells: a docstring, for a mistake FAILS and HINT, then percent cells named by grade_id. Beside
    NAME.py may stand a folder NAME/ of files that are handed in over the solution's."""
    text = path.read_text(encoding="utf-8")
    head, *rest = text.split("\n# %% ")
    try:
        tree = ast.parse(head)
    except SyntaxError as error:
        raise SourceError(f"{path} does not begin with a docstring and constants: {error.msg}") from None
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant)
    }
    replaced = {}
    for part in rest:
        title, _, source = part.partition("\n")
        replaced[title.strip()] = source.strip()
    files = path.with_suffix("") if path.with_suffix("").is_dir() else None
    if not (replaced or files) or ast.get_docstring(tree) is None:
        raise SourceError(f"{path} needs a docstring and at least one cell (# %% grade_id), or a folder of files of its name")
    told = [constants.get(key) for key in ("FAILS", "HINT")] if name.startswith("mistakes/") else []
    if told and not (all(isinstance(text, str) for text in told) and told[0]):
        raise SourceError(f"{path} needs FAILS, a check's name, and HINT, a part of its hint")
    notebook = _with_cells(solved, replaced, path)
    about = ast.get_docstring(tree)
    told = (constants.get(key, "") for key in ("FAILS", "HINT"))
    return Case(name, notebook, *told, about, files, tuple(replaced), tuple(str(constants.get("SPOILS", "")).split()))


def without_markers(notebook: NotebookNode) -> NotebookNode:
    """The notebook as somebody would write it who never saw the source."""
    new = copy.deepcopy(notebook)
    for cell in new.cells:
        cell.source = "\n".join(line for line in cell.source.split("\n") if line.strip() not in (BEGIN, END))
    return new


def _with_cells(notebook: NotebookNode, replaced: dict[str, str], path: Path) -> NotebookNode:
    known = {cell["id"] for cell in notebook.cells}
    unknown = set(replaced) - known
    if unknown:
        raise SourceError(f"{path} replaces cells that do not exist: {', '.join(sorted(unknown))}")
    new = copy.deepcopy(notebook)
    for cell in new.cells:
        cell.source = replaced.get(cell["id"], cell.source)
    return new
