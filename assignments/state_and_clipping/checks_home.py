"""State and clipping: public checks of task 22, which reads the student's own history."""

import math

import numpy as np

from autograder.checks.expectations import NotAttempted, expect, expect_close, show
from autograder.checks.specification import check

EPOCHS = 8
COLUMNS = ("epoch", "learning_rate", "train_perplexity", "valid_perplexity", "seed", "data")


def own_history(student):
    """The answers, and the history's columns as lists."""
    answers = student.answers
    if not isinstance(answers, dict) or all(value is None for value in answers.values()):
        raise NotAttempted("Task 22: read your own history")
    table = student.history
    hint = "hand in history.csv, which part 10 saved, beside the notebook"
    expect(hasattr(table, "columns"), "there is no history to compare with", hint)
    missing = [name for name in COLUMNS if name not in list(table.columns)]
    expect(not missing and len(table) >= 6, f"the history has {len(table)} rows and lacks {missing}", "make it with the cell given")
    return answers, {name: np.asarray(table[name]).tolist() for name in COLUMNS}


def expect_number(answers, name, expected, hint, mistakes, rtol=1e-3):
    given = answers.get(name)
    good = isinstance(given, int | float) and not isinstance(given, bool) or np.shape(given) == () and np.asarray(given).dtype.kind == "f"
    expect(good, f"{name} is {show(given)}, not a number", "replace None by your answer")
    expect_close(given, expected, name, "your own table", hint, mistakes, rtol=rtol, atol=1e-9)


def valid_by_epoch(columns):
    return dict(zip(columns["epoch"], columns["valid_perplexity"], strict=True))


@check(task="answers", points=1)
def reads_the_last_epoch(student, rng):
    """tells the best epoch, and the last one's perplexity in bits and as a probability"""
    answers, columns = own_history(student)
    valid = valid_by_epoch(columns)
    best = min(valid, key=valid.get)
    trained = columns["epoch"][int(np.argmin(columns["train_perplexity"]))]
    mistakes = {
        "that is the epoch with the lowest training perplexity; the validation perplexity counts": trained,
        "that is the epoch with the highest perplexity: low is good": max(valid, key=valid.get),
        "epochs count from 1": best - 1,
    }
    expect_number(answers, "best_epoch", best, "look for the lowest valid_perplexity", mistakes, rtol=0)
    last = columns["valid_perplexity"][-1]
    mistakes = {
        "that is in nats: the logarithm to the base 2": math.log(last),
        "that is the training perplexity's": math.log2(columns["train_perplexity"][-1]),
        "that is the perplexity: its logarithm to the base 2 is asked for": last,
    }
    expect_number(answers, "bits_per_word", math.log2(last), "log2 of the last valid_perplexity", mistakes)
    mistakes = {
        "that is the training text's": 1 / columns["train_perplexity"][-1],
        "that is in percent": 100 / last,
        "the perplexity is one over the mean probability; no logarithm is left": math.exp(-math.log2(last)),
    }
    expect_number(answers, "probability", 1 / last, "perplexity is one over the mean probability", mistakes, rtol=0.02)


@check(task="answers", points=1)
def compares_the_epochs_around_the_halving(student, rng):
    """tells by which factors the perplexity fell before and after the rate was first halved"""
    answers, columns = own_history(student)
    valid, trained = valid_by_epoch(columns), dict(zip(columns["epoch"], columns["train_perplexity"], strict=True))
    for name, epoch in (("gain_before", 5), ("gain_after", 6)):
        mistakes = {
            "that is the inverse: the earlier perplexity divided by the later one": valid[epoch] / valid[epoch - 1],
            "that is one epoch too late: rows count from 0, epochs from 1": valid[epoch] / valid.get(epoch + 1, math.nan),
            "that is the training perplexity's; validation is asked for": trained[epoch - 1] / trained[epoch],
            "that is a difference: a factor is asked for": valid[epoch - 1] - valid[epoch],
        }
        hint = f"valid_perplexity after epoch {epoch - 1}, divided by that after epoch {epoch}"
        expect_number(answers, name, valid[epoch - 1] / valid[epoch], hint, mistakes)
