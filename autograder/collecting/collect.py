"""Collects one assignment's submissions out of folders and downloads into a course."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.collecting.entries import ArchiveLimits
from autograder.collecting.names import student_id
from autograder.collecting.own_rule import NamingRule
from autograder.collecting.place import Places
from autograder.collecting.sources import Found, Sources
from autograder.collecting.submissions import UNKNOWN, Ask, Handed, Wanted, choose_notebook, grouped, laid_out, mapped
from autograder.errors import CourseError
from autograder.grading.classroom import Classroom, sole_writer
from autograder.plain import one_line


@dataclass(frozen=True)
class Row:
    """What became of one submission: a line of the table."""

    student: str
    """The student's id."""
    file: str
    """The notebook, as it was handed in."""
    source: str
    """Where it was found."""
    note: str
    """New, late, renamed, resubmitted, unchanged, older."""
    changed: bool
    """Whether it stands in the course now and did not before."""


@dataclass(frozen=True)
class Collected:
    """What one collection did."""

    rows: tuple[Row, ...]
    """One a submission, by student."""
    left_out: tuple[str, ...]
    """One line for everything that was left out, and why."""


def collect(
    classroom: Classroom,
    sources: list[Path],
    mapping: dict[str, str] | None = None,
    ask: Ask | None = None,
    rule: NamingRule | None = None,
    limits: ArchiveLimits = ArchiveLimits(),
) -> Collected:
    """Puts what sources hold into DIR/submitted/STUDENT/NAME/.

    Args:
        classroom: the course and assignment.
        sources: folders, zips, tars, notebooks.
        mapping: answers given beforehand, file by student.
        ask: asks what the rules leave open; without it that is left out.
        rule: the instructor's own naming rule.
        limits: what archives may unpack to.

    Raises:
        CourseError: a source cannot be read, or the assignment is being worked on by another command.
    """
    expected = classroom.assignment.handed_in
    files = frozenset(path.name for path in expected.iterdir()) if expected.is_dir() else frozenset()
    wanted = Wanted(classroom.assignment.name, files)
    with sole_writer(classroom), _spool(classroom) as spool:
        reader = Sources(spool, limits)
        groups: list[Handed] = []
        for source in sources:
            found = reader.read(source)
            told, found = rule.told(found) if rule else ([], found)
            groups += told + (grouped(found, source.resolve().name, wanted) if found else [])
        groups, problems = mapped(groups, mapping or {})
        collector = _Collector(Places(classroom), wanted, ask)
        for handed in sorted(groups, key=lambda handed: (handed.modified, handed.attempt)):
            collector.add(handed)
    rows = sorted(collector.rows, key=lambda row: row.student)
    return Collected(tuple(rows), (*problems, *reader.refusals, *collector.left_out))


class _Collector:
    """Takes submissions one by one, the oldest first."""

    def __init__(self, places: Places, wanted: Wanted, ask: Ask | None) -> None:
        self.places, self.wanted, self.ask = places, wanted, ask
        self.rows: list[Row] = []
        self.left_out: list[str] = []
        self._owners: dict[str, str] = {}

    def add(self, handed: Handed) -> None:
        notebook = self._notebook(handed)
        student, who = self._student(handed, notebook) if notebook else ("", "")
        if not student:
            return
        files, lines = laid_out(handed, notebook, self.wanted)
        self.left_out += lines
        try:
            placed = self.places.put(student, files, handed.modified, handed.attempt, who)
        except CourseError as error:
            self.left_out.append(f"{student}: {error}")
            return
        own_name = next(parts[-1] for parts, found, _ in handed.files if found is notebook)
        notes = [placed.note]
        notes += [f"handed in for the {_th(handed.attempt + 1)} time"] if handed.attempt else []
        notes += [f"late, says {handed.platform}"] if handed.late else []
        notes += ["renamed"] if own_name != self.wanted.notebook else []
        folder, _, file = notebook.label.rpartition("/")
        self.rows.append(Row(student, file, folder or notebook.label, "; ".join(notes), placed.changed))

    def _notebook(self, handed: Handed) -> Found | None:
        """The assignment's notebook, by rule or by asking; None with a line where neither tells."""
        found = choose_notebook(handed, self.wanted)
        if found is not None:
            return found
        labels = {file.label: file for _, file, _ in handed.notebooks}
        name = one_line(handed.name) or "nobody known"
        if not labels:
            what = handed.files[0][1].label if len(handed.files) == 1 else f"{len(handed.files)} files, such as {handed.files[0][1].label}"
            self.left_out.append(f"{name}: no notebook was handed in ({what})")
            return None
        answer = self.ask(f"Which notebook is {name}'s {self.wanted.name}?", list(labels)) if self.ask else None
        if answer in labels:
            return labels[answer]
        answer = f"--map {student_id(handed.name) or 'STUDENT'}={next(iter(labels))}"
        self.left_out.append(f"{name}: which of {len(labels)} notebooks counts is not clear; {answer} says so")
        return None

    def _student(self, handed: Handed, notebook: Found) -> tuple[str, str]:
        """The student's id, and what tells them from another of the same name; no id with a line where nothing tells it.

        Of two students of one name the second gets the platform's number added.
        """
        if handed.chosen is not None:
            return handed.name, ""
        if handed.name == UNKNOWN:
            answer = student_id((self.ask(f"Whose is {notebook.label}?", []) if self.ask else None) or "")
            if not answer:
                self.left_out.append(f"{notebook.label}: nothing tells whose it is; --map STUDENT={notebook.label} says so")
            return answer, ""
        student = student_id(handed.name)
        if not student:
            self.left_out.append(f"{notebook.label}: this is no student's name; --map STUDENT={notebook.label} says whose it is")
            return "", ""
        owner = self._owners.get(student) or self.places.owner(student)
        # only numbers of one platform, or names of folders, tell two students apart: a folder's name may be a platform's student
        if owner and owner != handed.who and owner.split(" ")[0] == handed.who.split(" ")[0]:
            if not handed.number:
                self.left_out.append(
                    f"{notebook.label}: {student} is another, {one_line(owner)}; --map STUDENT={notebook.label} says whose"
                )
                return "", ""
            self.left_out.append(f"{one_line(handed.name)}: two have this name; number {handed.number} is {student}-{handed.number} here")
            student = f"{student}-{handed.number}"
        self._owners[student] = handed.who
        return student, handed.who


@contextmanager
def _spool(classroom: Classroom) -> Iterator[Path]:
    """A folder for what is unpacked, on the course's own disk. What a killed collection left there goes."""
    staging = classroom.state / "collecting"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        yield Path(tempfile.mkdtemp(dir=staging, prefix="unpacked-"))
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def parse_mapping(answers: list[str]) -> dict[str, str]:
    """--map STUDENT=FILE, several times.

    Raises:
        CourseError: one is no such pair, or STUDENT is no id that a folder can have.
    """
    mapping = {}
    for answer in answers:
        student, equals, file = answer.partition("=")
        if not equals or not file or student_id(student) != student or not student:
            raise CourseError(f"--map {one_line(answer)}: expected STUDENT=FILE, a student's id of letters, digits and . _ - @")
        mapping[student] = file
    return mapping


def _th(number: int) -> str:
    return f"{number}{'th' if 10 <= number % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
