"""What a notebook calls: check("task") runs the public checks at once, in the student's own kernel."""

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.checks.agent import Agent, is_stub
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


@contextlib.contextmanager
def when_written() -> Iterator[None]:
    """Lets a cell that uses your functions wait, with one line, as long as one of them still holds its stub."""
    try:
        yield
    except NotImplementedError as error:
        if not is_stub(error):
            raise
        print(f"This cell waits for {str(error) or 'code of yours'}.")


def measured_at_home(file: str, measure: Callable):
    """A table that takes long to make: made once, saved beside the notebook, read back from then on, and handed in with it.

    Args:
        file: the CSV file's name.
        measure: makes the table, a pandas DataFrame, when there is no file yet.

    Returns:
        The table; None as long as `measure` waits for a task, or where the file holds no table. An index that has a name
        comes back as a column. When graded, nothing is measured: the handed-in file counts.
    """
    import pandas

    path = Path(file)
    if path.is_file():
        table = _read_table(path)
        if table is None:
            print(f"{file} is no table: it was damaged since it was saved. Delete that file to measure again.")
        else:
            print(f"Read from {file}, which an earlier run saved. Delete that file to measure again.")
        return table
    if os.environ.get("COURSE_GRADING"):
        print(f"{file} was not handed in beside the notebook.")
        return None
    with when_written():
        table = measure()
        if not isinstance(table, pandas.DataFrame) or table.empty:
            kind = "an empty table" if isinstance(table, pandas.DataFrame) else f"{type(table).__name__}, not a DataFrame"
            print(f"Nothing was saved to {file}: the sweep gave {kind}.")
            return None
        _save_table(table, path)
        print(f"Saved to {file}: hand it in with this notebook.")
        return _read_table(path)
    return None


def _save_table(table: object, path: Path) -> None:
    """Writes a file beside and renames it: whoever reads finds the whole table or none."""
    unfinished = path.with_suffix(".unfinished")
    try:
        (table.reset_index() if any(table.index.names) else table).to_csv(unfinished, index=False)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _read_table(path: Path) -> object | None:
    """The table in a CSV file, None where it holds none. Floats come back to the last bit, with every version of pandas."""
    import pandas

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer ones call the option outdated: it is their default
        try:
            return pandas.read_csv(path, float_precision="round_trip")
        except ValueError:  # EmptyDataError, ParserError, UnicodeDecodeError
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
