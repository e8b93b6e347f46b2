"""The character LSTM: what each task is worth, and the checks that run in the student's notebook.

This file: what all checks share, and the tasks on characters and batches.
"""

import random

import numpy as np

from autograder.checks.expectations import Mismatch, expect, expect_equal, expect_shape
from autograder.checks.specification import Task, check
from autograder.checks.student import once

TASKS = [
    Task("characters", "Task 1: characters and numbers", points=4),
    Task("batches", "Task 2: a generator of batches", points=6),
    Task("perplexity", "Task 3: log probability and perplexity", points=6),
    Task("sampling", "Task 4: temperature and sampling", points=6),
    Task("initial_weights", "Task 5: initial weights", points=4),
    Task("lstm_cell", "Task 6: one step of the cell", points=8),
    Task("unroll", "Task 7: the unrolled cell", points=6),
    Task("sgd", "Task 8: the clipped step of gradient descent", points=6),
    Task("training_step", "Task 9: one training step", points=6),
    Task("evaluate", "Task 10: evaluate and write", points=4),
    Task("run_experiment", "Task 11: the whole experiment", points=6),
    Task("sweep", "Task 12: run a list of experiments", points=4),
    Task("pictures", "Task 13: lines, a heatmap, a surface", points=6),
    Task("train_longer", "Task 14: train longer, and hand the weights in", points=10),
    Task("answers", "Task 15: read the tables", points=6),
]

ALPHABET = " abcdefghijklmnopqrstuvwxyz"
GATES = ("input", "forget", "output", "update")


def parts_of(value, count, what):
    """A tuple or list of that many things."""
    good = isinstance(value, tuple | list) and len(value) == count
    expect(good, f"{what} does not return {count} things", f"return a tuple of {count}, in the order that the docstring gives")
    return value


def one_number(value, what, on=""):
    """A single number as a float: a Python float, a NumPy number, or an array or tensor without dimensions."""
    single = isinstance(value, int | float) or isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in "biuf"
    expect(single, f"{what} is {type(value).__name__}, not a single number", "float(…) makes a number of it", on)
    return float(value)


def random_text(rng, length):
    """Random letters and spaces."""
    return "".join(ALPHABET[number] for number in rng.integers(0, 27, length))


def one_hot(numbers):
    """One-hot rows, float32: (…, 27)."""
    return np.eye(27, dtype=np.float32)[np.asarray(numbers)]


def ids(student, text):
    """The text's numbers by the student's own char2id, where that gives numbers at all: Task 1 has told what is wrong with it."""
    numbers = once(student, "alphabet", lambda: [student.char2id(character) for character in ALPHABET])
    good = all(isinstance(number, int) and 0 <= number < 27 for number in numbers)
    return np.array([(numbers if good else range(27))[ALPHABET.index(character)] for character in text])


# Task 1


def expect_numbers(student, characters):
    for character in characters:
        number = ALPHABET.index(character)
        mistakes = {
            "the space is 0 and a is 1, not 0": (number - 1) % 27,
            "this is the character's code; a is to be 1": ord(character),
            "this counts a as 0 and the space as 26": number - 1 if number else 26,
        }
        found = student.char2id(character)
        expect_equal(found, number, "the number", f"char2id({character!r})", "the space is 0, a to z are 1 to 26", mistakes)


def expect_characters(student, numbers):
    for number in numbers:
        mistakes = {"id2char must undo char2id: 0 is the space, 1 is a": chr(ord("a") + number)}
        found = student.id2char(number)
        expect_equal(found, ALPHABET[number], "the character", f"id2char({number})", "0 is the space, 1 to 26 are a to z", mistakes)


def other_characters(count):
    """Characters that no earlier run has seen: Python shows one and the same warning only once."""
    return [chr(number) for number in random.SystemRandom().sample(range(0x4E00, 0x9F00), count)]


def expect_space(student, character):
    """Fails unless the character counts as a space; returns what was printed about it."""
    char2id = student.char2id
    hint = "whatever is neither the space nor a to z is to be 0"
    expect_equal(char2id(character), 0, "the number", f"char2id({character!r})", hint)
    return char2id.printed


@check(task="characters", points=1)
def numbers_the_alphabet(student, rng):
    """gives the space the number 0 and a to z the numbers 1 to 26, and goes back"""
    expect_numbers(student, ALPHABET)
    expect_characters(student, range(27))


@check(task="characters", points=1, after=numbers_the_alphabet)
def warns_of_other_characters(student, rng):
    """takes any other character for a space, and prints a warning that names it"""
    for character in ("é", "{", "`", "A", *other_characters(1)):
        printed = expect_space(student, character)
    hint = "print a line that holds the character itself: silence hides bent data"
    expect(character in printed, f"no warning names {character!r}", hint, f"char2id({character!r})")
    char2id = student.char2id
    for known in " az":
        char2id(known)
        expect(not char2id.printed, f"{known!r} is warned of, and is one of the 27", "warn of other characters only")


# Task 2


def next_batch(generator, rows, unrollings, on):
    """One batch as an array (unrollings + 1, rows, 27), of which every entry is known to be one-hot."""
    batch = generator.call("next")
    count = len(batch) if isinstance(batch, list | tuple) or np.ndim(batch) else 0
    mistakes = {
        "num_unrollings + 1 arrays: the last one is only a label": unrollings,
        "only the characters of one call belong in the list, not those of all": 2 * unrollings + 1,
    }
    hint = "a list of num_unrollings inputs, and one array more, the last label"
    expect_equal(count, unrollings + 1, "the number of arrays in a batch", on, hint, mistakes)
    for array in batch:
        expect_shape(array, (rows, 27), "an array of a batch", on, "one row for each of batch_size cursors, 27 columns")
    batch = np.asarray(batch, dtype=np.float64)
    good = np.all((batch == 0) | (batch == 1)) and np.all(batch.sum(axis=-1) == 1)
    expect(good, "a row is not one-hot", "one 1 at the character's number, 26 zeros", on)
    return batch


def expect_batches(student, text, rows, unrollings, calls, on):
    """Fails unless the calls give the text's characters in order, every row in its segment."""
    generator = student.BatchGenerator(text, rows, unrollings)
    expect(getattr(generator, "kind", "") == "object", "BatchGenerator is no class of your own", "keep `class BatchGenerator:`")
    starts, numbers = np.arange(rows) * (len(text) // rows), ids(student, text)

    def read(starts, moves, label=1, length=len(text)):
        """The characters' numbers that a batch holds, (unrollings + 1, rows), when the cursors start and move so."""
        offsets = np.arange(unrollings + 1)[:, np.newaxis]
        offsets[-1] += label - 1
        return numbers[(starts + moves + offsets) % length % len(text)]

    for call in range(calls):
        found = next_batch(generator, rows, unrollings, on).argmax(axis=-1)
        if call == 0 and np.array_equal(found, read(starts, 0)):
            continue
        moved = call * unrollings
        mistakes = {
            "every call starts at the beginning again: the cursors must stay where the last call left them": read(starts, 0),
            "one character is lost between two calls: the first array must repeat the last one of the call before": read(
                starts, call * (unrollings + 1)
            ),
            "the cursors move on by one character a call instead of num_unrollings": read(starts, call),
            "all rows read the same place: row b starts at b * (len(text) // batch_size)": read(0 * starts, moved),
            "the rows start one character apart: row b starts at b * (len(text) // batch_size)": read(np.arange(rows), moved),
            "the last array is not the next character, but the one before again": read(starts, moved, label=0),
            "a row that comes to the end of its own segment goes on in the next one: only the end of the text leads back": numbers[
                starts + (moved + np.arange(unrollings + 1)[:, np.newaxis]) % (len(text) // rows)
            ],
            "the segments are a character too long: len(text) // batch_size": read(np.arange(rows) * -(-len(text) // rows), moved),
            "what is left after the last whole segment belongs to the text, too: cursors wrap at its end": read(
                starts, moved, length=len(text) // rows * rows
            ),
        }
        hint = "row b reads on from where it stopped; after the text's last character comes its first"
        expected = read(starts, moved)
        if not np.array_equal(found, expected):
            place = tuple(np.argwhere(found != expected)[0])
            known = [advice for advice, wrong in mistakes.items() if _same_numbers(found, wrong)]
            letters = dict(zip(ids(student, ALPHABET).tolist(), ALPHABET, strict=True))
            words = ["".join(letters.get(number, "?") for number in array[:, place[1]].tolist()) for array in (expected, found)]
            raise Mismatch(f"row {place[1]} of call {call + 1}", *words, on, known[0] if known else hint)


def _same_numbers(found, wrong):
    return np.array_equal(found, np.broadcast_to(wrong, found.shape))


TWELVE = "abcdefghijkl"


@check(task="batches", points=1)
def gives_one_hot_arrays(student, rng):
    """gives num_unrollings + 1 arrays of one-hot characters, (batch_size, 27) each"""
    for rows, unrollings in ((2, 3), (3, 1), (1, 4)):
        generator = student.BatchGenerator(TWELVE, rows, unrollings)
        expect(getattr(generator, "kind", "") == "object", "BatchGenerator is no class of your own", "keep `class BatchGenerator:`")
        on = f"BatchGenerator({TWELVE!r}, {rows}, {unrollings})"
        next_batch(generator, rows, unrollings, on)
        types = {str(np.asarray(array).dtype) for array in generator.call("next")}
        expect_equal(types, {"float32"}, "the type of the arrays", on, 'np.eye(27, dtype="float32") has rows to choose from')


@check(task="batches", points=1, after=gives_one_hot_arrays)
def starts_every_row_in_its_segment(student, rng):
    """starts row b at character b * (len(text) // batch_size), and gives the characters that follow in order"""
    for rows, unrollings in ((1, 4), (2, 3), (3, 2)):
        expect_batches(student, TWELVE, rows, unrollings, 1, f"BatchGenerator({TWELVE!r}, {rows}, {unrollings})")
    expect_batches(student, TWELVE + "m", 3, 2, 1, f"BatchGenerator({TWELVE + 'm'!r}, 3, 2), whose segments are of 4 characters")


@check(task="batches", points=1, after=starts_every_row_in_its_segment)
def goes_on_where_it_stopped(student, rng):
    """goes on, call after call, where the row stopped, and at the end of the text at its beginning"""
    for text, rows, unrollings in ((TWELVE, 2, 3), (TWELVE + "m", 3, 2), ("abcde", 2, 1)):
        expect_batches(student, text, rows, unrollings, 8, f"BatchGenerator({text!r}, {rows}, {unrollings})")
