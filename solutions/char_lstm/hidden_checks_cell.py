"""The character LSTM: hidden checks of the tasks on weights, the cell and unrolling."""

import numpy as np
from course_checks import GATES, one_hot
from course_checks_cell import (
    SINGLE,
    draws_truncated_normal_numbers,
    expect_cell,
    expect_distribution,
    expect_unrolled,
    expect_weights,
    follows_its_seed,
    follows_the_formulas,
    goes_step_by_step,
    keeps_and_clears_its_memory,
    random_state,
    random_weights,
    shapes_of,
    unrolled,
)

from autograder.checks.expectations import expect, expect_close
from autograder.checks.specification import check

# Task 5


@check(task="initial_weights", points=1, after=(draws_truncated_normal_numbers, follows_its_seed))
def draws_independent_matrices(student, rng):
    """draws every number by itself: for any width and seed, no matrix repeats another or itself"""
    num_nodes, seed = int(rng.integers(41, 70)), int(rng.integers(1, 2**31))
    weights = expect_weights(student.initial_weights(num_nodes, seed), num_nodes, "initial_weights", "")
    expect_distribution(weights, "another width and seed")
    matrices = {name: weight for name, weight in weights.items() if not name.endswith("_b")}
    names = sorted(matrices)
    for place, name in enumerate(names):
        flat = matrices[name].ravel()
        hint = "one generator for all the numbers of all the matrices; a seed that is set again gives the same numbers again"
        expect(len(np.unique(flat)) > 0.9 * len(flat), f"numbers repeat within {name}", hint)
        for other in names[place + 1 :]:
            count = min(len(flat), matrices[other].size)
            alike = np.corrcoef(flat[:count], matrices[other].ravel()[:count])[0, 1]
            expect(abs(alike) < 0.5, f"{name} and {other} hold the same numbers", hint)


# Task 6


@check(task="lstm_cell", points=2, after=follows_the_formulas)
def follows_them_at_any_size(student, rng):
    """follows the formulas for any batch and any number of nodes"""
    for _ in range(3):
        rows, num_nodes = rng.choice(np.arange(1, 9), 2, replace=False).tolist()
        weights = random_weights(rng, num_nodes)
        output, memory = random_state(rng, rows, num_nodes)
        expect_cell(student, weights, one_hot(rng.integers(0, 27, rows)), output, memory, "random weights and state")


@check(task="lstm_cell", points=1, after=follows_the_formulas)
def uses_every_term(student, rng):
    """uses each of the twelve weights, in its own place"""
    rows, num_nodes = rng.choice(np.arange(2, 6), 2, replace=False).tolist()
    output, memory = random_state(rng, rows, num_nodes)
    inputs = one_hot(rng.integers(0, 27, rows))
    for gate in GATES:
        for kind in "xhb":
            weights = {name: np.zeros(shape, np.float32) for name, shape in shapes_of(num_nodes).items()}
            name = f"{gate}_{kind}"
            weights[name] = rng.normal(0, 2, shapes_of(num_nodes)[name]).astype(np.float32)
            expect_cell(
                student, weights, inputs, output, memory, "all weights zero but one", f"only {name} is not zero: where does it belong?"
            )


@check(task="lstm_cell", points=1, after=keeps_and_clears_its_memory)
def obeys_each_gate(student, rng):
    """obeys each gate alone, wide open or shut"""
    rows, num_nodes = rng.choice(np.arange(2, 6), 2, replace=False).tolist()
    for gate in GATES[:3]:
        for bias in (-50, 50):
            weights = random_weights(rng, num_nodes)
            weights[f"{gate}_b"] = np.full(num_nodes, bias, np.float32)
            output, memory = random_state(rng, rows, num_nodes)
            expect_cell(student, weights, one_hot(rng.integers(0, 27, rows)), output, memory, "one gate's bias is 50 or -50")


# Task 7


def random_run(rng):
    """Weights, inputs and state; batch, steps and nodes all different."""
    rows, unrollings, num_nodes = rng.choice(np.arange(2, 8), 3, replace=False).tolist()
    inputs = one_hot(rng.integers(0, 27, (unrollings, rows)))
    return random_weights(rng, num_nodes), inputs, *random_state(rng, rows, num_nodes)


@check(task="unroll", points=1, after=goes_step_by_step)
def unrolls_any_length(student, rng):
    """unrolls over any number of steps, given as a list or as one array"""
    weights, inputs, output, memory = random_run(rng)
    expect_unrolled(student, weights, inputs, output, memory, "one array")
    expect_unrolled(student, weights, list(inputs), output, memory, "a list of arrays")


@check(task="unroll", points=1, after=goes_step_by_step)
def goes_on_from_the_carried_state(student, rng):
    """gives in two parts, with the state carried between them, what it gives in one"""
    weights, inputs, output, memory = random_run(rng)
    whole = unrolled(student, weights, inputs, output, memory, "")
    cut = int(rng.integers(1, len(inputs)))
    first = unrolled(student, weights, inputs[:cut], output, memory, "")
    state = (array.astype(np.float32) for array in first[1:])
    second = unrolled(student, weights, inputs[cut:], *state, "")
    hint = "start from the state that comes in, return the one after the last step"
    expect_close(np.concatenate([first[0], second[0]]), whole[0], "the logits of the two parts", hint=hint, **SINGLE)
    for one, other in zip(second[1:], whole[1:], strict=True):
        expect_close(one, other, "the state after both parts", hint=hint, **SINGLE)


@check(task="unroll", points=1, after=goes_step_by_step)
def keeps_rows_apart(student, rng):
    """keeps the rows of a batch apart: what one row reads changes no other"""
    weights, inputs, output, memory = random_run(rng)
    before = unrolled(student, weights, inputs, output, memory, "")
    row = int(rng.integers(0, len(output)))
    changed, state = inputs.copy(), memory.copy()
    changed[:, row], state[row] = one_hot(rng.integers(0, 27, len(inputs))), 0.3
    after = unrolled(student, weights, changed, output, state, "")
    others = np.arange(len(output)) != row
    hint = "the batch is the first axis of output and memory; nothing is mixed along it"
    expect_close(after[0][:, others], before[0][:, others], "the other rows' logits", hint=hint, **SINGLE)
