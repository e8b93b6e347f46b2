"""Gates, from scratch: the hidden checks of the relatives, the Keras cell, and the rules of thumb."""

import math

import numpy as np
from course_checks import block_of, different_sizes, only_one
from course_checks_cells import (
    built_cell,
    expect_cell_runs,
    expect_gru,
    expect_peephole,
    gru_block,
    looks_at_the_memory,
    runs_in_keras,
    steps_as_the_paper_does,
)
from course_checks_gates import GATE_HINT, inputs_of
from course_checks_rules import (
    compares_with_the_text,
    counts_a_stack,
    counts_one_row_a_word,
    counts_the_relatives,
    expect_best,
    expect_count,
    expect_output_shape,
    expect_size,
    expect_verdict,
    gives_the_last_step_alone,
    has_one_number_a_unit_and_step,
    sees_divergence,
    sees_overfitting,
    sees_underfitting,
    takes_the_earliest_and_leaves_nan,
)

from autograder.checks.expectations import expect, expect_equal
from autograder.checks.specification import check

ANY = "random sizes and weights"


@check(task="gru_step", points=3, after=steps_as_the_paper_does)
def steps_at_any_size_both_ways(student, rng):
    """does both for any sizes, and when all weights but one array, or one row of biases, are zero"""
    for reset_after in (True, False):
        for _ in range(2):
            batch, features, units = different_sizes(rng, 3)
            _, event, output = inputs_of(rng, batch, features, units)
            weights = gru_block(rng, features, units, reset_after)
            for place in range(3):
                expect_gru(student, event, output, only_one(weights, place), reset_after, ANY)
            for row in range(2 * reset_after):
                biases = np.array(only_one(weights[2], row))
                expect_gru(student, event, output, (0 * weights[0], weights[1], biases), reset_after, ANY)
            expect_gru(student, event, output, weights, reset_after, ANY)


@check(task="peephole_lstm_step", points=2, after=looks_at_the_memory)
def looks_at_any_memory(student, rng):
    """does so for any sizes, when all weights but one array are zero, and when its gates are wide open or shut"""
    for _ in range(3):
        batch, features, units = different_sizes(rng, 3)
        memory, event, output = inputs_of(rng, batch, features, units)
        weights = block_of(rng, features, units, 4)
        expect_peephole(student, event, output, memory, weights, rng.normal(0, 1.5, (3, units)), ANY)
        for place in range(3):
            only = only_one(weights, place)
            expect_peephole(student, event, output, memory, only, rng.normal(0, 1.5, (3, units)) * (place < 2), ANY)
            gates = np.zeros((3, units))
            gates[place] = rng.choice([-20, 20])  # times a memory of 3 still nothing that overflows in 32 bits
            expect_peephole(student, event, output, memory, weights, gates, ANY)
        for i, f, o in ((-50, 50, 0), (50, -50, 50), (0, 0, -50)):
            held = *weights[:2], np.repeat([i, f, 0.3, o], units).astype(float)
            expect_peephole(student, event, output, memory, held, rng.normal(size=(3, units)), ANY, GATE_HINT)


@check(task="peephole_cell", points=2, after=runs_in_keras)
def runs_in_keras_at_any_size(student, rng):
    """does so for any sizes, on from any state"""
    batch, units, features, steps = (int(size) for size in rng.permutation([2, 4, 5, 6]))
    expect_cell_runs(student, rng, batch, steps, features, units, ANY, state=True)


@check(task="peephole_cell", points=1, after=runs_in_keras)
def lets_keras_train_every_weight(student, rng):
    """lets Keras train every one of its weights"""
    cell, _, places = built_cell(student, 4, 2)
    cell.set_weights([rng.normal(0, 0.5, shape).astype(np.float32) for shape in map(np.shape, cell.get_weights())])
    model = student.reader(cell, 4)
    before = cell.get_weights()
    model.fit(rng.normal(size=(8, 5, 4)).astype(np.float32), rng.integers(0, 2, (8, 5, 1)).astype(np.float32), epochs=2)
    after = cell.get_weights()
    for name, place in places.items():
        hint = "make weights with self.add_weight, and compute with keras.ops or TensorFlow: NumPy cuts the gradient"
        expect(not np.allclose(before[place], after[place], atol=1e-7), f"{name} is the same after training", hint)


@check(task="count_parameters", points=2, after=(counts_the_relatives, counts_a_stack))
def counts_stacks_of_any_size(student, rng):
    """counts any stack of any cell exactly, also one too large to build"""
    for cell in ("rnn", "lstm", "gru", "gru_reset_after", "peephole"):
        for high in (40, 3 * 10**8):
            input_size, units, layers = int(rng.integers(5, high)), int(rng.integers(5, high)), int(rng.integers(2, 6))
            expect_count(student, cell, input_size, units, layers, on="any size")
            expect_count(student, cell, input_size, units, None, on="any size, one layer")


@check(task="embedding_parameters", points=1, after=counts_one_row_a_word)
def counts_any_vocabulary(student, rng):
    """does so for any vocabulary"""
    words, dimensions = (int(number) for number in rng.integers(20, 100_000, 2))
    expect_equal(student.embedding_parameters(words, dimensions), words * dimensions, "the count", hint="rows times columns")


@check(task="diagnose", points=2, after=(sees_divergence, sees_overfitting, sees_underfitting))
def diagnoses_any_run(student, rng):
    """diagnoses any run by the rules, in their order"""
    hint = "go through the rules of the table one by one, in their order, with the chance and the tolerance that are given"
    for _ in range(60):
        epochs = int(rng.integers(1, 9))
        train = (rng.uniform(1, 3) * np.exp(-np.abs(rng.normal(0, 0.3)) * np.arange(epochs)) + rng.uniform(0.1, 2)).tolist()
        val = (np.array(train) + rng.uniform(0, 1) + rng.uniform(0, 0.05) * np.arange(epochs) ** 2).tolist()
        if rng.random() < 0.2:
            val[rng.integers(epochs)] = float(rng.choice([math.nan, math.inf]))
        if rng.random() < 0.2:
            train = train[::-1]
        options = {"chance": float(rng.uniform(2, 5))} if rng.random() < 0.5 else {}
        options |= {"tolerance": float(rng.uniform(0.01, 0.4))} if rng.random() < 0.5 else {}
        expect_verdict(student, train, val, hint, say="some run", **options)


@check(task="better_size", points=1, after=compares_with_the_text)
def compares_any_size(student, rng):
    """does so for any sizes, exactly at the limits too"""
    for number in rng.integers(1000, 10**7, 5):
        number = int(number)
        for parameters, chars in ((number, 10 * number), (number, 10 * number + 1), (10 * number, number), (10 * number + 1, number)):
            expect_size(student, parameters, chars, on="some sizes")


@check(task="best_checkpoint", points=1, after=takes_the_earliest_and_leaves_nan)
def finds_the_best_of_any_history(student, rng):
    """does so for any history"""
    for _ in range(5):
        epochs = int(rng.integers(5, 130))
        val, train = rng.uniform(0.1, 5, epochs), rng.uniform(0.1, 5, epochs)
        val[rng.integers(epochs, size=2)] = math.nan
        expect_best(student, val.tolist(), train.tolist(), on="some history")


@check(task="output_shape", points=1, after=(has_one_number_a_unit_and_step, gives_the_last_step_alone))
def knows_any_shape(student, rng):
    """does so for any sizes"""
    for _ in range(3):
        sizes = different_sizes(rng, 4, 2, 99)
        for sequences in (True, False, None):
            expect_output_shape(student, *sizes, sequences, on="some sizes")
