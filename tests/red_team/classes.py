"""Grades a class of attackers and honest students, and tells what is left of it: gradebook rows, processes, files."""

import dataclasses
import logging
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from unittest import mock

import psutil
from attack import WRONG, Attack, Target
from canary import Canary

from autograder.assignment import Assignment
from autograder.build import instructor_notebook
from autograder.grading import kernels
from autograder.grading.classroom import Classroom, Ungraded, grade_class
from autograder.grading.course import new_course
from autograder.grading.grade import Grader, prepare
from autograder.grading.record import Record
from autograder.release import make_release
from autograder.sandbox.limits import MIB, Limits

LIMITS = Limits(
    cell_seconds=4,
    check_seconds=4,
    submission_seconds=24,
    cpu_seconds=20,
    memory_bytes=512 * MIB,
    processes=40,
    file_bytes=8 * MIB,
    scratch_bytes=32 * MIB,
    scratch_files=500,
    output_bytes=8 * MIB,
    display_bytes=MIB,
)
"""Small, so that an attack on them is over soon; an honest submission needs a tenth."""

HONEST = {
    "right": {
        "mean": "def mean(numbers):\n    return sum(numbers) / len(numbers)",
        "weighted_mean": "def weighted_mean(numbers, weights):\n    return np.average(numbers, weights=weights)",
    },
    "half right": {"mean": "def mean(numbers):\n    return sum(numbers) / 2"},
    "wrong": {},
}
"""Three students of whom nobody has anything to fear."""

ROWS = """
    select student.id, base_cell.name, grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade,
           comment.auto_comment, comment.manual_comment, submitted_notebook.late_submission_penalty, submitted_assignment.extension
    from student
    join submitted_assignment on submitted_assignment.student_id = student.id
    join submitted_notebook on submitted_notebook.assignment_id = submitted_assignment.id
    join grade on grade.notebook_id = submitted_notebook.id
    join base_cell on base_cell.id = grade.cell_id
    left join comment on comment.notebook_id = submitted_notebook.id and comment.cell_id = grade.cell_id
    order by student.id, base_cell.name
"""


@dataclass(frozen=True)
class Graded:
    """What became of a class."""

    course: Path
    """The course folder."""
    results: dict[str, Record | Ungraded]
    """What was found about everybody, by student."""
    canaries: dict[str, Canary]
    """The attackers' canaries, by student."""
    survivors: list[str]
    """Processes of the class's sandboxes that still ran at the end."""
    scratch: list[str]
    """Files left in the temporary folder."""
    seconds: float
    """How long it took."""

    def rows(self, student: str) -> list[str]:
        """All that the gradebook holds of a student, but for ids and the time."""
        with sqlite3.connect(self.course / "gradebook.db") as database:
            return [repr(row) for row in database.execute(ROWS) if row[0] == student]

    def score(self, student: str) -> float:
        """The student's points in the gradebook."""
        with sqlite3.connect(self.course / "gradebook.db") as database:
            scores = [row[2:5] for row in database.execute(ROWS) if row[0] == student]
        return sum(points or 0 for row in scores for points in row)


class SmallClassroom(Classroom):
    """A classroom with small limits."""

    def grader(self) -> Grader:
        return small_grader(self.assignment)


@lru_cache
def small_grader(assignment: Assignment) -> Grader:
    """The assignment made ready, once."""
    return dataclasses.replace(prepare(assignment, LIMITS), limits=LIMITS)


@contextmanager
def graded(assignment: Assignment, attacks: list[Attack], folder: Path, unsafe: bool = False) -> Iterator[Graded]:
    """Grades attackers and the honest students in one class.

    Args:
        assignment: the toy.
        attacks: whose authors sit in the class.
        folder: a folder for the course and the canaries.
        unsafe: without any sandbox.
    """
    course, outside, scratch = folder / "course", folder / "outside", folder / "scratch"
    for place in (outside, scratch):
        place.mkdir(parents=True)
        place.chmod(0o777)
    new_course(course, [assignment])
    released = make_release(instructor_notebook(assignment))
    canaries = {}
    try:
        for name, cells in HONEST.items():
            honest = Attack(name, "", WRONG | cells)
            honest.hand_in(released, course / "submitted" / name / assignment.name, Target("", "", "", 0, "", 0))
        for attack in attacks:
            canary = canaries[attack.name] = Canary(outside / f"{attack.name}.txt")
            target = Target(str(course), str(assignment.root), str(canary.file), canary.port, canary.socket, canary.victim)
            attack.hand_in(released, course / "submitted" / attack.name / assignment.name, target)
        classroom = SmallClassroom(course, assignment, unsafe)
        token = secrets.token_hex(16)
        started = time.monotonic()
        logging.disable()  # nbgrader logs the names of files, and the test runner cannot carry half a character
        try:
            with mock.patch.dict(kernels.ENVIRONMENT, RED_TEAM=token), mock.patch.object(tempfile, "tempdir", str(scratch)):
                results = grade_class(classroom, classroom.students(), 2, False, lambda result: None)
        finally:
            logging.disable(logging.NOTSET)
        seconds = time.monotonic() - started
        left = [str(path.relative_to(scratch)) for path in scratch.rglob("*")]
        yield Graded(course, {result.student: result for result in results}, canaries, survivors(token), left, seconds)
    finally:
        for canary in canaries.values():
            canary.close()


def survivors(token: str) -> list[str]:
    """The living processes that began in an environment that holds the token: a fork keeps it, however far it ran away."""
    found = []
    for process in psutil.process_iter():
        try:
            if token in process.environ().get("RED_TEAM", "") and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid}: {' '.join(process.cmdline())[:200]}")
        except psutil.Error:
            continue
    return found
