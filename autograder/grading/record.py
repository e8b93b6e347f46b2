"""One graded submission as a file: written once and whole, read back by whoever writes it into the gradebook."""

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path

from autograder.checks.outcomes import CheckResult, Evidence, Outcome, TaskReport
from autograder.errors import CourseError

UNFINISHED = ".*.unfinished"
"""A pattern for the names of files that are being written."""


@dataclass(frozen=True)
class Record:
    """All that grading found out about one submission."""

    student: str
    """The student's id: the folder's name."""
    assignment: str
    """The assignment's name."""
    digest: str
    """Of the submission and of the assignment it was graded by: the same digest needs no second grading."""
    seed: int
    """Of the checks' random inputs."""
    reports: tuple[TaskReport, ...]
    """One a task, in the notebook's order."""
    outputs: dict[str, list]
    """Outputs of the other code cells, by cell id."""
    notes: tuple[str, ...]
    """What was found, mended or stopped, as facts."""
    problem: str = ""
    """Why the submission could not be read; empty when it could."""
    seconds: float = 0.0
    """Wall time that grading took."""

    @property
    def earned(self) -> float:
        return sum(report.earned for report in self.reports)

    @property
    def points(self) -> float:
        return sum(report.points for report in self.reports)

    @property
    def grader_errors(self) -> list[str]:
        """The tasks in which a check of ours broke."""
        return [report.task for report in self.reports if any(r.outcome is Outcome.GRADER_ERROR for r in report.results)]

    def report(self, task: str) -> TaskReport:
        return next(report for report in self.reports if report.task == task)


def write_record(record: Record, path: Path) -> None:
    """Writes it whole.

    Raises:
        CourseError: the file cannot be written.
    """
    text = json.dumps(dataclasses.asdict(record), default=lambda value: value.value if isinstance(value, Outcome) else str(value))
    write_whole(path, text)


def write_whole(path: Path, text: str) -> None:
    """Writes a text to a file beside and renames: a reader sees the whole or nothing.

    Raises:
        CourseError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        with open(unfinished, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CourseError(f"{path} cannot be written: {error.strerror}") from None


def read_record(path: Path) -> Record | None:
    """The record in a file; None when there is none that is whole."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        reports = tuple(_report(report) for report in content.pop("reports"))
        notes = tuple(content.pop("notes"))
        return Record(reports=reports, notes=notes, **content)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _report(content: dict) -> TaskReport:
    results = tuple(_result(result) for result in content.pop("results"))
    return TaskReport(results=results, **content)


def _result(content: dict) -> CheckResult:
    evidence = content.pop("evidence")
    outcome = Outcome(content.pop("outcome"))
    return CheckResult(outcome=outcome, evidence=None if evidence is None else Evidence(**evidence), **content)
