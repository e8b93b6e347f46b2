"""Each expectation passes and fails where it should, and its message says what was expected, what came, on what, and what next."""

import math

import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks.agent import Agent
from autograder.checks.expectations import CheckFailure, Mismatch, expect, expect_close, expect_equal, expect_shape, show
from autograder.checks.student import Student, keep
from autograder.checks.wire import Handle, Raise, Scripted

NAN = math.nan
REMOTE = keep(Student(Agent({}).answer), 1)
ODD = [
    None,
    True,
    "text",
    "2.0",
    [],
    [[1], [1, 2]],
    [np.zeros(2), np.zeros(3)],
    [np.zeros((2, 3)), np.zeros((2, 4))],
    {"a": np.zeros(2)},
    [np.zeros(2), "x"],
    (1, None),
    10**400,
    [10**400, 1.5],
    -(10**4000),
    np.array(["a", "b"]),
    np.zeros((0, 2**40)),
    np.zeros((2, 0, 3)),
    np.array(NAN),
    pandas.DataFrame({"x": [1]}),
    pandas.DataFrame({"y": ["a"]}, index=[3]),
    pandas.DataFrame(),
    REMOTE,
    [REMOTE],
    Handle("model", 1),
    Raise("no"),
    Scripted(("a",), (((np.zeros(2),), np.zeros(2)),)),
]
"""What a submission may answer with, however unlikely."""


def evidence(expectation, *arguments, **keywords):
    """What a failed expectation has to show."""
    with pytest.raises(CheckFailure) as caught:
        expectation(*arguments, **keywords)
    return caught.value.evidence


@pytest.mark.parametrize(
    "expected", [2.0, [1, 2], np.zeros((2, 3)), "text", None, True, {"a": 1}, pandas.DataFrame({"x": [1]}), (1, "a")], ids=repr
)
@pytest.mark.parametrize("actual", ODD, ids=lambda value: repr(value)[:40])
def test_no_answer_breaks_an_expectation(actual, expected):
    """Whatever comes, an expectation passes or says what is wrong: anything else would read as an error of the grader's."""
    mistakes = {"a table": pandas.DataFrame({"x": [2]}), "an array": np.ones(2), "a dict": {"a": np.ones(2)}}
    for expectation, wanted in ((expect_equal, expected), (expect_close, 2.0), (expect_close, np.zeros((2, 3)))):
        try:
            expectation(actual, wanted, "the answer", mistakes={} if expectation is expect_close else mistakes)
        except CheckFailure as failure:
            assert failure.evidence.problem and len(failure.evidence.actual) <= 320
    try:
        expect_shape(actual, (2, None), "the answer")
    except CheckFailure as failure:
        assert "shape" in failure.evidence.problem


def test_expect_tells_its_problem():
    expect(True, "never")
    found = evidence(expect, [], "the list is empty", hint="fill it", on="f(1)")
    assert (found.problem, found.hint, found.on) == ("the list is empty", "fill it", "f(1)")


# equal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1),
        (1, 1.0),
        (True, True),
        (True, 1),
        ("a", "a"),
        (None, None),
        ([1, (2, "a")], [1, (2, "a")]),
        ([1, 2], (1, 2)),
        (np.array([1, 2]), [1, 2]),
        ((1, 2), np.array([1.0, 2.0])),
        ([np.array([1, 2]), "x"], [np.array([1, 2]), "x"]),
        ({"a": np.array([1, 2])}, {"a": [1, 2]}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (np.array(["a"]), ["a"]),
        (np.array(3), 3),
        (pandas.DataFrame({"x": [1, NAN]}), pandas.DataFrame({"x": [1, NAN]})),
    ],
)
def test_equal_values_are_equal(one, other):
    expect_equal(one, other, "the answer")
    expect_equal(other, one, "the answer")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, "1"),
        (None, 0),
        (None, False),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ([], None),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": np.array([1, 2])}, {"a": np.array([1, 3])}),
        ({"a": 1}, ["a"]),
        (np.array([1, 2]), [1, 2, 3]),
        (np.array([1, 1]), 1),
        (np.array(["1"]), [1]),
        (np.array([1, 2]), [[1], [1, 2]]),
        (pandas.DataFrame({"x": [1]}), pandas.DataFrame({"y": [1]})),
        (pandas.DataFrame({"x": [1]}), 1),
        (pandas.DataFrame({"x": [1]}), [[1]]),
    ],
)
def test_other_values_are_not_equal(one, other):
    evidence(expect_equal, one, other, "the answer")
    evidence(expect_equal, other, one, "the answer")


def test_a_mismatch_says_all_there_is_to_say():
    found = evidence(expect_equal, [1, 3], [1, 2], "the list", on="f(2)", hint="count again")
    assert found.problem == "the list is not right"
    assert (found.expected, found.actual, found.on, found.hint) == ("[1, 2]", "[1, 3]", "f(2)", "count again")


def test_a_mismatch_is_a_failure():
    assert issubclass(Mismatch, CheckFailure) and str(Mismatch("x", 1, 2)) == "x is not right"


# close


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (2, 2.0),
        (2.0 + 1e-6, 2.0),
        ([1, 2], [1.0, 2.0]),
        ((1, 2), np.array([1.0, 2.0])),
        (np.array([1, 2], dtype=np.float16), [1, 2]),
        ([1.0, NAN], [1.0, NAN]),
        (math.inf, math.inf),
        ([True, False], [1, 0]),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.array(2.0), 2),
    ],
)
def test_close_numbers_pass(actual, expected):
    expect_close(actual, expected, "the mean")


@pytest.mark.parametrize(
    ("actual", "expected", "shown"),
    [
        (2.1, 2.0, "2.1"),
        (NAN, 2.0, "nan"),
        ([1.0, NAN], [1.0, 2.0], "[1, nan]"),
        (math.inf, -math.inf, "inf"),
        ("2.0", 2.0, "str: 2.0"),
        (["2.0"], [2.0], "list: ['2.0']"),
        (None, 2.0, "NoneType: None"),
        ([1, None], [1, 2], "list: [1, None]"),
        ([[1], [1, 2]], [1, 2], "list: [[1], [1, 2]]"),
        ({"a": 1}, 1, "dict: {'a': 1}"),
        (REMOTE, 1.0, "a kept value"),
    ],
)
def test_other_numbers_fail_and_are_shown(actual, expected, shown):
    found = evidence(expect_close, actual, expected, "the mean", on="mean([1, 3])")
    assert found.problem == "the mean is not right" and found.actual == shown and found.on == "mean([1, 3])"


@pytest.mark.parametrize(("actual", "shape"), [([2.0], "(1,)"), (2.0, "()"), ([[1, 2]], "(1, 2)"), (np.zeros((2, 0)), "(2, 0)")])
def test_another_shape_fails_by_its_shape(actual, shape):
    found = evidence(expect_close, actual, [2.0, 2.0], "the mean")
    assert found.problem == "the shape of the mean is not right" and (found.expected, found.actual) == ("(2,)", shape)


def test_broadcasting_is_no_agreement():
    evidence(expect_close, np.ones(3), np.ones((3, 3)), "the answer")


def test_the_tolerances_are_what_they_are_told_to_be():
    expect_close(1.05, 1.0, "x", rtol=0.1)
    expect_close(0.05, 0.0, "x", atol=0.1)
    evidence(expect_close, 1.05, 1.0, "x", rtol=0.01)
    evidence(expect_close, 1 + 1e-9, 1.0, "x", rtol=0, atol=0)


@settings(max_examples=50, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.floats(1e-3, 1e3))
def test_close_is_what_the_docstring_says(expected, factor):
    bound = 1e-6 + 1e-5 * abs(expected)
    actual = expected + factor * bound
    if abs(actual - expected) < 0.999 * bound:
        expect_close(actual, expected, "x")
    elif abs(actual - expected) > 1.001 * bound:
        evidence(expect_close, actual, expected, "x")


# known mistakes

MISTAKES = {"the sum: divide": 4.0, "the last one": lambda: 3.0, "one for each": [1.0, 3.0]}


@pytest.mark.parametrize(("actual", "hint"), [(4.0, "the sum: divide"), (3, "the last one"), ([1, 3], "one for each"), (5.0, "add")])
def test_a_known_mistake_gets_its_own_hint(actual, hint):
    assert evidence(expect_close, actual, 2.0, "the mean", hint="add", mistakes=MISTAKES).hint == hint
    assert evidence(expect_equal, actual, 2.0, "the mean", hint="add", mistakes=MISTAKES).hint == hint


def test_a_mistake_of_another_shape_is_not_this_one():
    """NumPy would compare one number with every item of an array."""
    assert evidence(expect_close, [4.0, 4.0], [2.0, 2.0], "the mean", hint="add", mistakes=MISTAKES).hint == "add"


def test_a_right_answer_that_equals_a_mistake_is_right():
    expect_close(2.0, 2.0, "the mean", mistakes={"wrong": 2.0})


def test_the_first_mistake_that_fits_is_told():
    assert evidence(expect_close, 4.0, 2.0, "x", mistakes={"first": 4.0, "second": 4.0}).hint == "first"


# shapes


@pytest.mark.parametrize(
    ("actual", "shape"),
    [(np.zeros((2, 3)), (2, 3)), (np.zeros((2, 3)), (None, 3)), (5, ()), ([[1, 2]], (1, 2)), (np.zeros((0, 3)), (None, 3))],
)
def test_a_right_shape_passes(actual, shape):
    expect_shape(actual, shape, "the output")


@pytest.mark.parametrize(
    ("actual", "shape"),
    [(np.zeros((2, 3)), (3, 2)), (np.zeros(2), (2, None)), (5, (1,)), ([[1], [1, 2]], (2, 2)), (None, (2,)), ("ab", (2,))],
)
def test_a_wrong_shape_fails(actual, shape):
    found = evidence(expect_shape, actual, shape, "the output", hint="reshape")
    assert found.problem == "the shape of the output is not right" and found.expected == str(shape) and found.hint == "reshape"


# showing


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.333333"),
        (5, "5"),
        (12345678, "12345678"),
        (True, "True"),
        (None, "None"),
        ("plain", "plain"),
        ([1, "a"], "[1, 'a']"),
        (np.float64(0.5), "0.5"),
        (np.array(0.5), "0.5"),
        (np.array([1.0, 0.25]), "[1, 0.25]"),
        (np.array([12345678, 2]), "[12345678, 2]"),
        (np.array([True, False]), "[True, False]"),
        (np.arange(9), "[0, 1, 2, 3, 4, 5, 6, 7, …] of shape (9,)"),
        (np.zeros((1, 2)), "[0, 0] of shape (1, 2)"),
        (np.array([]), "[]"),
        (np.array(["a", "b"]), "['a', 'b']"),
        (REMOTE, "a kept value"),
    ],
)
def test_a_value_is_shown_in_short(value, text):
    assert show(value) == text


@pytest.mark.parametrize(
    "value",
    ["x" * 10_000, list(range(10_000)), np.array(["y" * 10_000]), 10**4000, 10**6000, [10**6000]],
    ids=lambda value: type(value).__name__,
)
def test_a_long_value_is_cut(value):
    assert len(show(value)) <= 300


def test_two_numbers_that_look_alike_are_told_apart():
    found = evidence(expect_close, 0.12345671, 0.12345678, "the loss", rtol=1e-9, atol=0)
    assert found.expected != found.actual
    found = evidence(expect_close, np.array([1.0, 2 + 1e-9]), np.array([1.0, 2]), "the loss", rtol=0, atol=0)
    assert found.expected != found.actual


def test_where_long_arrays_differ_is_shown():
    """The first numbers of both are the same: the place where they part says more."""
    expected = np.arange(100.0).reshape(10, 10)
    actual = expected.copy()
    actual[4, 2] = -1
    found = evidence(expect_close, actual, expected, "the table")
    assert found.expected != found.actual and "[4, 2]" in found.actual and "-1" in found.actual
