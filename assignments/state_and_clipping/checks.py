"""State and clipping: what each task is worth, and the checks of tasks 1 to 5 that run in the student's notebook."""

import numpy as np

from autograder.checks.expectations import NotAttempted, advising, expect, expect_close, expect_equal, show
from autograder.checks.specification import Task, check
from autograder.checks.student import keep
from autograder.checks.wire import Scripted

TASKS = [
    Task("lstm_layer", "Task 1: the LSTM layer", points=6),
    Task("cell_inputs", "Task 2: name the cell's inputs", points=2),
    Task("unrolling", "Task 3: unrolled or not?", points=2),
    Task("carry_state", "Task 4: carry the state", points=4),
    Task("states", "Task 5: who holds what in Keras?", points=2),
    Task("norms_through_time", "Task 6: norms through time", points=4),
    Task("plot_norms", "Task 7: draw them", points=2),
    Task("clip_by_global_norm", "Task 8: clip by the global norm", points=4),
    Task("clip_three_ways", "Task 9: three ways to clip", points=3),
    Task("sgd_step", "Task 10: the step", points=2),
    Task("learning_rate_schedule", "Task 11: the learning-rate schedule", points=3),
    Task("optimizer", "Task 12: with or without momentum?", points=2),
    Task("output_gradient", "Task 13: the backward pass with two outputs", points=4),
    Task("batchify", "Task 14: long rows", points=3),
    Task("sequences", "Task 15: pairs of inputs and targets", points=4),
    Task("build_language_model", "Task 16: build the model", points=8),
    Task("perplexity", "Task 17: perplexity and bits", points=4),
    Task("loss_and_gradients", "Task 18: loss and gradients", points=5),
    Task("train_epoch", "Task 19: one pass of training", points=4),
    Task("evaluate", "Task 20: measure", points=3),
    Task("train_language_model", "Task 21: the whole training", points=3),
    Task("answers", "Task 22: read your own history", points=5),
    Task("with_temperature", "Task 23: temperature", points=3),
    Task("sample", "Task 24: draw a word", points=3),
    Task("complete", "Task 25: complete a sentence", points=5),
    Task("answer_line", "Task 26: answer a line", points=4),
    Task("completion_program", "Task 27: the program", points=2),
]


def pair(value, what, hint):
    """A result of two parts."""
    expect(isinstance(value, tuple | list) and len(value) == 2, f"{what} is {show(value)}, not two things", hint)
    return value


def expect_untouched(kept, originals, what):
    """Fails if arrays that were handed over have been written into."""
    for array, original in zip(kept, originals, strict=True):
        hint = "something writes into the arrays that were handed in (+=, *= or out=): make new arrays"
        expect_equal(array.read(), original, what, hint=hint)


def expect_choices(found, task, right, names, wrong={}, hint=""):
    """Fails unless a dict of short answers has the right values for these names.

    Args:
        found: the student's dict.
        task: the task's title, for answers that are still None.
        right: the dict with the right answers.
        names: which of them are looked at.
        wrong: {name: {hint: the wrong answer that it belongs to}}.
        hint: for any other wrong answer.
    """
    if not isinstance(found, dict) or all(value is None for value in found.values()):
        raise NotAttempted(task)
    for name in names:
        expect(found.get(name) is not None, f"there is no answer yet for {name!r}", "replace None by your answer")
        told = next((text for text, value in wrong.get(name, {}).items() if _same_answer(found[name], value)), hint)
        expect(_same_answer(found[name], right[name]), f"the answer for {name!r} is {show(found[name])}", told)


def _same_answer(given, wanted):
    """Texts without regard to blanks and quotes; numbers to a millionth; shapes by their items."""
    if isinstance(wanted, str):
        return isinstance(given, str) and "".join(given.split()).strip("'\"").lower() == "".join(wanted.split()).lower()
    if isinstance(wanted, tuple):
        return isinstance(given, tuple | list) and list(given) == list(wanted)
    return isinstance(given, int | float) and not isinstance(given, bool) and abs(given - wanted) < 1e-6


# Task 1


def sigmoid(values):
    return 1 / (1 + np.exp(-np.asarray(values, dtype=np.float64)))


def lstm(inputs, kernel, recurrent, bias, state=None, order=(0, 1, 2, 3), squash=np.tanh, candidate=np.tanh, memory_carried=True):
    """The layer in double precision; the arguments after `state` make known mistakes of it."""
    inputs, kernel, recurrent, bias = (np.asarray(part, dtype=np.float64) for part in (inputs, kernel, recurrent, bias))
    batch, steps, _ = inputs.shape
    h, c = np.zeros((2, batch, len(recurrent))) if state is None else np.array(state, dtype=np.float64)
    shown = []
    for t in range(steps):
        blocks = np.split(inputs[:, t] @ kernel + h @ recurrent + bias, 4, axis=-1)
        i, f, g, o = (blocks[place] for place in order)
        c = sigmoid(f) * (c if memory_carried else np.zeros_like(c)) + sigmoid(i) * candidate(g)
        h = sigmoid(o) * squash(c)
        shown.append(h)
    return np.stack(shown, axis=1), np.array([h, c])


def layer_weights(rng, features, units, scale=1.0):
    return [rng.normal(0, scale, shape) for shape in ((features, 4 * units), (units, 4 * units), (4 * units,))]


def wrong_layers(inputs, weights, state=None):
    """What known mistakes make of it: {hint: (outputs, final state)}."""
    kernel, recurrent, bias = weights
    start = np.zeros((2, len(inputs), len(recurrent))) if state is None else np.asarray(state)

    def run(**mistake):
        return lambda: lstm(inputs, kernel, recurrent, bias, start, **mistake)

    return {
        "this is what comes out when the input gate and the forget gate are swapped": run(order=(1, 0, 2, 3)),
        "this is what comes out when candidate and output gate are swapped (Keras's order is i, f, g, o)": run(order=(0, 1, 3, 2)),
        "this is what comes out in TensorFlow 1's order i, g, f, o; Keras's is i, f, g, o": run(order=(0, 2, 1, 3)),
        "the candidate goes through tanh, not through the sigmoid": run(candidate=sigmoid),
        "the output is o * tanh(c): the last tanh is missing": run(squash=lambda c: c),
        "the memory is not carried: f multiplies the memory of the step before": run(memory_carried=False),
        "the bias is missing": lambda: lstm(inputs, kernel, recurrent, 0 * bias, start),
        "the previous output is missing: add h @ recurrent_kernel": lambda: lstm(inputs, kernel, 0 * recurrent, bias, start),
        "initial_state is not used": lambda: lstm(inputs, kernel, recurrent, bias),
        "initial_state is (h, c): the two are swapped": lambda: lstm(inputs, kernel, recurrent, bias, start[::-1]),
        "the sequence is read from its end": lambda: lstm(inputs[:, ::-1], kernel, recurrent, bias, start),
    }


def expect_layer(student, inputs, weights, state=None, on=""):
    """Fails unless lstm_layer computes outputs and final state as the equations do."""
    keywords = {} if state is None else {"initial_state": tuple(state)}
    hint = "return outputs, (h, c)"
    outputs, final = pair(student.lstm_layer(inputs, *weights, **keywords), "the result", hint)
    expected, last = lstm(inputs, *weights, state=state)
    wrong = wrong_layers(inputs, weights, state)
    times = {"time belongs on axis 1: the outputs are (batch, steps, units)": np.swapaxes(expected, 0, 1)}
    memories = [lstm(inputs[:, : t + 1], *weights, state=state)[1][1] for t in range(inputs.shape[1])]
    only = {
        "these are the last outputs only: keep h after every step": expected[:, -1],
        "these are the memories c, not the outputs h": np.stack(memories, axis=1),
    }
    mistakes = times | only | {text: (lambda make=make: make()[0]) for text, make in wrong.items()}
    hint = "compare each line with the equations: split z into i, f, g, o; then c, then h"
    expect_close(outputs, expected, "the outputs", on, hint, mistakes)
    final = pair(final, "the final state", hint)
    mistakes = {"the final state is (h, c): the two are swapped": last[::-1]}
    expect_close(np.stack([np.asarray(part, dtype=float) for part in final]), last, "the final state (h, c)", on, hint, mistakes)


@check(task="lstm_layer", points=1)
def computes_one_step(student, rng):
    """computes one step of one unit"""
    inputs, weights = np.array([[[0.5]]]), [np.array([[1.0, -0.5, 2.0, 0.25]]), np.zeros((1, 4)), np.array([0.1, 0.2, -0.3, 0.4])]
    expect_layer(student, inputs, weights, on="one sequence of one step, x = 0.5")


@check(task="lstm_layer", points=1, after=computes_one_step)
def runs_over_a_sequence(student, rng):
    """carries output and memory from step to step, for a batch"""
    expect_layer(student, rng.normal(size=(2, 4, 3)), layer_weights(rng, 3, 5), on="2 sequences of 4 steps, 3 features, 5 units")
    inputs, weights = rng.normal(size=(3, 2, 1)).astype(np.float32), [part.astype(np.float32) for part in layer_weights(rng, 1, 2)]
    expect_layer(student, inputs, weights, on="3 sequences of 2 steps in float32")


@check(task="lstm_layer", points=1, after=runs_over_a_sequence)
def starts_from_the_initial_state(student, rng):
    """starts from the initial state that it is given, and leaves that as it is"""
    inputs, weights, state = rng.normal(size=(2, 3, 3)), layer_weights(rng, 3, 4), rng.normal(size=(2, 2, 4))
    expect_layer(student, inputs, weights, state, on="2 sequences of 3 steps, from a random (h, c)")
    kept = [keep(student, part) for part in (inputs, *weights, *state)]
    student.lstm_layer(*kept[:4], initial_state=tuple(kept[4:]))
    expect_untouched(kept, (inputs, *weights, *state), "an argument after the call")


# Task 2

BELOW, OUTPUT, MEMORY = "output of the layer below", "previous output", "previous memory"
CELL_INPUTS = {"i": BELOW, "prev_h": OUTPUT, "prev_c": MEMORY, "inputs": BELOW, "states[0]": OUTPUT, "states[1]": MEMORY}
CELL_INPUTS |= {"shape of inputs in layer 1": (20, 64), "shape of inputs in layer 2": (20, 150)}


@check(task="cell_inputs", points=1)
def names_the_three_inputs(student, rng):
    """names the three inputs of the cell"""
    hint = "h is the output, c the memory; i comes from below"
    expect_choices(student.cell_inputs, "Task 2", CELL_INPUTS, ["i", "prev_h", "prev_c"], hint=hint)


# Task 3

WEIGHTS = 4 * (200 * 200 + 200 * 200 + 200)
UNROLLING = {"loop or copies": "one loop", "unrolled by": "unroll=True", "weights at 20 steps": WEIGHTS, "weights at 35 steps": WEIGHTS}
UNROLLING |= {"copies at 35 steps": 35}
MISCOUNTED = {
    "the copies share one set of weights: unrolling makes no new ones": (20 * WEIGHTS, 35 * WEIGHTS),
    "the biases are missing: one for each unit of the four blocks": (WEIGHTS - 800,) * 2,
    "an LSTM has four blocks of weights": (WEIGHTS // 4,) * 2,
    "the weights of the recurrent connections are missing": (4 * (200 * 200 + 200),) * 2,
}


@check(task="unrolling", points=1)
def tells_how_the_layer_is_laid_out(student, rng):
    """tells whether the layer loops, what unrolls it, and how many copies there are then"""
    wrong = {"copies at 35 steps": {"a copy for every step, whatever the units": 1}}
    names = ["loop or copies", "unrolled by", "copies at 35 steps"]
    hint = "look at the operations counted above, and at the arguments of keras.layers.LSTM"
    expect_choices(student.unrolling, "Task 3", UNROLLING, names, wrong, hint)


@check(task="unrolling", points=1)
def counts_the_weights_of_copies(student, rng):
    """counts the weights of the unrolled layer"""
    for place, name in enumerate(("weights at 20 steps", "weights at 35 steps")):
        wrong = {name: {text: values[place] for text, values in MISCOUNTED.items()}}
        hint = "four blocks, each with weights from the features, weights from the units, and biases"
        expect_choices(student.unrolling, "Task 3", UNROLLING, [name], wrong, hint)


# Task 4


def scripted_layer(rng, batch, lengths, units):
    """A layer made of data: chunks, the states it knows, and what comes out when the state is carried or not."""
    chunks = [rng.normal(size=(batch, steps, 2)) for steps in lengths]
    states = [rng.normal(size=(2, batch, units)) for _ in range(len(chunks) + 1)]
    zeros, answers, fresh = np.zeros((2, batch, units)), [], []
    carried = [rng.normal(size=(batch, steps, units)) for steps in lengths]
    for place, chunk in enumerate(chunks):
        answers.append(((chunk, states[place]), (carried[place], states[place + 1])))
        fresh.append(carried[0] if place == 0 else rng.normal(size=carried[place].shape))
        if place:
            for start in (states[0], zeros):
                answers.append(((chunk, start), (fresh[place], states[place + 1])))
    return Scripted(("inputs", "state"), tuple(answers)), chunks, states, carried, fresh


def expect_carried(student, rng, batch, lengths, units, on):
    layer, chunks, states, carried, fresh = scripted_layer(rng, batch, lengths, units)
    hint = "call layer(chunk, state) once a chunk, in order, and hand the state that comes out to the next call"
    with advising(hint, about="raised ValueError: called with"):
        result = student.carry_state(layer, chunks, states[0])
    outputs, final = pair(result, "the result", "return outputs, final_state")
    expected = np.concatenate(carried, axis=1)
    mistakes = {
        "the state is reset at every chunk: each starts from the state after the one before": np.concatenate(fresh, axis=1),
        "these are the last chunk's outputs only": carried[-1],
    }
    if len(set(lengths)) == 1:
        mistakes["the chunks are put one upon the other; time is axis 1"] = np.concatenate(carried, axis=0)
    with advising("the chunks' outputs belong one after the other along time: one array (batch, all steps, units)", about="raised"):
        expect_close(outputs, expected, "the outputs", on, hint, mistakes)
    mistakes = {"this is the initial state": states[0], "this is the state after another chunk": states[1]}
    expect_close(final, states[-1], "the final state", on, "return the state that comes out of the last chunk", mistakes)


@check(task="carry_state", points=2)
def hands_the_state_on(student, rng):
    """hands the state after each chunk on to the next one, and starts from the initial state"""
    expect_carried(student, rng, 2, [3, 3, 3], 4, "3 chunks of 3 steps")


# Task 5

HOLDERS = ("stateful=True", "return_state=True", "initial_state", "reset_state()")
ROLES = ("keeps the state between calls", "hands the state out", "hands the state in", "forgets the state")
STATES = dict(zip(ROLES, HOLDERS, strict=True)) | {"steps back": 20, "resets in 13 passes": 13}


@check(task="states", points=1)
def names_what_keeps_the_state(student, rng):
    """names what keeps, hands out, hands in and forgets the state"""
    names = list(STATES)[:4]
    expect_choices(student.states_in_keras, "Task 5", STATES, names, hint="keras.io/api/layers/recurrent_layers/lstm lists the arguments")
