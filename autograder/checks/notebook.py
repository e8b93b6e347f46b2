"""What a notebook calls: check("task") runs the public checks at once, in the student's own kernel."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.checks.agent import Agent
from autograder.checks.outcomes import TaskReport
from autograder.checks.report import as_html, as_text
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
        None when every public check passed; otherwise the points so far, which nbgrader's Validate button reads.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        raise SpecificationError("check() is called from a notebook; here is none")
    specification = load_specification(_checks_file())
    with _quiet():
        report = run_task(specification, task, Student(Agent(shell.user_ns).answer), HOME_SEED)
    _display(report, _note(specification, report))
    passed = all(result.earned == result.points for result in report.results)
    return None if passed else Points(report.earned)


class Points(float):
    """Points earned so far. Its text is the plain number, as nbgrader's partial credit wants it; a page shows nothing of it."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {"text/plain": repr(float(self)), "text/html": ""}


@contextlib.contextmanager
def when_written() -> Iterator[None]:
    """Lets a cell that uses your functions wait, with one line, as long as one of them still holds its stub."""
    try:
        yield
    except NotImplementedError as stub:
        print(f"This cell waits for {stub}.")


def measured_at_home(file: str, measure: Callable):
    """A table that takes long to make: made once, saved beside the notebook, read back from then on, and handed in with it.

    Args:
        file: the CSV file's name.
        measure: makes the table, a pandas DataFrame, when there is no file yet.

    Returns:
        The table; None as long as `measure` waits for a task. When graded, nothing is measured: the handed-in file counts.
    """
    import pandas

    path = Path(file)
    if path.is_file():
        print(f"Read from {file}, which an earlier run saved. Delete that file to measure again.")
        return pandas.read_csv(path, float_precision="round_trip")
    if os.environ.get("COURSE_GRADING"):
        print(f"{file} was not handed in beside the notebook.")
        return None
    with when_written():
        table = measure()
        if not isinstance(table, pandas.DataFrame):
            print(f"Nothing was saved to {file}: the sweep gave {type(table).__name__}, not a DataFrame.")
            return None
        unfinished = path.with_suffix(".unfinished")
        table.to_csv(unfinished, index=False)
        unfinished.replace(path)
        print(f"Saved to {file}: hand it in with this notebook.")
        return pandas.read_csv(path, float_precision="round_trip")
    return None


def _checks_file() -> Path:
    """checks.py stands beside the notebook."""
    path = Path("checks.py")
    if not path.is_file():
        raise SpecificationError(
            f"checks.py is not in this notebook's folder ({Path.cwd()}): unpack the whole assignment and open the notebook there"
        )
    return path


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
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
    return f"{later:g} more points are checked when the assignment is graded, on other inputs." if later else ""


def _display(report: TaskReport, note: str) -> None:
    from IPython.display import display

    display({"text/plain": as_text(report, note), "text/html": as_html(report, note)}, raw=True)
