"""Grades a whole class: submissions run side by side, one writer puts them into nbgrader's gradebook.

What is found about a submission is written once to DIR/.autograder/NAME/records/STUDENT.json. Killed at any moment and
started again, grading goes on with those that have no record yet, or whose submission or assignment has changed since.
What happened on the way stands in logs/STUDENT.log beside it.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from joblib import Parallel, delayed

from autograder.assignment import Assignment
from autograder.build import notebook_bytes
from autograder.checks.specification import SpecificationError
from autograder.errors import CourseError
from autograder.grading.course import answer, database_expected, expect_database, load_config, open_api, plain_dict, release
from autograder.grading.database import one_engine, one_look
from autograder.grading.execute import OpenKernel
from autograder.grading.feedback import FEEDBACK_STEPS, FeedbackExporter, make_pages_ready
from autograder.grading.grade import Grader, copy_handed_in, digest_of, grade_folder, read_or_stand_in
from autograder.grading.journal import Journal
from autograder.grading.kernels import kernels
from autograder.grading.names import CONFIG, STATE
from autograder.grading.preprocessors import prepared
from autograder.grading.record import UNFINISHED, Record, read_record, write_record
from autograder.grading.times import read_timestamp
from autograder.sandbox.errors import SandboxError
from autograder.sandbox.limits import Limits, limits_of
from autograder.sandbox.warm import WarmPool


@dataclass(frozen=True)
class Classroom:
    """One assignment of one course."""

    course: Path
    """The course folder."""
    assignment: Assignment
    """What is graded."""
    unsafe_no_sandbox: bool = False
    """Run student code without any protection."""
    database: str = ""
    """The gradebook's URL, without a password; empty for the one that the course's config names."""

    def __post_init__(self) -> None:
        # nbgrader changes the working folder while it writes, and other threads are grading then
        object.__setattr__(self, "course", self.course.resolve())

    @property
    def state(self) -> Path:
        return self.course / STATE / self.assignment.name

    def record_path(self, student: str) -> Path:
        return self.state / "records" / f"{student}.json"

    def log_path(self, student: str) -> Path:
        return self.state / "logs" / f"{student}.log"

    @property
    def scratch(self) -> Path:
        """Where files lie while they are graded; emptied when a command begins, since the one before may have been killed."""
        return self.state / "scratch"

    def submitted(self, student: str) -> Path:
        return self.course / "submitted" / student / self.assignment.name

    def students(self) -> list[str]:
        """Who handed this assignment in.

        Raises:
            CourseError: nobody did.
        """
        found = [path.parent.name for path in sorted((self.course / "submitted").glob(f"*/{self.assignment.name}")) if path.is_dir()]
        if not found:
            raise CourseError(
                f"no submission of {self.assignment.name} is in {self.course / 'submitted'} (STUDENT/{self.assignment.name}/)"
            )
        return found

    def grader(self) -> Grader:
        """The assignment made ready, once a process.

        Raises:
            CourseError: the course's config sets a limit that is none.
        """
        return prepared(self.assignment.name, str(self.assignment.root), self.limits)

    @cached_property
    def limits(self) -> Limits:
        """What a submission may use, as the course's config says; the defaults where there is no config."""
        if not (self.course / CONFIG).is_file():
            return Limits()
        return limits_of(plain_dict(load_config(self.course).GradeInSandbox.get("limits", {})))


@dataclass(frozen=True)
class Ungraded:
    """A submission that could not be graded through no fault of the student's; the next run tries it again."""

    student: str
    """The student's id."""
    reason: str
    """One line: what stood in the way."""


@contextmanager
def sole_writer(classroom: Classroom) -> Iterator[None]:
    """Holds the assignment against a second grading command. The system lets go of it even when we are killed.

    Raises:
        CourseError: another command is grading it.
    """
    classroom.state.mkdir(parents=True, exist_ok=True)
    with open(classroom.state / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CourseError(f"{classroom.assignment.name} is being graded by another command already") from None
        yield


def waiting(classroom: Classroom, students: list[str], regrade: bool) -> list[str]:
    """Those of the students whose submission has no record that still holds."""
    grader = classroom.grader()
    return [
        student
        for student in students
        if regrade
        or (record := read_record(classroom.record_path(student))) is None
        or record.digest != digest_of(grader, classroom.submitted(student))
    ]


def grade_all(
    classroom: Classroom,
    students: list[str],
    workers: int,
    seed: int | None = None,
    pool: WarmPool | None = None,
    begun: Callable[[str], None] = lambda student: None,
) -> Iterator[Record | Ungraded]:
    """Grades submissions side by side and gives each record as soon as it is written.

    Args:
        classroom: the course and assignment.
        students: whose submissions.
        workers: how many compute at a time, each with its share of the cores; one more is made ready meanwhile.
        seed: of the checks' random inputs, the same for all; fresh when None.
        pool: of warm kernels, begun already; None: one of its own.
        begun: told, from the thread that does it, whose grading begins.
    """
    seed = secrets.randbits(32) if seed is None else seed
    if not students:
        return
    threads = max(1, (os.cpu_count() or 1) // workers)
    grader = classroom.grader()
    root, unsafe = classroom.assignment.root, classroom.unsafe_no_sandbox
    with kernels(grader.limits, threads, root, grader.imports, unsafe, pool, side_by_side=workers) as open_kernel:

        def grade(student: str) -> Record | Ungraded:
            begun(student)
            return grade_one(classroom, student, seed, open_kernel)

        # threads, not processes: the work is done in the kernels' processes, and one warm process serves them all;
        # one thread more, for kernels open and close while others compute
        pipeline = Parallel(n_jobs=workers + 1, backend="threading", return_as="generator_unordered", batch_size=1, pre_dispatch="n_jobs")
        yield from pipeline(delayed(grade)(student) for student in students)


def grade_one(classroom: Classroom, student: str, seed: int, open_kernel: OpenKernel) -> Record | Ungraded:
    """Grades one submission and writes its record and its log. Whatever stands in the way of one does not stop the others."""
    journal = Journal()
    result = _grade_one(classroom, student, seed, open_kernel, journal)
    for note in getattr(result, "notes", ()):
        journal.tell(f"note: {note}")
    graded = isinstance(result, Record)
    journal.tell(f"graded: {result.earned:g} of {result.points:g} points, seed {result.seed}" if graded else f"not graded: {result.reason}")
    with suppress(CourseError, OSError):  # a log that cannot be written costs nobody the grade
        journal.write(classroom.log_path(student))
    return result


def _grade_one(classroom: Classroom, student: str, seed: int, open_kernel: OpenKernel, journal: Journal) -> Record | Ungraded:
    if set('<>"') & set(student):
        return Ungraded(student, "formgrader would take the folder's name for markup and run its scripts; rename the folder")
    if set("[]*?") & set(student):
        return Ungraded(student, "nbgrader would take the folder's name for a pattern that stands for other names; rename the folder")
    try:
        classroom.scratch.mkdir(parents=True, exist_ok=True)
        submitted = classroom.submitted(student)
        record = grade_folder(classroom.grader(), student, submitted, open_kernel, seed, journal, classroom.scratch)
        write_record(record, classroom.record_path(student))
    except (CourseError, SandboxError, SpecificationError) as error:
        return Ungraded(student, str(error))
    except OSError as error:
        return Ungraded(student, f"{error.strerror or error}: {error.filename or classroom.state}")
    except Exception as error:  # a bug of ours in one submission must not cost the class its grading
        return Ungraded(student, f"a bug in the grader: {type(error).__name__}: {error}")
    return record


class Writer:
    """The one writer to the gradebook. nbgrader sees only restored notebooks and plain files, never what was handed in."""

    def __init__(self, classroom: Classroom) -> None:
        self.classroom = classroom
        state = classroom.state.resolve()
        directory = {"submitted_directory": str((state / "staged").relative_to(classroom.course.resolve()))}
        if classroom.database:
            directory["db_url"] = classroom.database
        records, pages = {"records": str(state / "records")}, {"exporter_class": FeedbackExporter, "preprocessors": FEEDBACK_STEPS}
        validation = {"optimistic_validation": True}  # once after all steps, all of them ours, instead of after each
        self.api = open_api(
            classroom.course, CourseDirectory=directory, GradeInSandbox=records, GenerateFeedback=pages, Exporter=validation
        )
        expect_database(self.api)
        with database_expected(self.api):
            self._circumstances = self._find_circumstances()

    def write(self, record: Record) -> None:
        """Puts a record into the gradebook, the autograded folder and the feedback folder.

        Raises:
            CourseError: nbgrader refuses.
        """
        self._stage(record.student)
        name = self.classroom.assignment.name
        with one_look():
            answer(self.api.autograde(name, record.student, force=True), f"the gradebook did not take {record.student}")
            answer(self.api.generate_feedback(name, record.student, force=True), f"no feedback could be made for {record.student}")
        self._written(record.student).write_text(self._mark(record), encoding="utf-8")

    def is_written(self, record: Record) -> bool:
        """Whether this very gradebook holds this very record, under the config and the due date that hold now."""
        try:
            return self._written(record.student).read_text(encoding="utf-8") == self._mark(record)
        except OSError:
            return False

    def _mark(self, record: Record) -> str:
        return f"{record.digest}{record.seed} {self._circumstances}"

    def _find_circumstances(self) -> str:
        """A digest of what decides a late penalty and where it is written: config, due date, database."""
        name = self.classroom.assignment.name
        with self.api.gradebook as gradebook:
            known = {assignment.name: assignment.duedate for assignment in gradebook.assignments}
        if name not in known:  # another database than the one that the course was made with
            release(self.api, name)
        config = (self.classroom.course / CONFIG).read_bytes()
        return hashlib.sha256(repr((config, known.get(name), self.api.coursedir.db_url)).encode()).hexdigest()

    def _written(self, student: str) -> Path:
        folder = self.classroom.state / "written"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / student

    def _stage(self, student: str) -> None:
        """Lays the submission out anew for nbgrader: the restored notebook, the plain files, the time stamp."""
        name = self.classroom.assignment.name
        submitted = self.classroom.submitted(student)
        staged = self.classroom.state / "staged" / student / name
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        copy_handed_in(submitted, staged)
        read_timestamp(submitted)  # nbgrader would end on one that it cannot read without saying whose it is
        notebook = read_or_stand_in(self.classroom.grader(), submitted).notebook
        (staged / f"{name}.ipynb").write_bytes(notebook_bytes(notebook))


Progress = Callable[[Record | Ungraded], None]
"""Told about every submission when it is in the gradebook, or cannot be."""


def _remove_unfinished(classroom: Classroom) -> None:
    """Removes what a command that was killed has left half done."""
    shutil.rmtree(classroom.scratch, ignore_errors=True)
    for half in classroom.state.glob(f"*/{UNFINISHED}"):
        half.unlink(missing_ok=True)


def grade_class(
    classroom: Classroom,
    students: list[str],
    workers: int,
    regrade: bool,
    progress: Progress,
    pool: WarmPool | None = None,
    begun: Callable[[str], None] = lambda student: None,
) -> list[Record | Ungraded]:
    """Grades what waits, writes what is graded, and returns what became of everybody.

    Args:
        classroom: the course and assignment.
        students: whose submissions.
        workers: how many compute at a time.
        regrade: grade again what has a record that still holds.
        progress: told about everybody.
        pool: of warm kernels, begun already; None: one of its own.
        begun: told, from another thread, whose grading begins.

    Raises:
        CourseError: another command grades this assignment, or the course is none.
    """
    results: dict[str, Record | Ungraded] = {}
    with sole_writer(classroom), one_engine():
        _remove_unfinished(classroom)
        writer = Writer(classroom)
        todo = waiting(classroom, students, regrade)
        if todo:
            with suppress(Exception):  # whatever is wrong with the course's templates, the pages themselves tell it
                make_pages_ready(writer.api)
        ready = (record for student in students if student not in todo and (record := read_record(classroom.record_path(student))))
        for result in chain(ready, grade_all(classroom, todo, workers, pool=pool, begun=begun)):
            results[result.student] = _written(writer, result)
            progress(results[result.student])
    return [results[student] for student in students]


def _written(writer: Writer, result: Record | Ungraded) -> Record | Ungraded:
    if isinstance(result, Ungraded) or writer.is_written(result):
        return result
    try:
        writer.write(result)
    except (CourseError, OSError) as error:
        return Ungraded(result.student, str(error))
    except Exception as error:  # as in grade_one: the others' grades are still to be written
        return Ungraded(result.student, f"a bug in the grader: {type(error).__name__}: {error}")
    return result
