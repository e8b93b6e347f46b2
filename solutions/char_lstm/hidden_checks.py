"""The character LSTM: checks that run only when graded, on fresh random inputs. This file: characters and batches."""

import numpy as np
from course_checks import (
    ALPHABET,
    expect_batches,
    expect_characters,
    expect_numbers,
    expect_space,
    gives_one_hot_arrays,
    goes_on_where_it_stopped,
    numbers_the_alphabet,
    other_characters,
    random_text,
    starts_every_row_in_its_segment,
    warns_of_other_characters,
)

from autograder.checks.expectations import expect
from autograder.checks.specification import check

# Task 1


@check(task="characters", points=1, after=numbers_the_alphabet)
def goes_there_and_back(student, rng):
    """goes from any character to its number and back"""
    for number in rng.permutation(27)[:9].tolist():
        expect_numbers(student, ALPHABET[number])
        expect_characters(student, [number])
        found = student.char2id(student.id2char(number))
        expect(found == number, "char2id and id2char do not undo each other", "0 is the space, 1 to 26 are a to z")


@check(task="characters", points=1, after=warns_of_other_characters)
def takes_whatever_else_for_a_space(student, rng):
    """takes capitals, digits, signs and foreign letters for spaces, each with its warning"""
    plain = [chr(code) for code in range(33, 127) if chr(code) not in ALPHABET]
    some = [plain[place] for place in rng.choice(len(plain), 6, replace=False)]
    for character in [*some, "\n", *other_characters(2)]:
        printed = expect_space(student, character)
    expect(character in printed, "a warning does not name the character", "print a line that holds the character itself")


# Task 2


@check(task="batches", points=2, after=(starts_every_row_in_its_segment, goes_on_where_it_stopped))
def reads_any_text(student, rng):
    """reads any text with any number of rows and unrollings, for as many calls as one likes"""
    for _ in range(3):
        rows, unrollings = rng.choice(np.arange(2, 9), 2, replace=False).tolist()
        text = random_text(rng, rows * int(rng.integers(11, 17)) + int(rng.integers(1, rows)))
        expect_batches(student, text, rows, unrollings, 2 + 20 // unrollings, "a random text")


@check(task="batches", points=1, after=(gives_one_hot_arrays, goes_on_where_it_stopped))
def bears_short_texts(student, rng):
    """bears a text that is shorter than one batch"""
    for _ in range(3):
        rows = int(rng.integers(1, 4))
        text = random_text(rng, rows * int(rng.integers(1, 3)) + int(rng.integers(0, rows)))
        expect_batches(student, text, rows, len(text) + int(rng.integers(1, 9)), 4, "a text shorter than num_unrollings")
