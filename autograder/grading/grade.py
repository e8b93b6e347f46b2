"""Grades one submitted folder from end to end: read, restore, run, check, record."""

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.assignment import Assignment
from autograder.build import instructor_notebook, notebook_bytes, public_files
from autograder.checks.outcomes import CheckResult, Outcome
from autograder.checks.runner import not_run
from autograder.checks.specification import Specification
from autograder.errors import CourseError, SubmissionError
from autograder.grading.execute import OpenKernel, execute
from autograder.grading.handed_in import MAX_DEPTH, Kind, files_in, is_settings, walk
from autograder.grading.journal import Journal
from autograder.grading.pool import slow_imports
from autograder.grading.record import Record
from autograder.grading.submission import MAX_NOTEBOOK_BYTES, Submission, plain_name, read_submission, untouched
from autograder.release import make_release
from autograder.sandbox.errors import SubmissionTooLarge
from autograder.sandbox.limits import Limits

NOT_STUDENTS = ("autograder", "datasets", "README.md", ".ipynb_checkpoints")
"""Names in a submission that are ours; the student's copies are not used."""
OUR_CHECKS = re.compile(r"checks(_\w+)?\.py")
MAX_FILES = 200
MAX_FILE_BYTES = 100 * 2**20
"""Largest file handed in beside the notebook, in bytes."""


@dataclass(frozen=True)
class Grader:
    """All that grading one assignment needs, prepared once for a whole class."""

    name: str
    """The assignment's name."""
    specification: Specification
    """Public and hidden checks."""
    released: NotebookNode
    """The notebook as students received it."""
    limits: Limits
    """What a submission may use."""
    imports: tuple[str, ...]
    """Slow modules that its notebook imports."""
    digest: str
    """Of everything that decides a grade but the submission itself."""


def prepare(assignment: Assignment, limits: Limits) -> Grader:
    """Reads an assignment once for all its submissions.

    Raises:
        SourceError, SpecificationError: the assignment is not well formed.
    """
    notebook = instructor_notebook(assignment)
    released = make_release(notebook)
    public = public_files(assignment)
    secret = [path.read_bytes() for path in assignment.secret_checks]
    parts = [notebook_bytes(notebook), *secret, repr(limits).encode(), *public.values()]
    code = "\n".join(cell.source for cell in released.cells if cell.cell_type == "code")
    return Grader(assignment.name, assignment.specification(), released, limits, slow_imports(code), _digest(parts))


def grade_folder(
    grader: Grader,
    student: str,
    folder: Path,
    open_kernel: OpenKernel,
    seed: int,
    journal: Journal | None = None,
    scratch: Path | None = None,
) -> Record:
    """Grades what a student handed in. A submission that cannot be read scores 0 and says why.

    Args:
        grader: the assignment, made ready.
        student: the student's id.
        folder: what was handed in.
        open_kernel: where student code runs.
        seed: of the checks' random inputs.
        journal: is told what happens.
        scratch: where copies lie meanwhile; the system's folder for such things when None.
    """
    journal = journal or Journal()
    started = time.perf_counter()
    digest = digest_of(grader, folder)
    try:
        submission = read_submission(folder, grader.name, grader.released)
    except SubmissionError as error:
        return _unreadable(grader, student, digest, seed, str(error))
    with tempfile.TemporaryDirectory(prefix="course-files-", dir=scratch) as copies:
        notes = copy_handed_in(folder, Path(copies))
        try:
            done = execute(submission.notebook, grader.specification, Path(copies), open_kernel, grader.limits, seed, journal)
        except SubmissionTooLarge as error:
            return _unreadable(grader, student, digest, seed, str(error))
    reports = tuple(done.reports[task.name] for task in grader.specification.tasks)
    unjudged = [f"{report.task}: {result.evidence.problem}" for report in reports for result in report.results if _is_unjudged(result)]
    notes = (*submission.notes, *notes, *done.notes, *unjudged)
    seconds = round(time.perf_counter() - started - done.waited, 2)
    return Record(student, grader.name, digest, seed, reports, done.outputs, notes, seconds=seconds)


def _is_unjudged(result: CheckResult) -> bool:
    """Whether a check said that it cannot judge the answer here: the instructor should read why."""
    return result.outcome is Outcome.GRADER_ERROR and bool(result.evidence) and result.evidence.tells_nothing


def _unreadable(grader: Grader, student: str, digest: str, seed: int, problem: str) -> Record:
    reports = tuple(not_run(grader.specification, task.name, problem) for task in grader.specification.tasks)
    return Record(student, grader.name, digest, seed, reports, {}, (problem,), problem=problem)


def read_or_stand_in(grader: Grader, folder: Path) -> Submission:
    """The submission's restored notebook, or the untouched one where it cannot be read."""
    try:
        return read_submission(folder, grader.name, grader.released)
    except SubmissionError as error:
        return Submission(untouched(grader.released), (str(error),))


def copy_handed_in(folder: Path, destination: Path) -> list[str]:
    """Copies the files handed in beside the notebook: regular files only, no links, no settings that Jupyter would run, a limited
    number of a limited size and depth.

    Returns:
        What was left behind, as facts.

    Raises:
        CourseError: a folder cannot be read.
    """
    notes: list[str] = []
    files = 0
    for path in _students_own(folder, notes):
        relative = path.relative_to(folder)
        if path.stat().st_size > MAX_FILE_BYTES:
            notes.append(f"{plain_name(relative)} has more than {MAX_FILE_BYTES / 2**20:.0f} MiB; it was left out")
        elif (files := files + 1) > MAX_FILES:
            notes.append(f"more than {MAX_FILES} files were handed in; the rest was left out")
            break
        else:
            (destination / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, destination / relative, follow_symlinks=False)
    return notes


def _students_own(folder: Path, notes: list[str]) -> Iterator[Path]:
    """The regular files that are the student's own; tells of what else is there and is not ours."""
    for path, kind in walk(folder, _is_ours):
        relative = path.relative_to(folder)
        name = plain_name(relative)
        if kind is Kind.UNREADABLE:
            raise CourseError(f"{name}: the folder cannot be read")
        if kind is Kind.TOO_DEEP:
            notes.append(f"{name[:60]}… lies deeper than {MAX_DEPTH} folders or has too long a path; it was left out")
        elif any(map(is_settings, relative.parts)):
            notes.append(f"{name} is named like settings of nbgrader or Jupyter, which would run them; it was left out")
        elif kind is Kind.OTHER:
            notes.append(f"{name} is a link or no regular file; it was left out")
        else:
            yield path


def _is_ours(name: str) -> bool:
    return name in NOT_STUDENTS or OUR_CHECKS.fullmatch(name) is not None or name.endswith(".ipynb")


def digest_of(grader: Grader, folder: Path) -> str:
    """Of a submission and of what it is graded by."""
    parts: list[bytes] = [grader.digest.encode()]
    for path in files_in(folder):
        parts += [os.fsencode(path.relative_to(folder)), _content_mark(path)]
    return _digest(parts)


def _content_mark(path: Path) -> bytes:
    """What tells a file's content from another's. One that is too large to be graded is not read: it could take for ever."""
    try:
        status = path.stat()
        if status.st_size > MAX_NOTEBOOK_BYTES:
            return f"{status.st_size} bytes of {status.st_mtime_ns}".encode()
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:  # grading tells of it; whoever only asks whether anything has changed goes on
        return f"unreadable: {error.errno}".encode()


def _digest(parts: list[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()
