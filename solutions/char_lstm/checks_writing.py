"""The character LSTM: public checks of what a network writes, by networks whose texts are known beforehand."""

import numpy as np
from course_checks import ALPHABET, GATES, ids, one_hot
from course_checks_cell import shapes_of, unrolls_rightly

from autograder.checks.expectations import Mismatch, expect
from autograder.checks.specification import check
from autograder.checks.student import once

# Task 10


def counting_weights(student, wanted=""):
    """A network of 27 nodes, each of which counts a character.

    It writes the one that it has read most often; or the wanted ones, at most four, in turn, but for those it has read already.
    """
    weights = {name: np.zeros(shape, np.float32) for name, shape in shapes_of(27).items()}
    # everything comes in and stays; a hundredth of it shows, so that whoever swaps output and memory has lost the memory
    weights |= {f"{gate}_b": np.full(27, bias, np.float32) for gate, bias in zip(GATES, (50, 50, -np.log(99)), strict=False)}
    classifier = (-22_000 if wanted else 10_000) * np.eye(27, dtype=np.float32)
    weights |= {"update_x": 0.5 * np.eye(27, dtype=np.float32), "classifier_w": classifier}
    for character, preference in zip(wanted, (80, 60, 40, 20), strict=False):
        weights["classifier_b"][ids(student, character)[0]] = preference
    return weights


def steady_weights(student, favourite, ratio):
    """A network that predicts the same at every step: the favourite `ratio` times as likely as each of the other 26."""
    weights = {name: np.zeros(shape, np.float32) for name, shape in shapes_of(1).items()}
    weights["classifier_b"][ids(student, favourite)[0]] = np.log(ratio)
    return weights


def parts_are_right(student):
    """Whether the numbers, an unrolled pass and the drawing are right; if not, an earlier task has told so, and nothing is learnt here."""

    def look():
        numbers = ids(student, ALPHABET)
        if [student.id2char(number) for number in numbers.tolist()] != list(ALPHABET):
            return False
        row = np.array([3 / 29] + 26 * [1 / 29])
        sharp, soft = (np.asarray(student.sample_distribution(np.tile(row, (200, 1)), temperature)) for temperature in (0.05, 0.7))
        if np.any(sharp != 0) or np.any(soft > 26):
            return False
        batches, nothing = list(one_hot(numbers[[5, 13, 1, 24]])[:, np.newaxis]), np.zeros((1, 27), np.float32)
        return unrolls_rightly(student, counting_weights(student, "maze"), batches, nothing, nothing)

    return once(student, "parts of write", look)


def written(student, weights, length, on, start=None, **temperature):
    """A text of the right length, which begins as it should."""
    text = student.write(weights, length, **({} if start is None else {"start": start}), **temperature)
    expect(isinstance(text, str), f"write returns {type(text).__name__}, not a string", '"".join(…) makes a string of characters', on)
    if start is not None and not text.startswith(start):
        left_out = "the start belongs to the text that is returned"
        hint = left_out if len(text) == length else "a start that is given is kept as it is; only without one the first character is drawn"
        raise Mismatch("the beginning of the text", start, text, on, hint)
    wanted = len(start or " ") + length
    if len(text) != wanted:
        hint = "length characters are drawn, and come after the start"
        raise Mismatch("the number of characters", wanted, len(text), on, hint)
    return text


def in_turn(wanted, start, length, change=""):
    """The text of a network that writes the wanted characters which it has not read yet; or of one that forgets."""
    text, known = start, start[-1:] if change == "end" else start
    while len(text) < len(start) + length:
        text += next(character for character in wanted if character not in known)
        known = text[-1] if change == "forgets" else known + text[-1]
    return text


def expect_reading(student, wanted, start, length, on):
    """Fails unless every character rests on all those before it: wanted ones that were not read yet come in turn."""
    if length and not parts_are_right(student):
        return
    found = written(student, counting_weights(student, wanted), length, on, start)
    right = in_turn(wanted, start, length)
    if found == right:
        return
    mistakes = {
        "only the last character counts here: read the whole start, and carry the state on": lambda: in_turn(
            wanted, start[-1], length, "forgets"
        ),
        "of the start, only the last character is read": lambda: in_turn(wanted, start, length, "end"),
        "the state is not carried on: hand on output and memory as unroll returns them": lambda: in_turn(wanted, start, length, "forgets"),
    }
    known = (advice for advice, wrong in mistakes.items() if wrong()[-length:] == found[-length:])
    hint = "unroll over the whole start, then over each character drawn, and hand the state on; the last logits predict"
    raise Mismatch("the text", right, found, on, next(known, hint))


@check(task="evaluate", points=0.25)
def goes_on_from_a_start(student, rng):
    """writes on from the start that it is given, and reads all of it"""
    for start, length in (("we", 0), ("mx", 3), ("q", 4)):
        on = f"write(weights, {length}, start={start!r}), a network that writes m, a, z, e in turn, but none that it has read"
        expect_reading(student, "maze", start, length, on)
    if not parts_are_right(student):
        return
    on = "write(weights, 8, start='eel', temperature=0.05), a network that predicts x three times as often as each other"
    text = written(student, steady_weights(student, "x", 3), 8, on, "eel", temperature=0.05)
    hint = "hand the temperature to sample_distribution"
    expect(text == "eel" + 8 * "x", f"at temperature 0.05 the text is {text!r}, and not x again and again", hint, on)


@check(task="evaluate", points=0.25)
def begins_with_any_character(student, rng):
    """begins, where no start is given, with a character drawn at random, each of the 27 equally likely"""
    expect_any_beginning(student, steady_weights(student, "e", 20), "1,000 times write(weights, 0)")
    if parts_are_right(student):
        on = "write(weights, 5), a network that writes what it has read most often"
        texts = [written(student, counting_weights(student), 5, on) for _ in range(4)]
        for text in texts:
            expect(len(set(text)) == 1, f"the text is {text!r}", "the first character, too, is read by the network", on)


def expect_any_beginning(student, weights, on, count=1000):
    """Fails unless beginnings are drawn evenly: χ², far beyond what chance does."""
    written(student, weights, 0, on)
    texts = [str(text) for text in student.write.times(count, weights, 0)]
    counts = np.array([texts.count(character) for character in ALPHABET])
    expect(counts.sum() == count, "a text begins with none of the 27 characters", "a to z or the space", on)
    hint = "start=None is the default, and stands for a character drawn anew at every call: id2char(np.random.randint(27))"
    expect(np.count_nonzero(counts) > 1, f"every text begins with {texts[0]!r}", hint, on)
    # by chance alone one of the 27 is missing once in 10**15 times, and χ² is above the limit more rarely still
    missing = [character for character, times in zip(ALPHABET, counts, strict=True) if not times]
    even = count / (27 - len(missing))
    hint = "each of the 27 is equally likely, whatever the network predicts and the training text holds"
    expect(((counts[counts > 0] - even) ** 2 / even).sum() < 130, "some beginnings come far more often than others", hint, on)
    expect(not missing, f"no text begins with {missing[:1]}", "each of the 27, the space and the z too, is equally likely", on)
