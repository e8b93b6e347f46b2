"""One submission's facts: from its code, its notebook as it was handed in, and what happened when it was graded."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.checks.outcomes import Outcome
from autograder.checks.specification import Specification
from autograder.grading.record import Record
from autograder.grading.submission import MAX_NOTEBOOK_BYTES, Submission
from autograder.integrity.mentions import FILES, GRADER, NETWORK, PROCESSES, mentions
from autograder.source import CHECK_PREFIX

TAMPERED = "cells, metadata"
OUTPUTS = "outputs"
LIMITS = "limits met"
KINDS = (NETWORK, FILES, PROCESSES, GRADER, TAMPERED, OUTPUTS, LIMITS)
"""The columns of the report."""
CODE, NOTEBOOK, GRADING, CELL = "its code", "its notebook", "the grader", "a cell's own words"
MOST_FACTS = 60
"""Most facts of one submission that are told; how many more there are is told as well."""
ERRORS = (
    (NETWORK, re.compile(r"\b(ConnectionError|ConnectionRefusedError|URLError|gaierror|MaxRetryError|HTTPError|ConnectTimeout)\b")),
    (NETWORK, re.compile(r"Network is unreachable|Name or service not known|Temporary failure in name resolution")),
    (FILES, re.compile(r"\bPermissionError\b|Read-only file system|FileNotFoundError: .*'(/|~|\.\.)")),
    (PROCESSES, re.compile(r"\bBlockingIOError\b|Resource temporarily unavailable|can't start new thread")),
    (LIMITS, re.compile(r"\bMemoryError\b|ResourceExhausted|File too large|No space left on device|Disk quota exceeded")),
)
"""What an error of a cell tells of."""
NOTES = (
    (PROCESSES, re.compile(r"processes")),
    (LIMITS, re.compile(r"ended the kernel|was left out: (the|this)|more than|took|used up|too often|not run")),
    (FILES, re.compile(r"link or no regular file|is a link")),
    (TAMPERED, re.compile(r"^cell |the cells were in another order|the notebook is called|put back")),
)
"""What a note of the grader's is about; the first that fits."""


@dataclass(frozen=True)
class Fact:
    """One thing that was found, and who says so."""

    kind: str
    """One of KINDS."""
    text: str
    """One sentence."""
    source: str
    """Whose word it is: code that was read, the notebook as handed in, the grader, or an output that the student's code made."""


@dataclass(frozen=True)
class StudentFacts:
    """All facts of one submission."""

    student: str
    """The student's id."""
    facts: tuple[Fact, ...]
    """In the order of KINDS."""
    remark: str = ""
    """What keeps the list from being complete: not graded yet, graded before its last change."""

    def of(self, kind: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.kind == kind]


def released_mentions(notebook: NotebookNode) -> set[tuple[str, str]]:
    """What the instructor's own notebook mentions: nobody is told of that."""
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return {(mention.kind, mention.what) for cell in cells for mention in mentions(cell.source)}


def facts_of_code(submission: Submission, known: set[tuple[str, str]]) -> Iterator[Fact]:
    """What a submission's own cells mention; the locked ones are the instructor's."""
    for cell in submission.notebook.cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("locked"):
            for mention in mentions(cell.source):
                if (mention.kind, mention.what) not in known:
                    yield Fact(mention.kind, f"the code mentions {mention.what} (cell {cell['id']}, line {mention.line})", CODE)


def facts_of_notebook(path: Path, released: NotebookNode, specification: Specification, record: Record | None) -> Iterator[Fact]:
    """What the file as it was handed in claims: metadata that was changed, reports that grading does not bear out."""
    masters = {cell.metadata["nbgrader"]["grade_id"]: cell for cell in released.cells if "nbgrader" in cell.metadata}
    for cell in _raw_cells(path):
        metadata = cell.get("metadata")
        about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        name = about.get("grade_id") if isinstance(about, dict) else None
        if not isinstance(name, str) or name not in masters:
            continue
        master = masters[name].metadata["nbgrader"]
        for key in ("points", "locked", "grade", "solution"):
            if key in about and key in master and about[key] != master[key]:
                yield Fact(TAMPERED, f"the metadata of cell {name} says {key} {_short(about[key])}; released with {master[key]}", NOTEBOOK)
        if master["grade"] and not master["solution"] and isinstance(cell.get("outputs"), list):
            yield from _claims(name, _output_texts(cell["outputs"]), specification, record)


def facts_of_record(record: Record) -> Iterator[Fact]:
    """What happened when it was graded."""
    for note in record.notes:
        kind = next((kind for kind, pattern in NOTES if pattern.search(note)), GRADER)
        yield Fact(kind, note, GRADING)
    for cell, outputs in record.outputs.items():
        for output in outputs:
            if isinstance(output, dict) and output.get("output_type") == "error":
                told = f"{output.get('ename')}: {output.get('evalue')}"
                kind = next((kind for kind, pattern in ERRORS if pattern.search(told)), None)
                if kind:
                    yield Fact(kind, f"cell {cell} ended in {told[:200]}", CELL)


def gathered(student: str, found: list[Fact], remark: str) -> StudentFacts:
    """A student's facts in order, each once, and not more than a page of them."""
    facts = sorted(dict.fromkeys(found), key=lambda fact: KINDS.index(fact.kind))
    more = len(facts) - MOST_FACTS
    remark = "; ".join(part for part in (remark, f"{more} more facts are not listed" if more > 0 else "") if part)
    return StudentFacts(student, tuple(facts[:MOST_FACTS]), remark)


def _claims(name: str, texts: list[tuple[str, str]], specification: Specification, record: Record | None) -> Iterator[Fact]:
    """What the saved outputs under a check cell say of its result."""
    task = specification.task(name.removeprefix(CHECK_PREFIX))
    for kind, text in texts:
        if kind == "execute_result" and re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", text):
            yield Fact(OUTPUTS, f"the saved output of {name} is a bare number ({text.strip()[:20]}); a check shows a report", NOTEBOOK)
    claimed = re.compile(re.escape(task.title) + r"(</b>)?: passed\b")
    if record is None or not any(claimed.search(text) for _, text in texts):
        return
    failed = [result for result in record.report(task.name).results if not result.hidden and result.outcome is Outcome.FAILED]
    if failed:
        yield Fact(OUTPUTS, f"the saved report of {name} says passed; when graded, the public check {failed[0].name} failed", NOTEBOOK)


def _output_texts(outputs: list) -> list[tuple[str, str]]:
    """Kind and text of each form of each output."""
    found = []
    for output in outputs[:50]:
        if isinstance(output, dict):
            data = output.get("data") if isinstance(output.get("data"), dict) else {}
            for text in (output.get("text"), data.get("text/plain"), data.get("text/html")):
                joined = "".join(part for part in text if isinstance(part, str)) if isinstance(text, list) else text
                if isinstance(joined, str):
                    found.append((str(output.get("output_type")), joined[:100_000]))
    return found


def _raw_cells(path: Path) -> list[dict]:
    try:
        if path.is_symlink() or path.stat().st_size > MAX_NOTEBOOK_BYTES:
            return []
        cells = json.loads(path.read_bytes())["cells"]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return []  # that it cannot be read is told by the grader's own note
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _short(value: object) -> str:
    return repr(value)[:40]
