"""State and clipping: hidden checks of tasks 6 to 13, on fresh random inputs."""

import numpy as np
from course_checks import expect_choices, expect_untouched
from course_checks_clipping import (
    OPTIMIZER,
    adds_what_arrives_at_the_output,
    clips_in_three_ways,
    draws_a_line_a_curve,
    expect_backward,
    expect_clipped,
    expect_curves,
    expect_norms,
    expect_rates,
    expect_step,
    expect_three_ways,
    flat,
    follows_the_protocol,
    leaves_short_ones_and_zeros,
    measures_states_and_gradients,
    steps_against_the_gradient,
    stops_at_the_borders,
)

from autograder.checks.expectations import advising, expect, expect_equal
from autograder.checks.specification import check
from autograder.checks.student import keep

# Task 6


def matrix_of_radius(rng, units, radius):
    matrix = rng.normal(size=(units, units))
    return matrix * radius / np.abs(np.linalg.eigvals(matrix)).max()


@check(task="norms_through_time", points=1, after=measures_states_and_gradients)
def shows_vanishing_and_exploding(student, rng):
    """shows gradients that vanish at radius 0.5 and explode at radius 1.5"""
    units = int(rng.integers(3, 7))
    matrix, inputs = matrix_of_radius(rng, units, 1), 1e-9 * rng.normal(size=(40, units))
    for radius, sign in ((0.5, 1), (1.5, -1)):
        expect_norms(student, inputs, radius * matrix)
        gradients = student.norms_through_time(inputs, radius * matrix)[1]
        slope = np.polyfit(np.arange(40), np.log(gradients), 1)[0]
        hint = "backwards in time the gradient shrinks at radius 0.5 and grows at radius 1.5"
        expect(slope * sign > 0.1, "the gradients' norms have the wrong slope", hint)


@check(task="norms_through_time", points=1, after=stops_at_the_borders)
def measures_any_sequence(student, rng):
    """measures any sequence with any chunks, and leaves what it is given as it is"""
    steps, units = int(rng.integers(5, 9)), int(rng.integers(2, 6))
    inputs, kernel = rng.normal(size=(steps, units)), rng.normal(0, 0.7, (units, units))
    for chunk in (2, 3, steps - 1, steps):
        expect_norms(student, inputs, kernel, chunk)
    kept = [keep(student, inputs), keep(student, kernel)]
    student.norms_through_time(*kept, 2)
    expect_untouched(kept, (inputs, kernel), "an argument after the call")


# Task 7


@check(task="plot_norms", points=1, after=draws_a_line_a_curve)
def draws_any_curves(student, rng):
    """draws any curves, each call into a figure of its own"""
    for _ in range(2):
        numbers = rng.choice(90, int(rng.integers(1, 5)), replace=False)
        curves = {f"curve {number}": 10.0 ** rng.uniform(-3, 3, int(rng.integers(2, 9))) for number in numbers}
        title = f"figure {rng.integers(100)}"
        axes = expect_curves(student, curves, title)
        expect_equal(axes.labels()["title"], title, "the title", hint="the title is an argument")
        expect_equal(len(axes.lines()), len(curves), "the number of lines", hint="a new figure at every call")


# Task 8


@check(task="clip_by_global_norm", points=1, after=leaves_short_ones_and_zeros)
def keeps_the_direction(student, rng):
    """keeps the direction of any gradients, in float32 and float64"""
    for dtype in (np.float32, np.float64):
        shapes = [tuple(rng.integers(1, 5, dimensions)) for dimensions in rng.permutation([1, 2, 3])]
        gradients = [rng.normal(0, 10 ** rng.uniform(-1, 2), shape).astype(dtype) for shape in shapes]
        norm = float(np.linalg.norm(flat(gradients)))
        for share in (0.1, 0.9, 1.1):
            expect_clipped(student, gradients, norm * share, "")


@check(task="clip_by_global_norm", points=1, after=leaves_short_ones_and_zeros)
def leaves_the_gradients_as_they_are(student, rng):
    """leaves the arrays that it is given as they are"""
    gradients = [rng.normal(size=(3, 2)), rng.normal(size=5)]
    for limit in (0.1, 100.0):
        kept = [keep(student, gradient) for gradient in gradients]
        student.clip_by_global_norm(kept, limit)
        expect_untouched(kept, gradients, "a gradient after the call")


# Task 9


@check(task="clip_three_ways", points=1, after=clips_in_three_ways)
def clips_any_gradients(student, rng):
    """does so with any gradients and any limit, and leaves them as they are"""
    gradients = [rng.normal(0, scale, size) for scale, size in ((3, (2, 3)), (0.05, 4), (1, (2, 1, 2)))]
    for limit in (0.3, 1.0, 1000.0):
        kept = [keep(student, gradient) for gradient in gradients]
        expect_three_ways(student, gradients, limit, "")
        student.clip_three_ways(kept, limit)
        expect_untouched(kept, gradients, "a gradient after the call")


# Task 10


@check(task="sgd_step", points=1, after=steps_against_the_gradient)
def steps_anywhere(student, rng):
    """does so for any arrays and any rate, remembers nothing, and leaves the arrays as they are"""
    for _ in range(2):
        weights, gradients = ([rng.normal(size=shape) for shape in ((2, 3), 4)] for _ in range(2))
        rate = float(rng.uniform(0.01, 2))
        expect_step(student, weights, gradients, rate)
        kept = [[keep(student, array) for array in arrays] for arrays in (weights, gradients)]
        student.sgd_step(*kept, rate)
        expect_untouched(kept[0] + kept[1], weights + gradients, "an array after the step")


# Task 11


@check(task="learning_rate_schedule", points=1, after=follows_the_protocol)
def follows_any_schedule(student, rng):
    """follows any schedule"""
    for _ in range(3):
        initial, constant = float(rng.uniform(0.1, 2)), int(rng.integers(1, 9))
        expect_rates(student, range(1, constant + 8), initial_rate=initial, constant_epochs=constant)
    expect_rates(student, rng.integers(10, 40, 3).tolist())


# Task 12


@check(task="optimizer", points=1)
def tells_what_momentum_does(student, rng):
    """tells what momentum would have made of the same steps"""
    damped = "that dampens the gradient too: Keras's velocity adds the whole step"
    wrong = {"weight with momentum 0.9": {"that is without momentum": 0.6, damped: 0.942}}
    hint = "velocity = momentum * velocity - learning_rate * gradient; weight = weight + velocity; twice, from velocity 0"
    expect_choices(student.optimizer_answers, "Task 12", OPTIMIZER, ["weight with momentum 0.9"], wrong, hint)


# Task 13


@check(task="output_gradient", points=2, after=adds_what_arrives_at_the_output)
def works_for_any_batch(student, rng):
    """is right for any batch and vocabulary, with and without a gradient at the output, for large logits too"""
    batch, vocabulary = int(rng.integers(2, 6)), int(rng.integers(6, 12))
    targets = rng.integers(0, vocabulary, batch)
    for scale in (1, 10):
        logits, arriving = rng.normal(0, scale, (batch, vocabulary)), rng.normal(size=(batch, vocabulary))
        expect_backward(student, logits, targets, None, ())
        expect_backward(student, logits, targets, arriving, (arriving,))
        expect_backward(student, logits, targets, np.zeros((batch, vocabulary)), (np.zeros((batch, vocabulary)),))
    hint = "subtract each row's largest logit before the exponential: softmax does not change, and nothing overflows"
    rows, one = 1000.0 * np.arange(batch)[:, None], 1000.0 * np.eye(vocabulary)[rng.integers(0, vocabulary, batch)]
    for large in (logits + rows, logits + one):
        with advising(hint):
            expect_backward(student, large, targets, None, ())
