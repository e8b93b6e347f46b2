"""A course folder as nbgrader knows it: source, release, submitted, autograded, feedback, gradebook.db, and our config."""

import logging
import os
import re
import sys
import warnings
from pathlib import Path

from nbgrader.apps.api import NbGraderAPI
from sqlalchemy.exc import SAWarning
from traitlets.config import Config, PyFileConfigLoader
from traitlets.log import get_logger

from autograder.assignment import Assignment
from autograder.build import instructor_notebook, notebook_bytes, public_files
from autograder.errors import CourseError

CONFIG = "nbgrader_config.py"
STATE = ".autograder"
"""The folder in a course that holds what grading has found so far."""

CAUSE = re.compile(r"[\w.]+(Error|Exception|Missing\w*): \S")
"""The line of a traceback that says what happened."""

CONFIG_TEXT = '''"""nbgrader's configuration of this course: student code runs in a sandbox, checks run outside it."""

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
c.FormgradeExtension.debug = False  # else formgrader prints this configuration into its page
'''


def new_course(folder: Path, assignments: list[Assignment]) -> None:
    """Makes a course folder, or adds assignments to one: source, release and gradebook.

    Raises:
        CourseError: the folder is in use for something else, or nbgrader refuses.
        SourceError: an assignment is not well formed.
    """
    config = folder / CONFIG
    if folder.exists() and not config.exists() and any(folder.iterdir()):
        raise CourseError(f"{folder} is not empty and no course; choose a new folder")
    shipped = {}
    for assignment in assignments:
        files = public_files(assignment)
        shipped[assignment.name] = sorted(name for name in files if not name.endswith(".ipynb"))
        files[f"{assignment.name}.ipynb"] = notebook_bytes(instructor_notebook(assignment))
        _write_files(folder / "source" / assignment.name, files)
    (folder / "submitted").mkdir(exist_ok=True)
    clone = str(assignments[0].root)
    config.write_text(CONFIG_TEXT.format(clone=clone, shipped=shipped, course=folder.resolve().name), encoding="utf-8")
    api = open_api(folder)
    for assignment in assignments:
        answer(api.generate_assignment(assignment.name, force=True, create=True), f"nbgrader could not release {assignment.name}")


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
    config.merge(PyFileConfigLoader(CONFIG, path=str(folder.resolve())).load_config())
    config.CourseDirectory.root = str(folder.resolve())
    for name, traits in overrides.items():
        config[name].update(traits)
    return NbGraderAPI(config=config)


def answer(result: dict, problem: str) -> None:
    """Turns a refusal of nbgrader's into one line.

    Raises:
        CourseError: nbgrader did not succeed.
    """
    if not result["success"]:
        lines = (result.get("log", "") + "\n" + result.get("error", "")).strip().splitlines()
        causes = [line.strip() for line in lines if CAUSE.match(line.strip()) and "NbGraderException" not in line]
        raise CourseError(f"{problem}: {causes[-1] if causes else lines[-1].strip()}")


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
