"""What checks say with: each expectation is written once, and the message a student reads is derived from it."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from autograder.checks.outcomes import Evidence

SHOWN = 8
"""Most numbers of an array that a message shows."""


class CheckFailure(Exception):
    """The student's answer is wrong; carries what to show."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__(evidence.problem)
        self.evidence = evidence


class NotAttempted(Exception):
    """The task still holds its stub."""


class CannotTell(Exception):
    """A check cannot judge the answer on this machine, for a reason that is not the student's. A person has to; the message says why."""


class Mismatch(CheckFailure):
    """Something came out other than it should.

    Args:
        what: the thing compared, a noun: "the output shape".
        expected, actual: what should have come and what came.
        on: the input it happened on.
        hint: the next thing to try.
    """

    def __init__(self, what: str, expected: object, actual: object, on: str = "", hint: str = "") -> None:
        super().__init__(Evidence(f"{what} is not right", *_told_apart(expected, actual), on, hint))


Mistakes = Mapping[str, object]
"""Known mistakes: the hint, and the value (or a function of no argument that computes it) that comes out of the mistake."""


def expect(condition: object, problem: str, hint: str = "", on: str = "") -> None:
    """Fails with `problem` unless the condition holds."""
    if not condition:
        raise CheckFailure(Evidence(problem, on=on, hint=hint))


def expect_equal(actual: object, expected: object, what: str, on: str = "", hint: str = "", mistakes: Mistakes = {}) -> None:
    """Fails unless both are equal; arrays, lists, tuples, dicts and tables are compared by their items."""
    if not _equal(actual, expected):
        raise Mismatch(what, expected, actual, on, _known(actual, mistakes, _equal) or hint)


def expect_close(
    actual: object,
    expected: object,
    what: str,
    on: str = "",
    hint: str = "",
    mistakes: Mistakes = {},
    rtol: float = 1e-5,
    atol: float = 1e-6,
) -> None:
    """Fails unless two arrays of numbers have one shape and |actual - expected| <= atol + rtol * |expected| everywhere.

    Numbers that are not a number equal each other: a missing cell is a missing cell.
    """
    given, wanted = _numbers(actual, what, on), np.asarray(expected, dtype=np.float64)

    def close(one: object, other: object) -> bool:
        one, other = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
        return one.shape == other.shape and bool(np.allclose(one, other, rtol=rtol, atol=atol, equal_nan=True))

    if given.shape != wanted.shape:
        raise Mismatch(f"the shape of {what}", wanted.shape, given.shape, on, _known(given, mistakes, close) or hint)
    if not close(given, wanted):
        raise Mismatch(what, wanted, given, on, _known(given, mistakes, close) or hint)


def expect_shape(actual: object, shape: tuple, what: str, on: str = "", hint: str = "") -> None:
    """Fails unless the array has the shape; None in `shape` stands for any size."""
    try:
        found = np.shape(actual)
    except ValueError:
        raise Mismatch(f"the shape of {what}", shape, "rows of different lengths", on, hint) from None
    if len(found) != len(shape) or any(want is not None and want != size for want, size in zip(shape, found, strict=True)):
        raise Mismatch(f"the shape of {what}", shape, found, on, hint)


@contextlib.contextmanager
def advising(hint: str, about: str = "") -> Iterator[None]:
    """Gives this hint, in place of any other, to whatever fails inside; `about` limits it to problems that say so."""
    try:
        yield
    except CheckFailure as failure:
        found = failure.evidence
        if about not in found.problem:
            raise
        raise CheckFailure(Evidence(found.problem, found.expected, found.actual, found.on, hint)) from None


def show(value: object, exact: bool = False) -> str:
    """A value as a message shows it: short, arrays with their shape; `exact` gives all digits."""
    if isinstance(value, np.ndarray) and value.ndim:
        if value.dtype.kind not in "biuf":
            return _shorten(str(value.tolist()))
        numbers = ", ".join(show(number, exact) for number in value.ravel()[:SHOWN].tolist())
        more, shape = value.size > SHOWN, f" of shape {value.shape}"
        return f"[{numbers}{', …' if more else ''}]{shape if more or value.ndim > 1 else ''}"
    if isinstance(value, float):
        return repr(float(value)) if exact else f"{value:.6g}"
    if isinstance(value, np.ndarray):
        return show(value.item(), exact)
    if isinstance(value, str):
        return _shorten(value)
    try:
        return _shorten(repr(value))
    except ValueError:  # Python prints no integer of more than 4,300 digits
        return "an enormous number"


def _shorten(text: str) -> str:
    return text if len(text) <= 300 else text[:297] + "…"


def _told_apart(expected: object, actual: object) -> tuple[str, str]:
    """Both as a message shows them; where they would look the same, where arrays differ most, and all digits."""
    shown = show(expected), show(actual)
    if shown[0] != shown[1]:
        return shown
    arrays = isinstance(expected, np.ndarray) and isinstance(actual, np.ndarray) and expected.dtype.kind == actual.dtype.kind == "f"
    if arrays and expected.shape == actual.shape and expected.size > SHOWN:
        place = _worst(expected, actual)
        one, other = _told_apart(float(expected[place]), float(actual[place]))
        at = f" at [{', '.join(str(number) for number in place)}]"
        return one + at, other + at
    return show(expected, exact=True), show(actual, exact=True)


def _worst(expected: np.ndarray, actual: np.ndarray) -> tuple[int, ...]:
    """The place at which two arrays differ most; a missing number differs from every other."""
    with np.errstate(invalid="ignore"):
        distance = np.where(expected == actual, 0.0, np.abs(expected - actual))
    distance[np.isnan(expected) != np.isnan(actual)] = np.inf
    return tuple(int(number) for number in np.unravel_index(np.argmax(np.nan_to_num(distance, nan=0.0, posinf=np.inf)), distance.shape))


def _numbers(value: object, what: str, on: str) -> np.ndarray:
    try:
        array = np.asarray(value)
        if array.dtype.kind in "biuf":
            return array.astype(np.float64)
    except ValueError:  # a ragged list
        pass
    kind = type(value).__name__
    raise Mismatch(what, "numbers", show(value) if kind == "Remote" else f"{kind}: {show(value)}", on)


def _equal(one: object, other: object) -> bool:
    one, other = _without_labels(one), _without_labels(other)
    if _is_table(one) or _is_table(other):
        return _is_table(one) and _is_table(other) and _equal_tables(one, other)
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        try:
            one, other = np.asarray(one), np.asarray(other)
        except ValueError:  # a ragged list
            return False
        return one.shape == other.shape and bool(np.all(one == other))
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(_equal(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    same = one == other
    return type(same) is bool and same


def _is_table(value: object) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)


def _without_labels(value: object) -> object:
    """A column or an axis of a table as the array of what it holds."""
    pandas = sys.modules.get("pandas")
    return value.to_numpy() if pandas is not None and isinstance(value, pandas.Series | pandas.Index) else value


def _equal_tables(one: object, other: object) -> bool:
    """Whether labels and cells are equal, whatever types hold them; an empty cell equals an empty cell."""
    lenient = {"check_dtype": False, "check_index_type": False, "check_column_type": False, "check_names": False}
    try:
        sys.modules["pandas"].testing.assert_frame_equal(one, other, check_exact=True, **lenient)
    except Exception:  # an AssertionError; or a cell that cannot be compared
        return False
    return True


def _known(actual: object, mistakes: Mistakes, same: Callable) -> str:
    """The hint of the known mistake whose outcome this is, or nothing."""
    for hint, outcome in mistakes.items():
        if same(actual, outcome() if callable(outcome) else outcome):
            return hint
    return ""
