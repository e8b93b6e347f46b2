"""What checks say with: each expectation is written once, and the message a student reads is derived from it."""

from collections.abc import Callable, Mapping

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


class Mismatch(CheckFailure):
    """Something came out other than it should.

    Args:
        what: the thing compared, a noun: "the output shape".
        expected, actual: what should have come and what came.
        on: the input it happened on.
        hint: the next thing to try.
    """

    def __init__(self, what: str, expected: object, actual: object, on: str = "", hint: str = "") -> None:
        super().__init__(Evidence(f"{what} is not right", show(expected), show(actual), on, hint))


Mistakes = Mapping[str, object]
"""Known mistakes: the hint, and the value (or a function of no argument that computes it) that comes out of the mistake."""


def expect(condition: object, problem: str, hint: str = "", on: str = "") -> None:
    """Fails with `problem` unless the condition holds."""
    if not condition:
        raise CheckFailure(Evidence(problem, on=on, hint=hint))


def expect_equal(actual: object, expected: object, what: str, on: str = "", hint: str = "", mistakes: Mistakes = {}) -> None:
    """Fails unless both are equal; arrays, lists and tuples are compared by their items."""
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
    found = np.shape(actual)
    if len(found) != len(shape) or any(want is not None and want != size for want, size in zip(shape, found, strict=True)):
        raise Mismatch(f"the shape of {what}", shape, found, on, hint)


def show(value: object) -> str:
    """A value as a message shows it: short, arrays with their shape."""
    if isinstance(value, np.ndarray) and value.ndim:
        if value.dtype.kind not in "biuf":
            return _shorten(str(value.tolist()))
        numbers = ", ".join(f"{number:.6g}" for number in value.ravel()[:SHOWN].tolist())
        return f"[{numbers}{', …' if value.size > SHOWN else ''}]" + (f" of shape {value.shape}" if value.ndim > 1 or value.size > SHOWN else "")
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, np.ndarray):
        return show(value.item())
    if isinstance(value, str):
        return _shorten(value)
    return _shorten(repr(value))


def _shorten(text: str) -> str:
    return text if len(text) <= 300 else text[:297] + "…"


def _numbers(value: object, what: str, on: str) -> np.ndarray:
    try:
        array = np.asarray(value)
        if array.dtype.kind in "biuf":
            return array.astype(np.float64)
    except ValueError:  # a ragged list
        pass
    raise Mismatch(what, "numbers", f"{type(value).__name__}: {show(value)}", on)


def _equal(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        one, other = np.asarray(one), np.asarray(other)
        return one.shape == other.shape and bool(np.all(one == other))
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(_equal(a, b) for a, b in zip(one, other, strict=True))
    return type(one == other) is bool and one == other


def _known(actual: object, mistakes: Mistakes, same: Callable) -> str:
    """The hint of the known mistake whose outcome this is, or nothing."""
    for hint, outcome in mistakes.items():
        if same(actual, outcome() if callable(outcome) else outcome):
            return hint
    return ""
