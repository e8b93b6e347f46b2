"""What a notebook makes at home and hands in: made once, saved beside the notebook, only read from then on."""

import contextlib
import os
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.checks.agent import is_stub

MOST_WEIGHT_BYTES = 1 << 28
"""Most bytes that the arrays of a file of weights may take once they are unpacked."""


@dataclass(frozen=True)
class Kind:
    """One kind of file that is made at home."""

    noun: str
    """What such a file holds: "table"."""
    fault: Callable[[object], str]
    """Says why something cannot be saved so, or nothing."""
    save: Callable[[object, Path], None]
    """Writes it into a file."""
    read: Callable[[Path], object | None]
    """Reads it back; None where the file holds none."""


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
    return _made_at_home(file, measure, TABLE)


def trained_at_home(file: str, train: Callable):
    """Weights that take long to train: trained once, saved beside the notebook, read back from then on, and handed in with it.

    Args:
        file: the file's name, ending in .npz.
        train: makes the weights when there is no file yet: a dict of names and arrays of numbers.

    Returns:
        The dict of arrays; None as long as `train` waits for a task, or where the file holds no such arrays. When graded,
        nothing is trained: the handed-in file counts.
    """
    return _made_at_home(file, train, WEIGHTS)


def _made_at_home(file: str, make: Callable, kind: Kind) -> object | None:
    """Reads the file, or makes it where there is none and the notebook is not being graded."""
    path = Path(file)
    if path.is_file():
        found = kind.read(path)
        if found is None:
            print(f"{file} is no {kind.noun}: it was damaged since it was saved. Delete that file to make it again.")
        else:
            print(f"Read from {file}, which an earlier run saved. Delete that file to make it again.")
        return found
    if os.environ.get("COURSE_GRADING"):
        print(f"{file} was not handed in beside the notebook.")
        return None
    with when_written():
        made = make()
        fault = kind.fault(made)
        if fault:
            print(f"Nothing was saved to {file}: {fault}.")
            return None
        _save_whole(made, path, kind)
        print(f"Saved to {file}: hand it in with this notebook.")
        return kind.read(path)
    return None


def _save_whole(made: object, path: Path, kind: Kind) -> None:
    """Writes a file beside and renames it: whoever reads finds the whole file or none."""
    unfinished = path.with_suffix(".unfinished")
    try:
        kind.save(made, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _no_table(made: object) -> str:
    import pandas

    if not isinstance(made, pandas.DataFrame):
        return f"your code gave {type(made).__name__}, not a DataFrame"
    return "your code gave an empty table" if made.empty else ""


def _save_table(table: object, path: Path) -> None:
    (table.reset_index() if any(table.index.names) else table).to_csv(path, index=False)


def _read_table(path: Path) -> object | None:
    """The table in a CSV file, None where it holds none. Floats come back to the last bit, with every version of pandas."""
    import pandas

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer ones call the option outdated: it is their default
        try:
            return pandas.read_csv(path, float_precision="round_trip")
        except ValueError:  # EmptyDataError, ParserError, UnicodeDecodeError
            return None


def _no_weights(made: object) -> str:
    if not isinstance(made, dict) or not made:
        return f"your code gave {type(made).__name__}, not a dict of arrays"
    for name, value in made.items():
        if not isinstance(name, str) or np.asarray(value).dtype.kind not in "biuf":
            return f"{name!r} is no name with an array of numbers"
    return ""


def _save_weights(weights: object, path: Path) -> None:
    with open(path, "wb") as file:  # given a name, savez would add an ending to it
        np.savez(file, **{name: np.asarray(value) for name, value in weights.items()})


def _read_weights(path: Path) -> object | None:
    """The arrays in an .npz file, None where it holds anything else: nothing in it is ever unpickled."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_WEIGHT_BYTES:
                return None
        with np.load(path, allow_pickle=False) as archive:
            weights = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError):
        return None
    return weights if all(value.dtype.kind in "biuf" for value in weights.values()) else None


TABLE = Kind("table", _no_table, _save_table, _read_table)
WEIGHTS = Kind("file of weights", _no_weights, _save_weights, _read_weights)
