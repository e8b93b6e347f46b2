"""Contiguous batches: every row reads on where it stopped, and nothing is copied."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.batches import contiguous_batches

steady = settings(deadline=None, derandomize=True)
SHAPES = st.tuples(st.integers(0, 120), st.integers(1, 7), st.integers(1, 9))


def batches(length, batch_size, steps):
    ids = np.arange(length)  # every token is its own place
    return ids, list(contiguous_batches(ids, batch_size, steps))


@steady
@given(SHAPES)
def test_targets_are_the_next_tokens(shape):
    _, pairs = batches(*shape)
    for inputs, targets in pairs:
        assert inputs.shape == targets.shape == shape[1:]
        np.testing.assert_array_equal(targets, inputs + 1)


@steady
@given(SHAPES)
def test_every_row_continues_from_call_to_call(shape):
    _, pairs = batches(*shape)
    for (before, _), (after, _) in zip(pairs, pairs[1:], strict=False):
        np.testing.assert_array_equal(after[:, 0], before[:, -1] + 1)


@steady
@given(SHAPES)
def test_rows_are_equal_segments_and_only_what_fills_no_batch_is_left_off(shape):
    length, batch_size, steps = shape
    _, pairs = batches(*shape)
    segment = max(0, length - 1) // batch_size
    assert len(pairs) == segment // steps
    if pairs:
        rows = np.concatenate([inputs for inputs, _ in pairs], axis=1)
        np.testing.assert_array_equal(rows[:, 0], np.arange(batch_size) * segment)
        assert rows.shape[1] > segment - steps


@steady
@given(SHAPES)
def test_nothing_is_copied(shape):
    ids, pairs = batches(*shape)
    for inputs, targets in pairs:
        assert np.shares_memory(inputs, ids)
        assert np.shares_memory(targets, ids)


def test_a_large_corpus_takes_no_memory():
    ids = np.zeros(5_000_000, np.int32)
    tracemalloc.start()
    try:
        count = sum(1 for _ in contiguous_batches(ids, 20, 35))
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
    assert count == 7_142


def test_a_small_one_is_as_expected():
    _, [(inputs, targets), (more, _)] = batches(10, 2, 2)
    np.testing.assert_array_equal(inputs, [[0, 1], [4, 5]])
    np.testing.assert_array_equal(targets, [[1, 2], [5, 6]])
    np.testing.assert_array_equal(more, [[2, 3], [6, 7]])


def test_the_type_of_the_numbers_is_kept():
    inputs, targets = next(contiguous_batches(np.arange(9, dtype=np.int32), 2, 3))
    assert inputs.dtype == targets.dtype == np.int32


@pytest.mark.parametrize(("batch_size", "steps"), [(0, 5), (5, 0), (-1, 5)])
def test_no_rows_or_no_steps_is_an_error_at_once(batch_size, steps):
    with pytest.raises(ValueError, match="expected batch_size and steps of at least 1"):
        contiguous_batches(np.arange(100), batch_size, steps)


def test_a_table_of_ids_is_an_error_at_once():
    with pytest.raises(ValueError, match=r"expected ids of shape \(n,\), got \(2, 5\)"):
        contiguous_batches(np.zeros((2, 5)), 1, 1)
