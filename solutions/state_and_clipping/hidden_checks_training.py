"""State and clipping: hidden checks of tasks 18 to 21, on fresh random models and texts."""

from course_checks_training import (
    expect_evaluation,
    expect_gradients,
    expect_history,
    expect_pass,
    gives_loss_gradients_and_states,
    measures_without_dropout_from_zero_states,
    starts_from_zeros_and_clips_at_five,
    trains_and_measures_every_epoch,
)

from autograder.checks.specification import check


@check(task="loss_and_gradients", points=2, after=gives_loss_gradients_and_states)
def gives_them_for_any_chunk(student, rng):
    """gives them for any chunk and any number of layers"""
    batch, steps = rng.permutation([2, 3, 4])[:2].tolist()
    expect_gradients(student, rng, batch, steps, layers=int(rng.choice([1, 3])))


@check(task="train_epoch", points=2, after=starts_from_zeros_and_clips_at_five)
def trains_on_any_text(student, rng):
    """trains on any text, each pass from zero states"""
    batch = int(rng.integers(1, 4))
    for _ in range(2):
        steps = int(rng.integers(2, 5))
        length, rate = 2 * steps + int(rng.integers(2, steps + 1)), float(rng.uniform(0.2, 0.8))
        expect_pass(student, rng, (batch, length), steps, rate, {"max_norm": float(rng.uniform(0.3, 3))})


@check(task="evaluate", points=1, after=measures_without_dropout_from_zero_states)
def measures_any_text(student, rng):
    """measures any text with any model"""
    for layers in (1, 3):
        steps = int(rng.integers(2, 5))
        shape = int(rng.integers(1, 5)), 2 * steps + int(rng.integers(2, steps + 1))
        expect_evaluation(student, rng, shape, steps, 0.3, layers=layers)


@check(task="train_language_model", points=1, after=trains_and_measures_every_epoch)
def trains_any_text(student, rng):
    """trains for any number of epochs with chunks of any length"""
    steps = int(rng.integers(2, 6))
    expect_history(student, rng, int(rng.integers(2, 5)), steps + int(rng.integers(2, 5)), {"steps": steps})
