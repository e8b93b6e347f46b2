"""Public checks of the averages."""

from autograder.checks.expectations import expect_close
from autograder.checks.specification import Task, check

TASKS = [Task("mean", "Task 1: the mean", points=3), Task("weighted_mean", "Task 2: the weighted mean", points=2)]


@check(task="mean", points=1)
def takes_the_mean_of_two(student, rng):
    """gives the mean of two numbers"""
    mistakes = {"this is the sum: divide by how many there are": 4.0}
    expect_close(student.mean([1.0, 3.0]), 2.0, "mean([1.0, 3.0])", mistakes=mistakes, hint="add, then divide")


@check(task="weighted_mean", points=1)
def counts_weights(student, rng):
    """counts each number as often as its weight says"""
    expect_close(student.weighted_mean([1.0, 3.0], [3.0, 1.0]), 1.5, "weighted_mean([1.0, 3.0], [3.0, 1.0])", hint="divide by the sum of the weights")
