"""A course folder as nbgrader knows it: source, release, submitted, autograded, feedback, gradebook.db, and our config."""

import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.apps.api import NbGraderAPI
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from traitlets.config import Config, LazyConfigValue, PyFileConfigLoader
from traitlets.log import get_logger

from autograder.assignment import Assignment
from autograder.build import instructor_notebook, notebook_bytes, public_files
from autograder.errors import CourseError
from autograder.grading.database import DatabaseError, first_line, shown
from autograder.grading.names import CONFIG

CAUSE = re.compile(r"[\w.]+(Error|Exception|Missing\w*): \S")
"""The line of a traceback that says what happened."""

CONFIG_TEXT = '''"""nbgrader's configuration of this course: student code runs in a sandbox, checks run outside it."""

from autograder.grading.feedback import FEEDBACK_STEPS
from autograder.grading.preprocessors import AUTOGRADE_STEPS, RELEASE_STEPS, SANITIZE_STEPS

CLONE = {clone!r}  # the clone of the course kit whose solutions/ this course is graded by
SHIPPED = {shipped!r}  # files that students receive and that grading takes from the clone

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = {course!r}
c.GenerateAssignment.preprocessors = RELEASE_STEPS
c.Autograde.sanitize_preprocessors = SANITIZE_STEPS
c.Autograde.autograde_preprocessors = AUTOGRADE_STEPS
c.Autograde.exclude_overwriting = SHIPPED
c.RestoreCells.clone = CLONE
c.GradeInSandbox.clone = CLONE
c.GenerateFeedback.preprocessors = FEEDBACK_STEPS
c.FormgradeExtension.debug = False  # else formgrader prints this configuration into its page
{database}{own}'''
OWN = "# Settings of your own, such as a penalty for late submissions, go below this line and are kept.\n"


def new_course(folder: Path, assignments: list[Assignment], database: str = "") -> None:
    """Makes a course folder, or adds assignments to one: source, release and gradebook.

    Args:
        folder: the course.
        assignments: what it teaches, or what is added to it.
        database: the gradebook's URL, without a password; empty for the one it has, or for SQLite in the folder.

    Raises:
        CourseError: the folder is in use for something else, or nbgrader refuses.
        SourceError: an assignment is not well formed.
    """
    config = folder / CONFIG
    if folder.exists() and not config.exists() and any(folder.iterdir()):
        raise CourseError(f"{folder} is not empty and no course; choose a new folder")
    before = load_config(folder) if config.exists() else Config()
    shipped = dict(before.Autograde.get("exclude_overwriting", {}))
    for assignment in assignments:
        files = public_files(assignment)
        shipped[assignment.name] = sorted(name for name in files if not name.endswith(".ipynb"))
        files[f"{assignment.name}.ipynb"] = notebook_bytes(instructor_notebook(assignment))
        _write_files(folder / "source" / assignment.name, files)
    (folder / "submitted").mkdir(exist_ok=True)
    database = database or before.CourseDirectory.get("db_url", "")
    parts = {
        "clone": str(assignments[0].root),
        "shipped": shipped,
        "course": folder.resolve().name,
        "database": f"c.CourseDirectory.db_url = {database!r}\n" if database else "",
        "own": _own_settings(config),
    }
    config.write_text(CONFIG_TEXT.format(**parts), encoding="utf-8")
    api = open_api(folder)
    expect_database(api)
    for assignment in assignments:
        release(api, assignment.name)


def release(api: NbGraderAPI, name: str) -> None:
    """Lets nbgrader make release/NAME/ and enter the assignment's tasks into the gradebook."""
    answer(api.generate_assignment(name, force=True, create=True), f"nbgrader could not release {name}")


def open_api(folder: Path, **overrides: dict) -> NbGraderAPI:
    """nbgrader's own API on a course folder, with its config.

    Args:
        folder: the course.
        overrides: trait values by class name, on top of the course's config.

    Raises:
        CourseError: the folder is no course.
    """
    if not (folder / CONFIG).is_file():
        raise CourseError(f"{folder} is no course (it has no {CONFIG}); make one with `autograder new-course {folder}`")
    _put_nbgrader_on_path()
    _keep_libraries_quiet()
    config = Config()
    config.merge(load_config(folder))
    config.CourseDirectory.root = str(folder.resolve())
    for name, traits in overrides.items():
        config[name].update(traits)
    return NbGraderAPI(config=config)


def database_of(folder: Path, database: str = "") -> str:
    """Where a course's gradebook stands, fit to be shown: the URL without a password, or SQLite's file."""
    url = database or load_config(folder).CourseDirectory.get("db_url", "")
    return shown(url) if url else f"{folder}/gradebook.db"


def expect_database(api: NbGraderAPI) -> None:
    """Makes sure that the gradebook's database can be reached, in one line where it cannot.

    Raises:
        DatabaseError: it cannot.
    """
    with database_expected(api):
        api.gradebook.close()


@contextmanager
def database_expected(api: NbGraderAPI) -> Iterator[None]:
    """Turns the errors of a gradebook that cannot be reached, is locked or is broken into one line.

    Raises:
        DatabaseError: the database refused.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise DatabaseError(f"the gradebook {shown(api.coursedir.db_url)} cannot be opened: {first_line(error)}") from None


def answer(result: dict, problem: str) -> None:
    """Turns a refusal of nbgrader's into one line.

    Raises:
        CourseError: nbgrader did not succeed.
    """
    if not result["success"]:
        lines = (result.get("log", "") + "\n" + result.get("error", "")).strip().splitlines()
        causes = [line.strip() for line in lines if CAUSE.match(line.strip()) and "NbGraderException" not in line]
        raise CourseError(f"{problem}: {causes[-1] if causes else lines[-1].strip()}")


def load_config(folder: Path) -> Config:
    """The course's nbgrader_config.py; modules of the instructor's, such as a penalty's, may stand beside it.

    Raises:
        CourseError: it is not well formed.
    """
    if str(folder.resolve()) not in sys.path:
        sys.path.append(str(folder.resolve()))  # plain nbgrader, which is started in the course folder, looks there as well
    try:
        return PyFileConfigLoader(CONFIG, path=str(folder.resolve())).load_config()
    except Exception as error:  # it is Python of the instructor's own, and may raise anything
        raise CourseError(f"{folder / CONFIG} cannot be read: {type(error).__name__}: {error}") from None


def plain_dict(setting: object) -> dict:
    """A trait's value in a config as a dict, also where the config changes it step by step (c.X.limits["cell_seconds"] = 300)."""
    return dict(setting.get_value({}) if isinstance(setting, LazyConfigValue) else setting)


def _own_settings(config: Path) -> str:
    """The instructor's part of a config, from its headline on."""
    text = config.read_text(encoding="utf-8") if config.exists() else ""
    return OWN + text.partition(OWN)[2]


def _write_files(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _keep_libraries_quiet() -> None:
    """nbgrader's log and SQLAlchemy's warnings about nbgrader are no news to an instructor; what matters comes by `answer`."""
    warnings.filterwarnings("ignore", category=SAWarning)
    get_logger().setLevel(logging.CRITICAL + 1)
    logging.getLogger().addHandler(logging.NullHandler())  # else Python prints libraries' errors, tracebacks and all


def _put_nbgrader_on_path() -> None:
    """nbgrader calls alembic by its name: the environment's programs must be found even when it is not activated."""
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = programs + os.pathsep + os.environ.get("PATH", "")
