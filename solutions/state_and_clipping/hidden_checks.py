"""State and clipping: the checks of tasks 1 to 5 that run only when graded, on fresh random inputs."""

import numpy as np
from course_checks import (
    CELL_INPUTS,
    STATES,
    expect_carried,
    expect_choices,
    expect_layer,
    hands_the_state_on,
    layer_weights,
    lstm,
    starts_from_the_initial_state,
)

from autograder.checks.expectations import expect_close
from autograder.checks.specification import check

# Task 1


@check(task="lstm_layer", points=2, after=starts_from_the_initial_state)
def computes_any_layer(student, rng):
    """computes any layer, whatever the numbers of sequences, steps, features and units"""
    batch, steps, features, units = rng.permutation([2, 3, 4, 5]).tolist()
    state = rng.normal(size=(2, batch, units))
    expect_layer(student, rng.normal(size=(batch, steps, features)), layer_weights(rng, features, units), state)


@check(task="lstm_layer", points=1, after=starts_from_the_initial_state)
def keeps_the_memory_when_its_gates_say_so(student, rng):
    """keeps the memory where the gates are driven to their ends"""
    units = int(rng.integers(2, 6))
    inputs, kernel, recurrent = rng.normal(size=(3, 6, 2)), np.zeros((2, 4 * units)), np.zeros((units, 4 * units))
    bias, state = np.repeat([-50.0, 50.0, 3.0, 50.0], units), rng.normal(size=(2, 3, units))
    outputs, final = student.lstm_layer(inputs, kernel, recurrent, bias, tuple(state))
    hint = "with the forget gate at 1 and the input gate at 0 the memory stays what it was"
    expected, last = lstm(inputs, kernel, recurrent, bias, state)
    expect_close(final[1], last[1], "the final memory", hint=hint)
    expect_close(outputs, expected, "the outputs", hint=hint)


# Task 2


@check(task="cell_inputs", points=1)
def names_them_in_keras(student, rng):
    """names Keras's inputs and states, and the shapes of the inputs"""
    hint = "a Keras cell's states are [h, c]; layer 1 reads the embedding, layer 2 reads layer 1's outputs; one row a sequence"
    expect_choices(student.cell_inputs, "Task 2", CELL_INPUTS, list(CELL_INPUTS)[3:], hint=hint)


# Task 4


@check(task="carry_state", points=2, after=hands_the_state_on)
def carries_it_over_any_chunks(student, rng):
    """does so for any number of chunks of any lengths, at every call anew"""
    for _ in range(2):
        lengths = rng.integers(1, 5, int(rng.integers(3, 6))).tolist()
        expect_carried(student, rng, int(rng.integers(1, 4)), [*lengths, 5], int(rng.integers(2, 5)), "")


# Task 5


@check(task="states", points=1)
def counts_steps_back_and_resets(student, rng):
    """tells how far the gradient goes back, and how often the state is reset"""
    wrong = {
        "steps back": {
            "the gradient stops at the chunk's border, it is not carried": 60,
            "count the last step itself, too": 19,
        },
        "resets in 13 passes": {"the state is reset at the start of every pass, the first one too": 12},
    }
    hint = "within a pass the state is carried; the gradient never crosses a chunk's border"
    expect_choices(student.states_in_keras, "Task 5", STATES, list(STATES)[4:], wrong, hint)
