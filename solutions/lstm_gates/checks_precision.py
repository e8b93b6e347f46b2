"""How exact an answer has to be: to all digits where it was computed in 64 bits, as exactly as 32 bits allow where not.

The cells are closed formulas, so an answer computed in 64 bits is right to about fifteen digits, and one that is off by 1e-6 has
another formula: an epsilon that stands in no equation, a constant with few digits, an approximated sigmoid. But nobody has to
compute in 64 bits, and the type of what comes back does not tell: 32-bit numbers may come as lists of Python floats, or go
through one last step of NumPy that makes 64 bits of them. So the answer's own behaviour decides, see `is_double`.
"""

import numpy as np

from autograder.checks.expectations import Mismatch

LIMIT = 15.0
"""From weights of this size on a gate is held open or shut. A sigmoid that is cut off there for safety is right to six digits."""
STEP = 1e-6
"""How far apart, as a share of each number, the inputs of `is_double` stand: many roundings of 32 bits, little for a formula."""
ROUGH = 1e-11
"""Roundings of 64 bits are a thousand times smaller, roundings of 32 bits a thousand times larger."""


def numbers_of(answer):
    """All numbers of an answer made of arrays, lists, tuples and dicts, one after the other."""
    if isinstance(answer, dict):
        answer = [answer[name] for name in sorted(answer)]
    if isinstance(answer, list | tuple):
        return np.concatenate([numbers_of(part) for part in answer]) if len(answer) else np.zeros(0)
    return np.asarray(answer, dtype=np.float64).ravel()


def is_single(answer):
    """Whether all numbers are 32-bit ones, whatever holds them."""
    numbers = numbers_of(answer)
    return bool(np.array_equal(numbers, numbers.astype(np.float32)))


def _changed(arguments, change):
    """The same arguments with every array of them changed."""
    if isinstance(arguments, dict):
        return {name: _changed(value, change) for name, value in arguments.items()}
    if isinstance(arguments, list | tuple):
        return type(arguments)(_changed(value, change) for value in arguments)
    return change(arguments) if isinstance(arguments, np.ndarray) else arguments


def is_double(call, arguments, keywords):
    """Whether a function computes in 64 bits throughout, at inputs of these shapes.

    It is called at four sets of ordinary numbers that differ by a millionth of each, on a straight line. What a formula gives
    there is smooth: its third differences are nothing, with a stray constant as without. Rounding to 32 bits anywhere on the
    way, of an input, a weight or a result in between, leaves steps that no last operation in 64 bits can smooth out.
    """
    answers = []
    for place in range(4):
        rng = np.random.default_rng(0)  # the same numbers and directions every time

        def ordinary(array, rng=rng, place=place):
            return rng.normal(0, 0.7, array.shape) * (1 + STEP * place * rng.uniform(0.5, 1.5, array.shape))

        answers.append(numbers_of(call(*_changed(arguments, ordinary), **_changed(keywords, ordinary))))
    first, second, third, fourth = answers
    differences = np.abs(fourth - 3 * third + 3 * second - first)
    return not is_single(answers) and bool(np.all(differences <= ROUGH * (1 + np.abs(first).max())))


def expect_all_digits(call, arguments, found, right, what, on, keywords=None, rtol=1e-10, atol=1e-10):
    """Fails where an answer that is right in its first digits was computed in 64 bits and is wrong in the others.

    Args:
        call: asks the student's function; it takes the arguments and the keywords.
        arguments, keywords: what `found` was asked with; the arrays may stand in tuples.
        found, right: the answer and the oracle's, arrays or lists, tuples or dicts of them.
    """
    numbers, wanted = numbers_of(found), numbers_of(right)
    if np.allclose(numbers, wanted, rtol=rtol, atol=atol) or is_single(found):
        return
    keywords = keywords or {}
    held = any(np.abs(numbers_of(value)).max(initial=0) > LIMIT for value in arguments if isinstance(value, np.ndarray | tuple))
    if held or not is_double(call, arguments, keywords):
        return
    error = numbers - wanted
    hint = "computed in 64 bits, yet right in the first digits only: an approximation, a constant with few digits or a small extra term"
    if np.allclose(error, error[0], rtol=1e-3, atol=1e-12):
        hint = "every number is off by the same tiny amount: something is added that stands in no equation"
    elif np.allclose(error, np.dot(error, wanted) / np.dot(wanted, wanted) * wanted, rtol=1e-3, atol=1e-12):
        hint = "every number is off by the same tiny factor: a constant with few digits, or a division by something plus an epsilon"
    place = np.argmax(np.abs(error))
    raise Mismatch(f"{what}, taken to all digits,", f"{wanted[place]:.12g}", f"{numbers[place]:.12g}", on, hint)
