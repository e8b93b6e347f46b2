"""What a notebook calls: check("task") runs the public checks at once, in the student's own kernel."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from autograder.checks.agent import Agent
from autograder.checks.outcomes import Outcome, TaskReport
from autograder.checks.report import as_html, as_text, counted
from autograder.checks.runner import run_task
from autograder.checks.specification import Specification, SpecificationError, load_specification
from autograder.checks.student import Student

HOME_SEED = 0
"""At home the random inputs are the same every time, so that a failure stays while it is worked on."""


def check(task: str) -> "Points | None":
    """Runs the public checks of one task on the notebook's functions and shows what they found.

    Args:
        task: the task's name, as the notebook gives it.

    Returns:
        None; but where nbgrader's Validate button runs the notebook and a check did not pass, the points so far, which it reads.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        raise SpecificationError("check() is called from a notebook; here is none")
    specification = load_specification(_checks_file())
    with quiet():
        report = run_task(specification, task, Student(Agent(shell.user_ns).answer), HOME_SEED)
    _display(report, _note(specification, report))
    validating = "NBGRADER_EXECUTION" in os.environ
    return Points(report.earned) if validating and report.outcome is not Outcome.PASSED else None


class Points(float):
    """Points earned so far. Its text is the plain number, as nbgrader's partial credit wants it."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {"text/plain": repr(float(self))}


def _checks_file() -> Path:
    """checks.py stands beside the notebook."""
    path = Path("checks.py")
    if not path.is_file():
        raise SpecificationError(
            f"checks.py is not in this notebook's folder ({Path.cwd()}): unpack the whole assignment and open the notebook there"
        )
    return path


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keeps what TensorFlow logs through file descriptor 2 out of the notebook: nbgrader takes it for a failed test."""
    sys.stderr.flush()
    with open(os.devnull, "w") as nowhere:
        saved = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def _note(specification: Specification, report: TaskReport) -> str:
    """What is left for the graded run."""
    later = report.points - specification.public_points(report.task)
    return f"{counted(later, 'more point')} to come when the assignment is graded, on other inputs." if later else ""


def _display(report: TaskReport, note: str) -> None:
    from IPython.display import display

    display({"text/plain": as_text(report, note), "text/html": as_html(report, note)}, raw=True)
