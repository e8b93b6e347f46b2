"""The character LSTM: hidden checks of the tasks on the experiment and the sweep."""

import numpy as np
from course_checks import expect_batches, random_text
from course_checks_experiment import (
    expect_replay,
    expect_sweep,
    experiment,
    has_one_row_a_run,
    measures_the_untrained_network,
    puts_the_parts_together,
    stand_in,
    swept,
)
from course_checks_training import small_training
from course_hidden_checks_reference import apart, clipped_step, fused, gradients_of, measure

from autograder.checks.expectations import CheckFailure, expect
from autograder.checks.specification import check
from autograder.checks.student import once

# Task 11


@check(task="run_experiment", points=1, after=puts_the_parts_together)
def does_so_at_any_size(student, rng):
    """does so for any setting, texts and seed"""
    batch_size, num_nodes, num_unrollings = rng.choice(np.arange(1, 7), 3, replace=False).tolist()
    setting = (batch_size, num_nodes, num_unrollings, int(rng.integers(3, 6)))
    texts = random_text(rng, int(rng.integers(60, 99))), random_text(rng, int(rng.integers(9, 20)))
    expect_replay(student, setting, *texts, int(rng.integers(1, 2**31)), "random sizes and texts")


def parts_are_right(student, rng):
    """Whether the batches, one step of training and one measurement are right; if not, an earlier task has told so, and nothing is
    to be learnt."""
    weights, batches, output, memory = small_training(rng, 3, 4, 2, 1.0)
    _, slopes, *_ = gradients_of(fused(weights), np.asarray(batches).argmax(axis=-1), output.astype(float), memory.astype(float))
    right = apart(clipped_step(fused(weights), slopes, 10.0))
    found = student.training_step(weights, batches, output, memory, 10.0)[0]
    alike = all(np.allclose(found[name], right[name], rtol=1e-3, atol=1e-3) for name in weights)
    rates = [float(student.learning_rate(step)) for step in (0, 4999, 5000)]
    text = random_text(rng, 12)
    try:
        expect_batches(student, text, 2, 2, 4, "")
    except CheckFailure:
        return False
    return (
        alike and np.allclose(rates, [10, 10, 1]) and np.isclose(float(student.evaluate(weights, text)), measure(weights, text), rtol=1e-3)
    )


@check(task="run_experiment", points=1, after=measures_the_untrained_network)
def learns_what_can_be_learnt(student, rng):
    """learns a text that repeats itself, and finds nothing to learn in random letters"""
    if not parts_are_right(student, rng):
        return
    word = random_text(rng, 3).replace(" ", "x") + "q"
    setting = (8, 8, 4, 150)
    known = once(student, "learnt", lambda: experiment(student, setting, word * 50, word * 8, seed=1))["valid_perplexity"]
    hint = "weights and state go on from step to step; the validation text is measured after the last"
    expect(known < 4, f"four letters in turn have a perplexity of {known:.3g} after {setting[3]} steps", hint)
    unknown = experiment(student, setting, word * 50, random_text(rng, 60), seed=1)["valid_perplexity"]
    expect(unknown > 15, f"random letters have a perplexity of {unknown:.3g}", "measure the validation text, and train on the other")


@check(task="run_experiment", points=1, after=puts_the_parts_together)
def lowers_the_rate_in_time(student, rng):
    """goes down the staircase of learning rates as the steps go on"""
    if not parts_are_right(student, rng):
        return
    # letters at random: at a rate of 10 every step throws the network to the letter that it saw last, at 1.0 it calms down
    losses = np.array(experiment(student, (1, 1, 1, 5100), random_text(rng, 900), "ab", seed=2)["losses"], dtype=float)
    hint = "the rate of each step is learning_rate(step), with the number of steps done before"
    expect(losses[5030:].mean() < 0.7 * losses[4800:5000].mean(), "the losses after step 5,000 are no calmer than those before", hint)


# Task 12


def random_sweep(rng):
    """Settings, seeds, and what each run is to return."""
    settings = [tuple(rng.integers(1, 99, 4).tolist()) for _ in range(3)]
    seeds = rng.choice(2**31, 3, replace=False).tolist()
    outcomes = {(*setting, seed): (float(rng.uniform(3, 20)), int(rng.integers(1, 10**7))) for setting in settings for seed in seeds}
    return settings, seeds, outcomes


@check(task="sweep", points=1, after=has_one_row_a_run)
def sweeps_anything(student, rng):
    """sweeps any settings with any seeds"""
    expect_sweep(student, *random_sweep(rng), "three settings with three seeds")


@check(task="sweep", points=1, after=has_one_row_a_run)
def hands_on_the_texts(student, rng):
    """hands the two texts on to every run, and prints its progress"""
    settings, seeds, outcomes = random_sweep(rng)
    swept(student, settings, seeds, outcomes, (random_text(rng, 9), random_text(rng, 8)))
    sweep = student.sweep
    sweep(settings, seeds, "train", "valid", run=stand_in(outcomes, ("train", "valid")))
    lines = [line for line in sweep.printed.splitlines() if line.strip()]
    expect(len(lines) >= len(outcomes), "fewer lines are printed than runs are done", "a line for every run: silence looks like a crash")
