"""State and clipping: public checks of tasks 14, 15 and 17: rows, pairs, perplexity."""

import math

import numpy as np

from autograder.checks.expectations import expect, expect_close, expect_equal
from autograder.checks.specification import check

# Task 14


def rows_of(ids, batch_size):
    ids, columns = np.asarray(ids), len(ids) // batch_size
    return np.array([ids[row * columns : (row + 1) * columns] for row in range(batch_size)])


def expect_rows(student, ids, batch_size, on=""):
    found = np.asarray(student.batchify(ids, batch_size))
    right, length = rows_of(ids, batch_size), len(ids) // batch_size
    head = np.asarray(ids)[: batch_size * length]
    mistakes = {
        "the rows are dealt out like cards: neighbours in the text must be neighbours in a row": head.reshape(length, batch_size).T,
        "this has the rows as columns: the shape is (batch_size, length)": right.T,
        "the beginning is left off; what does not fit is left off at the end": np.asarray(ids)[len(ids) - len(head) :].reshape(right.shape),
        "the last column is missing": right[:, :-1],
    }
    hint = "length = n // batch_size; row 0 is the text's first length tokens, row 1 the next, …"
    expect_close(found, right, "the rows", on, hint, mistakes)
    expect(found.dtype.kind in "iu", f"the rows are of type {found.dtype}", "token numbers are integers: divide with //")


@check(task="batchify", points=2)
def cuts_rows_that_follow_one_another(student, rng):
    """cuts the text into rows that follow one another, and leaves off what does not fill them"""
    expect_rows(student, np.arange(14), 2, "the text 0, 1, …, 13, batch size 2")
    expect_rows(student, np.arange(14), 4, "the text 0, 1, …, 13, batch size 4")
    expect_rows(student, [5, 3, 8, 1], 1, "the text [5, 3, 8, 1], batch size 1")


# Task 15


def pairs_of(rows, steps):
    return [
        (rows[:, start : min(start + steps, rows.shape[1] - 1)], rows[:, start + 1 : start + steps + 1])
        for start in range(0, rows.shape[1] - 1, steps)
    ]


def read_pairs(found):
    """The pairs of an iterator or a list."""
    if getattr(found, "kind", "") == "iterator":
        found = found.next(1000)
    expect(isinstance(found, list | tuple), "sequences gives no pairs", "yield (inputs, targets), or return a list of such pairs")
    for item in found:
        good = isinstance(item, list | tuple | np.ndarray) and len(item) == 2
        expect(good, "an item is no pair", "yield inputs, targets")
    return [tuple(np.asarray(part) for part in item) for item in found]


def expect_pairs(student, rows, steps, on=""):
    found = read_pairs(student.sequences(rows, steps))
    right = pairs_of(rows, steps)
    full = [item for item in right if item[0].shape[1] == steps]
    hint = "every token of a row but the first is a target exactly once: the pairs start at 0, steps, 2 * steps, …"
    if len(found) == len(full) != len(right):
        hint = "the last pair is left off: it may be shorter, but its targets count, too"
    elif len(found) > len(right):
        hint = "the windows overlap, or the last one has no target: call k + 1 goes on where call k stopped"
    expect_equal(len(found), len(right), "the number of pairs", on, hint)
    for place, ((inputs, targets), (first, second)) in enumerate(zip(found, right, strict=True)):
        start, where = place * steps, f"{on}, pair {place}" if on else ""
        mistakes = {
            "the windows overlap: the next one starts where this one ends": rows[:, place : place + first.shape[1]],
            "every pair starts at the beginning of the rows": rows[:, : first.shape[1]],
            "inputs and targets are swapped": second,
            "the last column of the inputs has no target, it must not be there": rows[:, start : start + steps],
        }
        expect_close(inputs, first, "the inputs", where, "inputs are columns start to start + steps", mistakes)
        rolled = np.roll(first, -1, axis=1)
        last_kept = np.concatenate([second[:, :-1], first[:, -1:]], axis=1)
        mistakes = {
            "the last target is taken from the chunk's own beginning: it is the first token of the next chunk": rolled,
            "the last target is wrong: it is the token after the chunk": last_kept,
            "the targets are the inputs themselves: shift them by one": first,
            "the last column has no target: it is the token after the chunk": second[:, :-1],
        }
        expect_close(targets, second, "the targets", where, "each target is the next token of its row", mistakes)


@check(task="sequences", points=2)
def pairs_inputs_with_the_next_tokens(student, rng):
    """pairs each input with the next token, in the last column too, and goes on where it stopped"""
    expect_pairs(student, np.arange(14).reshape(2, 7), 3, "rows 0–6 and 7–13, 3 steps")
    expect_pairs(student, 10 * np.arange(30).reshape(3, 10), 9, "3 rows of 10 tokens, 9 steps")
    expect_pairs(student, np.arange(4).reshape(1, 4), 1, "1 row of 4 tokens, 1 step")


@check(task="sequences", points=1, after=pairs_inputs_with_the_next_tokens)
def keeps_the_shorter_last_pair(student, rng):
    """keeps a last pair that is shorter, and gives nothing for rows without a target"""
    expect_pairs(student, np.arange(16).reshape(2, 8), 3, "rows 0–7 and 8–15, 3 steps")
    expect_pairs(student, np.arange(6).reshape(2, 3), 10, "2 rows of 3 tokens, 10 steps")
    for length in (0, 1):
        expect_pairs(student, np.zeros((2, length), dtype=int), 4, f"2 rows of {length} tokens")


# Task 17


def expect_measures(student, losses, counts, on=""):
    mean = float(np.average(losses, weights=counts))
    mistakes = {
        "the batches are not weighted: a smaller batch counts less": math.exp(np.mean(losses)),
        "this is a mean of perplexities: take the mean of the losses first, then the exponential": float(
            np.average(np.exp(losses), weights=counts)
        ),
        "the losses are in nats: the base is e, not 2": 2**mean,
        "this is the loss: the perplexity is its exponential": mean,
        "this is the exponential of a sum: divide by the number of tokens": math.exp(min(700.0, float(np.dot(losses, counts)))),
    }
    hint = "exp(sum of loss * count / sum of counts)"
    expect_close(student.perplexity(losses, counts), math.exp(mean), "the perplexity", on, hint, mistakes)
    mistakes = {
        "this is in nats: divide by ln 2": mean,
        "multiplied by ln 2: divide by it": mean * math.log(2),
        "the batches are not weighted: a smaller batch counts less": float(np.mean(losses)) / math.log(2),
        "this is the logarithm of the loss; the loss is a logarithm already: divide it by ln 2": math.log2(mean) if mean > 0 else -1.0,
        "this is the exponential: bits are the mean loss divided by ln 2": 2**mean,
    }
    expect_close(student.bits_per_character(losses, counts), mean / math.log(2), "bits_per_character", on, "mean loss / ln 2", mistakes)


@check(task="perplexity", points=1)
def measures_the_known_cases(student, rng):
    """is the vocabulary's size for a model that knows nothing, and 1 (0 bits) for one that is always right"""
    expect_measures(student, [math.log(10_000)] * 2, [20, 20], "two batches in which every word has p = 1 / 10,000")
    expect_measures(student, [0.0, 0.0, 0.0], [4, 4, 4], "three batches in which every word has p = 1")


@check(task="perplexity", points=1, after=measures_the_known_cases)
def weighs_the_batches(student, rng):
    """weighs each batch's loss by its tokens, and takes the exponential last"""
    expect_measures(student, [1.0, 3.0], [30, 10], "losses 1 and 3 of batches of 30 and 10 tokens")
    expect_measures(student, [2.0, 2.5, 0.5], [7, 7, 2], "losses 2, 2.5 and 0.5 of batches of 7, 7 and 2 tokens")
