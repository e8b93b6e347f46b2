"""The character LSTM: hidden checks of the tasks on the clipped step, the training step and evaluation."""

import numpy as np
from course_checks import ALPHABET, one_hot, random_text
from course_checks_cell import random_state, random_weights, unrolls_rightly
from course_checks_training import (
    clips_by_the_global_norm,
    expect_clipped,
    expect_descent,
    expect_evaluation,
    expect_loss_and_state,
    expect_rate,
    expect_step,
    has_a_staircase_of_rates,
    measures_a_short_text,
    moves_against_the_gradient,
    returns_loss_and_state,
    small_training,
    starts_from_nothing_at_every_call,
    steps_against_the_clipped_gradients,
    trained,
)
from course_checks_writing import begins_with_any_character, expect_reading, goes_on_from_a_start, parts_are_right, steady_weights, written
from course_hidden_checks_reference import apart, fused, gradients_of, measure

from autograder.checks.expectations import expect, expect_close
from autograder.checks.specification import check
from autograder.checks.student import keep

# Task 8


@check(task="sgd", points=1, after=has_a_staircase_of_rates)
def knows_the_rate_of_any_step(student, rng):
    """knows the rate of any step"""
    for stair in rng.choice(6, 3, replace=False).tolist():
        for step in (5000 * stair, 5000 * stair + int(rng.integers(1, 4999)), 5000 * stair + 4999):
            expect_rate(student, step)


def random_gradients(rng, norm):
    """Three arrays of different shapes, with this norm together."""
    rows, columns = rng.choice(np.arange(2, 6), 2, replace=False).tolist()
    gradients = {"u": rng.normal(size=(rows, columns)), "w": 5 * rng.normal(size=columns), "z": 0.2 * rng.normal(size=(columns, rows))}
    length = np.sqrt(sum((array**2).sum() for array in gradients.values()))
    return {name: (array * norm / length).astype(np.float32) for name, array in gradients.items()}


@check(task="sgd", points=1, after=clips_by_the_global_norm)
def clips_any_gradients(student, rng):
    """clips any gradients at any limit, and leaves those below it, and its arguments, alone"""
    for norm, limit in ((rng.uniform(1.5, 9), 1.25), (rng.uniform(0.1, 1.2), 1.25), (rng.uniform(3, 9), 2.0), (rng.uniform(1.3, 1.9), 2.0)):
        expect_clipped(student, random_gradients(rng, float(norm)), "random gradients", limit)
    expect_clipped(student, random_gradients(rng, 4.0), "random gradients", spelled=False)
    gradients = random_gradients(rng, 4.0)
    held = keep(student, {name: array.copy() for name, array in gradients.items()})
    student.clip_gradients(held)
    for name, array in held.read().items():
        expect_close(
            array, gradients[name], "a gradient, after the call", hint="make new arrays; the given ones stay as they are", rtol=0, atol=0
        )


@check(task="sgd", points=1, after=(clips_by_the_global_norm, steps_against_the_clipped_gradients))
def steps_anywhere(student, rng):
    """makes the right step from any weights at any rate, and leaves its arguments alone"""
    for norm in (3.0, 0.5):
        gradients, rate = random_gradients(rng, norm), float(10 ** rng.uniform(-2, 1))
        weights = {name: rng.normal(size=array.shape).astype(np.float32) for name, array in gradients.items()}
        expect_step(student, weights, gradients, rate, "random weights and gradients")
    held = keep(student, {name: array.copy() for name, array in weights.items()})
    student.sgd_step(held, gradients, 1.0)
    for name, array in held.read().items():
        expect_close(
            array, weights[name], "a weight, after the call", hint="make new arrays; the given ones stay as they are", rtol=0, atol=0
        )


# Task 9


def exact_gradients(weights, batches, output, memory):
    """The loss's gradients by every weight, in double precision."""
    numbers = np.asarray(batches).argmax(axis=-1)
    return apart(gradients_of(fused(weights), numbers, output.astype(np.float64), memory.astype(np.float64))[1])


def expect_exact_step(student, weights, batches, output, memory, rate, hint):
    """Fails unless the student's sgd_step along the exact gradients is what training_step does.

    A cell, an unrolled pass or a step that is wrong itself is the finding of its own task: then only the loss is looked at.
    """
    if not unrolls_rightly(student, weights, batches, output, memory):
        expect_loss_and_state(student, weights, batches, output, memory, "")
        return
    new, *_ = trained(student, weights, batches, output, memory, rate, "")
    gradients = exact_gradients(weights, batches, output, memory)
    wanted = student.sgd_step(weights, {name: array.astype(np.float32) for name, array in gradients.items()}, rate)
    for name in weights:
        expect_close(new[name], wanted[name], f"the new {name}", hint=hint, rtol=1e-4, atol=rate * 1e-5)


@check(task="training_step", points=1, after=(returns_loss_and_state, moves_against_the_gradient))
def follows_the_exact_gradient(student, rng):
    """follows the exact gradient through all the steps of a batch"""
    for scale in (0.3, 0.9):
        rows, unrollings, num_nodes = rng.choice(np.arange(2, 8), 3, replace=False).tolist()
        run = small_training(rng, num_nodes, unrollings, rows, scale)
        hint = "the gradient of the mean loss by every weight, through outputs and memories, and then sgd_step"
        expect_exact_step(student, *run, float(rng.uniform(0.5, 5)), hint)
        expect_loss_and_state(student, *run, "a random batch")
    expect_descent(student, rng, *small_training(rng, 3, 2, 5), "a random batch")


@check(task="training_step", points=1, after=(returns_loss_and_state, moves_against_the_gradient))
def clips_long_gradients(student, rng):
    """clips gradients that are long"""
    length = 0.0
    while length < 2.5:  # twice what clipping leaves; a prediction that happens to be right has no gradient
        rows, unrollings, num_nodes = rng.choice(np.arange(2, 8), 3, replace=False).tolist()
        weights = random_weights(rng, num_nodes) | {"classifier_w": rng.normal(0, 9, (num_nodes, 27)).astype(np.float32)}
        batches = list(one_hot(np.repeat(rng.integers(0, 27, (unrollings + 1, 1)), rows, axis=1)))
        run = (weights, batches, *random_state(rng, rows, num_nodes))
        length = np.sqrt(sum((slope**2).sum() for slope in exact_gradients(*run).values()))
    expect_exact_step(student, *run, 3.0, "make the step with sgd_step, which clips")


@check(task="training_step", points=1, after=(returns_loss_and_state, moves_against_the_gradient))
def starts_from_the_carried_state(student, rng):
    """starts from the state that it is given, and learns by it"""
    weights, batches, output, memory = small_training(rng, 3, 2, 4, 0.8)
    memory = 3 * memory
    expect_loss_and_state(student, weights, batches, output, memory, "a large memory")
    expect_exact_step(student, weights, batches, output, memory, 1.0, "hand the state that comes in to unroll")


# Task 10


@check(task="evaluate", points=0.75, after=measures_a_short_text)
def measures_any_text(student, rng):
    """measures any text with any weights"""
    for _ in range(2):
        weights = random_weights(rng, int(rng.integers(2, 9)))
        expect_evaluation(student, weights, random_text(rng, int(rng.integers(12, 30))), "a random text")


@check(task="evaluate", points=0.75, after=(measures_a_short_text, starts_from_nothing_at_every_call))
def carries_the_state_through_a_long_text(student, rng):
    """carries the state through a long text without setting it back"""
    expect_evaluation(student, *long_memory(rng), "a long text and a long memory")


def long_memory(rng):
    """Weights whose memories last for hundreds of characters, and a long text on which forgetting them half-way shows."""
    shown = 0.0
    while shown < 0.01:  # most draws show far more, a few nothing at all
        weights, text = random_weights(rng, 3), random_text(rng, int(rng.integers(150, 260)))
        weights["forget_b"] += 6
        weights["input_b"] -= 1
        weights["classifier_w"] *= 3
        parts = text[:101], text[100:]
        forgetful = np.prod([measure(weights, part) ** ((len(part) - 1) / (len(text) - 1)) for part in parts])
        shown = abs(forgetful / measure(weights, text) - 1)
    return weights, text


@check(task="evaluate", points=0.25, after=goes_on_from_a_start)
def goes_on_from_any_start(student, rng):
    """writes on from any start, and reads all of it"""
    for _ in range(2):
        letters = [ALPHABET[number] for number in rng.choice(27, 8, replace=False)]
        start = [*rng.permutation([letters[0], *letters[4:6]]), *letters[6:]]  # the first of four wanted, and not at the end
        expect_reading(student, "".join(letters[:4]), "".join(start), 3, "a random start")


@check(task="evaluate", points=0.25, after=(goes_on_from_a_start, begins_with_any_character))
def draws_at_the_temperature(student, rng):
    """draws every character at the temperature given, and at 0.7 where none is given"""
    if not parts_are_right(student):
        return
    favourite = ALPHABET[rng.integers(27)]
    for temperature, count in ((None, 25), (float(rng.uniform(1.5, 3)), 10)):
        given = {} if temperature is None else {"temperature": temperature}
        weights = steady_weights(student, favourite, 26.0)
        # many short texts: who reads all that is written again for every character is slow at long ones, and right
        text = "".join(written(student, weights, 10, "", "x", **given)[1:] for _ in range(count))
        drawn = student.sample_distribution(np.tile([26 / 52] + 26 * [1 / 52], (20_000, 1)), temperature or 0.7)
        share = np.count_nonzero(drawn) / 20_000  # by the student's own drawing: a wrong one is the finding of Task 4
        found = sum(character != favourite for character in text) / len(text)
        allowed = 6 * np.sqrt(share * (1 - share) / len(text)) + 0.02  # chance alone: once in 10**8 times
        hint = "hand the temperature to sample_distribution; its default here is 0.7"
        expect(abs(found - share) < allowed, "the likeliest character is drawn too often or too rarely", hint)
