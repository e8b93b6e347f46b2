"""State and clipping: hidden checks of tasks 23 to 27, on fresh random inputs."""

import numpy as np
from course_checks import expect_untouched
from course_checks_model import random_model
from course_checks_text import (
    EMPTY,
    NONE,
    completes_a_good_line,
    continues_greedily,
    expect_answers,
    expect_completion,
    expect_frequencies,
    expect_heated,
    expect_program,
    follows_its_seed,
    gives_as_many_as_it_is_told,
    goes_on_after_a_mistake,
    has_a_message_for_each_mistake,
    heated,
    no_number,
    takes_the_best_at_zero,
    unknown,
    words_of,
)

from autograder.checks.expectations import expect, expect_equal
from autograder.checks.specification import check
from autograder.checks.student import keep
from autograder.checks.wire import Scripted

# Task 23


@check(task="with_temperature", points=1, after=takes_the_best_at_zero)
def is_safe_at_the_limits(student, rng):
    """is safe for words that cannot come, small temperatures and large numbers, and leaves its input as it is"""
    logs = np.log(rng.dirichlet(np.ones(5), int(rng.integers(2, 5))))
    for temperature in (float(rng.uniform(0.2, 3)), 0):
        expect_heated(student, logs, temperature)
    sharp = rng.permutation([0.4, 0.3, 0.2, 0.1]), rng.permutation([0.97, 0.02, 0.007, 0.003])
    expect_heated(student, np.log(sharp), 0.001)
    impossible = logs.copy()
    impossible[:, int(rng.integers(5))] = -np.inf
    for temperature in (float(rng.uniform(0.2, 3)), 0):
        expect_heated(student, impossible, temperature)
    kept = keep(student, logs)
    student.with_temperature(kept, 0.5)
    expect_untouched([kept], [logs], "the log-probabilities after the call")
    expect_heated(student, logs[:, None, :], 0.7)


# Task 24


def spread(rng, words, temperature, least):
    """Probabilities of which none is small at the temperature: chi squared tells nothing of words that hardly ever come."""
    while True:
        probabilities = rng.dirichlet(np.full(words, 3.0))
        if heated(np.log(probabilities), temperature).min() > least:
            return probabilities


@check(task="sample", points=1, after=follows_its_seed)
def draws_any_distribution(student, rng):
    """draws any distribution at any temperature, and never a word that cannot come"""
    expect_frequencies(student, spread(rng, 4, 1.0, 0.1), 1.0, int(rng.integers(1, 10**6)), 2000)
    temperature = float(rng.choice([rng.uniform(0.4, 0.7), rng.uniform(1.5, 3)]))  # far from 1: what ignores it is seen
    probabilities = spread(rng, int(rng.integers(3, 7)), temperature, 0.02)
    probabilities = np.insert(probabilities, int(rng.integers(len(probabilities) + 1)), 0)
    with np.errstate(divide="ignore"):
        expect_frequencies(student, probabilities, temperature, int(rng.integers(1, 10**6)))


# Task 25


@check(task="complete", points=1, after=continues_greedily)
def continues_any_prompt(student, rng):
    """continues any prompt with any model as one full run would"""
    for layers in (1, 3):
        expect_completion(student, rng, int(rng.integers(6, 12)), int(rng.integers(2, 6)), int(rng.integers(2, 6)), layers=layers)


def fair_model(student, rng, probabilities):
    """A model whose words have these probabilities whatever it has read."""
    model, _ = random_model(student, rng, len(probabilities), layers=1)
    weights = [np.zeros(np.shape(weight), np.float32) for weight in model.get_weights()]
    place = [np.shape(weight) for weight in weights].index((len(probabilities),))
    weights[place] = np.log(probabilities).astype(np.float32)
    model.set_weights(weights)
    return model


@check(task="complete", points=2, after=gives_as_many_as_it_is_told)
def draws_by_temperature_and_seed(student, rng):
    """draws the words independently at the given temperature; the same seed gives the same words"""
    probabilities = np.array([0.45, 0.3, 0.15, 0.05, 0.05])
    model, words, seed = fair_model(student, rng, probabilities), words_of(5, rng), int(rng.integers(1, 10**6))

    def completed(n, **keywords):
        return list(student.complete(words[0], n, model, words, **keywords))

    first, again, other = (completed(20, temperature=3.0, seed=number) for number in (seed, seed, seed + 1))
    expect(first == again, "the same seed gives other words", "make one generator of the seed, and draw from nothing else")
    hint = "make one generator for the whole completion: a seed used anew draws the same number every time"
    expect(len(set(first)) > 1, "all words are the same", hint)
    expect(first != other, "another seed gives the same words", "hand the seed on")
    expect_equal(
        completed(8, temperature=3.0), completed(8, temperature=3.0, seed=0), "the words without a seed", hint="the default seed is 0"
    )
    expect_equal(completed(4), [words[0]] * 4, "the words without a temperature", hint="the default temperature is 0: greedy")
    # what the first word's share is: 0.999 when sharpened, 0.23 when flattened; it is 0.3 and 0.97 without the temperature
    for temperature, first, low, high in ((0.05, [0.3, 0.2, 0.2, 0.2, 0.1], 0.75, 1), (30.0, [0.97, *[0.0075] * 4], 0, 0.8)):
        model = fair_model(student, rng, np.array(first))
        share = np.mean([word == words[0] for word in completed(30, temperature=temperature, seed=seed)])
        expect(low <= share <= high, "the most probable word comes too often or too rarely", "hand the temperature on to sample")


# Task 26


def fresh_words(rng):
    return [*words_of(6, rng), "don't", "7"]


@check(task="answer_line", points=1, after=completes_a_good_line)
def completes_any_good_line(student, rng):
    """completes any good line, also where a word of the vocabulary is a number"""
    words = fresh_words(rng)
    prompt, n = [str(word) for word in rng.choice(words[:6], 3)] + ["7", "don't"], int(rng.integers(2, 30))
    new = [str(word) for word in rng.choice(words[:6], 2)]
    complete = Scripted(("prompt", "n"), (((" ".join(prompt), n), new),))
    wanted = " ".join(prompt + new)
    expect_answers(student, {f"{n} {' '.join(prompt)}\n": wanted, f"\t0{n}  {'   '.join(prompt)} ": wanted}, words, complete)


@check(task="answer_line", points=1, after=has_a_message_for_each_mistake)
def finds_any_mistake(student, rng):
    """finds the first mistake of any line"""
    words = fresh_words(rng)
    other = "".join(rng.choice(list("qxz"), 5))
    lines = {
        f"{other} {other}": no_number(other),
        f"+{rng.integers(9)} {words[0]}": no_number,
        f"1_0 {words[0]}": no_number("1_0"),
        f"1e3 {words[0]}": no_number("1e3"),
        f"² {words[0]}": no_number("²"),
        "isn't it": no_number("isn't"),
        f"3 {words[1]} can't {other}": unknown("can't"),
        f"3 {words[0]}{words[1]}": unknown(f"{words[0]}{words[1]}"),
        f"3 {words[2][:3]}": unknown(words[2][:3]),
        f"{rng.integers(99)}\t\n": EMPTY,
        "\t \n": NONE,
    }
    wanted = {line: no_number(line.split()[0]) if callable(answer) else answer for line, answer in lines.items()}
    expect_answers(student, wanted, words, Scripted(("prompt", "n"), ()))


# Task 27


@check(task="completion_program", points=1, after=goes_on_after_a_mistake)
def answers_any_input(student, rng):
    """answers any number of lines, each by itself"""
    words, lines, wanted, answers = fresh_words(rng), [], [], []
    for number in range(int(rng.integers(4, 9))):
        kind = int(rng.integers(4))
        word, new = (str(part) for part in rng.choice(words[:6], 2))
        lines.append(("", f"{word} {number}", f"{number}", f"{number} {word}")[kind] + "\n" * int(rng.integers(2)))
        wanted.append((NONE, no_number(word), EMPTY, f"{word} {new}")[kind])
        answers.append(((word, number), [new]))
    expect_program(student, lines, wanted, complete=Scripted(("prompt", "n"), tuple(answers)), words=words)
