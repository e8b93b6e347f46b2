"""Hidden checks of the averages."""

import numpy as np
from autograder.checks.expectations import expect_close
from autograder.checks.specification import check
from course_checks import counts_weights, takes_the_mean_of_two


@check(task="mean", points=2, after=takes_the_mean_of_two)
def takes_any_mean(student, rng):
    """gives the mean of any list"""
    numbers = rng.normal(size=rng.integers(3, 9))
    expect_close(student.mean(numbers), numbers.mean(), "the mean", hint="try a list of three")


@check(task="weighted_mean", points=1, after=counts_weights)
def takes_any_weights(student, rng):
    """works for any weights"""
    numbers, weights = rng.normal(size=5), rng.uniform(1, 2, size=5)
    expect_close(student.weighted_mean(numbers, weights), np.average(numbers, weights=weights), "the weighted mean", hint="weights need not add up to one")
