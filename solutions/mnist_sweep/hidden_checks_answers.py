"""The MNIST sweep, Task 8: the digits of the collapsed cells."""

from course_checks_answers import collapsed_cells, finds_the_collapsed_cells, own_table

from autograder.checks.expectations import expect
from autograder.checks.specification import check


@check(task="answers", points=2, after=finds_the_collapsed_cells)
def names_the_digit_of_every_collapsed_cell(student, rng):
    """names the digit that each collapsed cell answers"""
    answers, frame, rows = own_table(student)
    for cell, digits in collapsed_cells(frame, rows).items():
        hint = "compare the cell's test accuracy with the share of each digit among the test labels: which digit is it?"
        expect(answers["collapsed"][cell] in digits, "a collapsed cell has another digit", hint)
