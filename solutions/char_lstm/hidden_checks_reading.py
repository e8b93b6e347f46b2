"""The character LSTM: hidden checks of the tasks on pictures and on reading the tables."""

import numpy as np
from course_checks_reading import (
    BASE,
    EQUAL_CHARACTERS,
    arranges_nodes_and_unrollings,
    as_table,
    draws_a_heatmap,
    draws_a_line,
    draws_a_surface,
    expect_best,
    expect_heatmap,
    expect_line,
    expect_surface,
    expect_table,
    own_answers,
    scores_of,
)

from autograder.checks.expectations import expect, expect_equal
from autograder.checks.specification import check

# Task 13


def random_runs(rng):
    """Runs in any order, some of them in the same cell, some cells without any."""
    nodes, unrollings = rng.choice([2, 5, 8, 16, 100], 3, replace=False).tolist(), rng.choice([1, 3, 10, 20, 30], 4, replace=False).tolist()
    cells = [(16, across, down, 200) for across in nodes for down in unrollings]
    places = rng.permutation([*range(1, len(cells)), *rng.choice(len(cells) - 1, 6) + 1]).tolist()
    return [(*cells[place], float(rng.uniform(4, 20))) for place in places]


@check(task="pictures", points=0.75, after=arranges_nodes_and_unrollings)
def arranges_any_runs(student, rng):
    """arranges any runs"""
    expect_table(student, random_runs(rng), "")


@check(task="pictures", points=0.75, after=draws_a_line)
def draws_any_line(student, rng):
    """draws any parameter's line"""
    expect_line(student, random_runs(rng), "num_nodes", "")
    steps = rng.permutation([30, 100, 300, 2000, 2000]).tolist()
    expect_line(student, [(int(rows), 4, 5, step, float(rng.uniform(4, 20))) for rows, step in enumerate(steps, 1)], "num_steps", "")


def random_table(rng):
    values = rng.uniform(4, 20, (int(rng.integers(2, 4)), int(rng.integers(4, 6))))
    return as_table(values, [4, 9, 31][: values.shape[0]], [1, 2, 6, 25, 50][: values.shape[1]])


@check(task="pictures", points=0.75, after=draws_a_heatmap)
def draws_any_heatmap(student, rng):
    """draws and annotates any table"""
    expect_heatmap(student, random_table(rng))


@check(task="pictures", points=0.75, after=draws_a_surface)
def draws_any_surface(student, rng):
    """draws any table as a surface"""
    expect_surface(student, random_table(rng))


# Task 15


@check(task="answers", points=1)
def compares_unrollings_at_equal_characters(student, rng):
    """names the best number of unrollings at an equal number of characters in your table"""
    answers, runs = own_answers(student)
    scores = scores_of(runs, [BASE, *EQUAL_CHARACTERS[:3]])
    hint = "only the runs with batches of 16 and 16 nodes that read 32,000 characters: 1 × 2,000, 4 × 500, 10 × 200 and 20 × 100"
    expect_best(answers.get("best_unrollings_at_equal_characters"), scores, "best_unrollings_at_equal_characters", hint)


@check(task="answers", points=1)
def counts_the_published_characters(student, rng):
    """says how many characters the two published runs of 65 steps were trained on"""
    answers, _ = own_answers(student)
    found = answers.get("published_characters")
    expect(isinstance(found, tuple | list | np.ndarray), "published_characters is no pair", "a tuple of two numbers")
    mistakes = {
        "these are the steps times the unrollings: every row of the batch reads, too": (6500, 65),
        "the run with 100 unrollings comes first": (4160, 416_000),
    }
    expect_equal(
        np.asarray(found).tolist(),
        [416_000, 4160],
        "published_characters",
        hint="batch × unrollings × steps",
        mistakes={hint: list(wrong) for hint, wrong in mistakes.items()},
    )


@check(task="answers", points=1)
def reads_the_third_question(student, rng):
    """says which of the two published runs of 65 steps was better"""
    answers, _ = own_answers(student)
    named = answers.get("published_question_3")
    expect(named in (1, 100), "published_question_3 is neither 1 nor 100", "the number of unrollings of the better run")
    expect(named == 100, "published_question_3 is the other one", "a lower perplexity is better: 11.48 against 13.86")
