"""Gates, from scratch: the hidden checks of the plain cell, the gates and the LSTM, on fresh random inputs."""

import numpy as np
from course_checks import (
    block_of,
    different_sizes,
    draws_a_line_an_entry,
    ends_with_the_last_gradient,
    expect_drawn,
    expect_norms,
    expect_plain,
    multiplies_by_slope_and_weights,
    only_one,
    reaches_the_radius,
    squeezes_the_whole_sum,
)
from course_checks_gates import (
    GATE_HINT,
    expect_gated,
    expect_learnt,
    expect_lstm_step,
    forgets_by_the_gate,
    inputs_of,
    joins_both,
    learns_gate_times_candidate,
    letters_of,
    own_names,
    places_every_letter_once,
    says_what_the_gate_lets_out,
    takes_one_step,
)
from course_checks_precision import expect_all_digits
from course_checks_sequences import (
    differentiates_one_step,
    differentiates_through_time,
    expect_gradients,
    expect_run,
    goes_on_from_a_state,
    runs_step_after_step,
)

from autograder.checks.expectations import expect, expect_close, expect_equal, expect_shape
from autograder.checks.specification import check
from autograder.checks.student import keep

ANY = "random sizes and weights"


def expect_unchanged(student, name, arrays, hint, **keywords):
    """Fails unless the function called name leaves the arrays that it is given as they are."""
    kept = [keep(student, array) for array in arrays]
    getattr(student, name)(*kept, **keywords)
    for array, still in zip(arrays, kept, strict=True):
        expect_equal(still.read(), array, "an argument after the call", hint=hint)


# Tasks 1 to 4


@check(task="rnn_step", points=2, after=squeezes_the_whole_sum)
def squeezes_sums_of_any_size(student, rng):
    """does so for any sizes, and when all weights but one array are zero"""
    for _ in range(3):
        batch, features, units = different_sizes(rng, 3)
        event, output = rng.normal(size=(batch, features)), rng.normal(size=(batch, units))
        block = block_of(rng, features, units)
        for place in range(3):
            expect_plain(student, event, output, only_one(block, place), ANY)
        expect_plain(student, event, output, block, ANY)


@check(task="scale_to_radius", points=1, after=reaches_the_radius)
def scales_any_matrix(student, rng):
    """does so for any matrix and radius, by a positive factor, and leaves the matrix as it is"""
    hint = "matrix * radius / its largest absolute eigenvalue, as a new matrix"
    for units in different_sizes(rng, 3, 2, 12):
        matrix, radius = rng.normal(size=(units, units)), float(rng.uniform(0.1, 3))
        right = matrix * radius / np.abs(np.linalg.eigvals(matrix)).max()
        expect_close(student.scale_to_radius(matrix, radius), right, "the matrix", ANY, hint, rtol=1e-4, atol=1e-5)
        kept = keep(student, matrix)
        student.scale_to_radius(kept, radius)
        expect_equal(kept.read(), matrix, "the matrix after the call", hint="make a new matrix: the one that is given may still be needed")


@check(task="gradient_norms", points=2, after=multiplies_by_slope_and_weights)
def follows_any_gradient(student, rng):
    """does so for any sizes"""
    for _ in range(3):
        batch, features, units, steps = different_sizes(rng, 4)
        sequence, gradient = rng.normal(size=(batch, steps, features)), rng.normal(size=(batch, units))
        expect_norms(student, sequence, block_of(rng, features, units, scale=0.4), gradient, ANY)


@check(task="gradient_norms", points=1, after=ends_with_the_last_gradient)
def vanishes_and_explodes(student, rng):
    """falls going back at a spectral radius of 0.5, and rises at 1.5, where events are tiny"""
    units, steps = int(rng.integers(4, 9)), 30
    matrix = np.linalg.qr(rng.normal(size=(units, units)))[0]  # of radius 1, and no direction is longer than another
    sequence = 1e-12 * rng.normal(size=(2, steps, 3))
    for radius in (0.5, 1.5):
        kernel, _, bias = block_of(rng, 3, units)
        gradient = rng.normal(size=(2, units))
        found = student.gradient_norms(sequence, kernel, radius * matrix, 0 * bias, gradient)
        expect_shape(found, (steps,), "the norms", hint="one norm a step")
        slope = np.polyfit(np.arange(steps), np.log(np.maximum(np.asarray(found, dtype=np.float64), 1e-300)), 1)[0]
        hint = "going back multiplies by the recurrent weights once a step; the order of the norms is that of time"
        turned = "at a radius below 1 norms fall going back, above 1 they rise: the norms are in the order of time"
        expect(np.sign(slope) == -np.sign(np.log(radius)), "the norms do not fall or rise as they should", turned)
        expect_close(slope, -np.log(radius), "the slope of the logarithms in the order of time", hint=hint, rtol=1e-3)
        right = np.linalg.norm(gradient) * radius ** np.arange(steps)[::-1]  # tiny outputs: nothing but the matrix acts
        expect_close(found, right, "the norms", hint=hint, rtol=1e-3, atol=0)


@check(task="plot_gradient_norms", points=1, after=draws_a_line_an_entry)
def draws_any_entries(student, rng):
    """draws any number of entries, of different lengths"""
    for count in (1, 4):
        names = [f"entry {number}" for number in rng.choice(100, count, replace=False)]
        expect_drawn(student, {name: np.exp(rng.normal(0, 3, int(rng.integers(2, 9)))) for name in names}, ANY)


# Tasks 5 to 10


@check(task="learn_gate", points=1, after=learns_gate_times_candidate)
def learns_at_any_size(student, rng):
    """does so for any sizes"""
    for _ in range(3):
        batch, features, units = different_sizes(rng, 3)
        _, event, output = inputs_of(rng, batch, features, units)
        expect_learnt(student, event, output, block_of(rng, features, units), block_of(rng, features, units), ANY)


@check(task="forget_gate", points=1, after=forgets_by_the_gate)
def forgets_at_any_size(student, rng):
    """does so for any sizes, and leaves the memory that it is given as it is"""
    for _ in range(3):
        batch, features, units = different_sizes(rng, 3)
        memory, event, output = inputs_of(rng, batch, features, units)
        expect_gated(student, "forget", memory, event, output, block_of(rng, features, units), ANY)
        kept = keep(student, memory)
        student.forget_gate(kept, event, output, block_of(rng, features, units))
        expect_equal(kept.read(), memory, "the memory after the call", hint="make a new array: memory *= … changes the old one")


@check(task="remember_gate", points=1, after=joins_both)
def joins_any(student, rng):
    """does so for any arrays, and leaves them as they are"""
    for _ in range(3):
        kept, new = rng.normal(0, 3, (2, *different_sizes(rng, 2)))
        found = student.remember_gate(kept, new)
        expect_close(found, kept + new, "the new memory", hint="kept + learnt")
        expect_all_digits(student.remember_gate, (kept, new), found, kept + new, "the new memory", ANY)
        expect_unchanged(student, "remember_gate", (kept, new), "make a new array: kept += learnt changes kept")


@check(task="use_gate", points=1, after=says_what_the_gate_lets_out)
def uses_at_any_size(student, rng):
    """does so for any sizes"""
    for _ in range(3):
        batch, features, units = different_sizes(rng, 3)
        expect_gated(student, "use", *inputs_of(rng, batch, features, units), block_of(rng, features, units), ANY)


@check(task="gate_names", points=1, after=places_every_letter_once)
def knows_both_languages(student, rng):
    """names the right equations for each part, and those without weights of their own"""
    names = own_names(student)
    for part, letters in {"learn": "gi", "forget": "f", "remember": "c", "use": "ho"}.items():
        found = letters_of(names[part], part)
        hint = "the table at the head of the section says which equations each part has"
        if "c" not in letters_of(names["remember"], "remember"):
            hint = "the new memory is made by the part that joins what was kept and what was learnt"
        expect("".join(found) == letters, f"{part!r} does not have its equations", hint)
    hint = "look for W, U and b in the equation itself: two of the six have none"
    expect("".join(letters_of(names["no_weights"], "no_weights")) == "ch", "no_weights is not right", hint)


@check(task="lstm_step", points=3, after=takes_one_step)
def steps_at_any_size(student, rng):
    """does so for any sizes, and when all weights but one array are zero"""
    for _ in range(3):
        batch, features, units = different_sizes(rng, 3)
        memory, event, output = inputs_of(rng, batch, features, units)
        weights = block_of(rng, features, units, 4)
        for place in range(3):
            expect_lstm_step(student, event, output, memory, only_one(weights, place), ANY)
        expect_lstm_step(student, event, output, memory, weights, ANY)


# Tasks 11 and 12


@check(task="lstm_forward", points=2, after=runs_step_after_step)
def runs_any_sequence(student, rng):
    """does so for any sizes, and when all weights but one array are zero"""
    for _ in range(3):
        batch, features, units, steps = different_sizes(rng, 4)
        sequence, weights = rng.normal(size=(batch, steps, features)), block_of(rng, features, units, 4)
        for place in range(3):
            expect_run(student, sequence, only_one(weights, place), None, ANY)
        expect_run(student, sequence, weights, None, ANY)


@check(task="lstm_forward", points=1, after=goes_on_from_a_state)
def goes_on_from_any_state(student, rng):
    """goes on from any state, and keeps its memory as it is where forget is open and input shut all the time"""
    batch, features, units, steps = different_sizes(rng, 4)
    sequence, state = rng.normal(size=(batch, steps, features)), tuple(rng.normal(size=(2, batch, units)))
    kernel, recurrent, bias = block_of(rng, features, units, 4)
    expect_run(student, sequence, (kernel, recurrent, bias), state, ANY)
    bias = np.concatenate([np.repeat([-50.0, 50.0], units), bias[2 * units :]])  # more than any event and output weigh
    expect_run(student, sequence, (kernel, recurrent, bias), state, ANY, GATE_HINT)


@check(task="lstm_backward", points=3, after=differentiates_through_time)
def differentiates_any_sequence(student, rng):
    """does so for any sizes and any initial state"""
    for _ in range(3):
        batch, features, units, steps = different_sizes(rng, 4, 2, 6)
        gradients = rng.normal(size=(batch, steps, units)), rng.normal(size=(batch, units))
        state = tuple(rng.normal(size=(2, batch, units)))
        expect_gradients(
            student, rng.normal(size=(batch, steps, features)), block_of(rng, features, units, 4), *gradients, state, "random sizes"
        )


@check(task="lstm_backward", points=1, after=differentiates_one_step)
def leaves_its_arguments(student, rng):
    """leaves its arguments as they are"""
    batch, features, units, steps = 2, 4, 3, 5
    arrays = rng.normal(size=(batch, steps, features)), *block_of(rng, features, units, 4)
    arrays += rng.normal(size=(batch, steps, units)), rng.normal(size=(batch, units))
    expect_unchanged(student, "lstm_backward", arrays, "something is changed in place (+=, *=) that was given: work on new arrays")
