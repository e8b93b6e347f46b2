"""State and clipping: hidden checks of tasks 14, 15 and 17, on fresh random inputs."""

import numpy as np
from course_checks import expect_untouched
from course_checks_data import (
    cuts_rows_that_follow_one_another,
    expect_measures,
    expect_pairs,
    expect_rows,
    keeps_the_shorter_last_pair,
    weighs_the_batches,
)

from autograder.checks.specification import check
from autograder.checks.student import keep

# Task 14


@check(task="batchify", points=1, after=cuts_rows_that_follow_one_another)
def cuts_any_text(student, rng):
    """cuts any text into any number of rows, and leaves the text as it is"""
    for _ in range(3):
        batch_size = int(rng.integers(2, 9))
        ids = rng.integers(0, 1000, int(rng.integers(batch_size, 90))).astype(np.int32)
        expect_rows(student, ids, batch_size)
    kept = keep(student, ids)
    student.batchify(kept, batch_size)
    expect_untouched([kept], [ids], "the text after the call")


# Task 15


@check(task="sequences", points=1, after=keeps_the_shorter_last_pair)
def reads_any_rows(student, rng):
    """reads any rows in chunks of any length"""
    for _ in range(4):
        rows = rng.integers(0, 10_000, (int(rng.integers(1, 6)), int(rng.integers(2, 30))))
        expect_pairs(student, rows, int(rng.integers(1, 12)))


# Task 17


@check(task="perplexity", points=2, after=weighs_the_batches)
def measures_any_batches(student, rng):
    """measures any batches, in lists or arrays"""
    for kind in (np.array, list):
        size = int(rng.integers(2, 7))
        expect_measures(student, kind(rng.uniform(0.1, 8, size)), kind(rng.integers(1, 500, size)))
