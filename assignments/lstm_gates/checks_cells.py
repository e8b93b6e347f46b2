"""Gates, from scratch: the checks of the GRU, the peephole LSTM and the cell for Keras."""

import numpy as np
from course_checks import block_of, described, only_one
from course_checks_gates import GATE_HINT, expect_step, inputs_of, mistaken_steps
from course_checks_oracle import gru_cell, logistic, lstm_cell, lstm_run
from course_checks_precision import expect_all_digits

from autograder.checks.expectations import expect, expect_close, expect_equal, expect_shape
from autograder.checks.specification import check

# Task 15


def gru_block(rng, features, units, reset_after):
    """Random weights of a GRU, with two rows of biases where reset_after."""
    kernel, recurrent, bias = block_of(rng, features, units, 3)
    return kernel, recurrent, rng.normal(0, 0.7, (2, *bias.shape)) if reset_after else bias


def mistaken_grus(event, output, weights, reset_after):
    """What a mistaken GRU gives, by the hint."""
    kernel, recurrent, bias = weights
    turned = np.concatenate([part.T for part in np.split(recurrent, 3, -1)], axis=-1)
    wrong = {
        "update and reset block are swapped: the order is z, r, h": gru_cell(event, output, weights, reset_after, order="rzh"),
        "this is the order z, h, r; Keras's is z, r, h": gru_cell(event, output, weights, reset_after, order="zhr"),
        "this is the order h, z, r; Keras's is z, r, h": gru_cell(event, output, weights, reset_after, order="hzr"),
        "the blocks are turned round: Keras's order is z, r, h": gru_cell(event, output, weights, reset_after, order="hrz"),
        "z and 1 - z are swapped: here z keeps the old output": gru_cell(event, output, weights, reset_after, keeps="new"),
        "the reset gate is not used": gru_cell(event, output, weights, reset_after, reset=False),
        "each block of recurrent_kernel is transposed": gru_cell(event, output, (kernel, turned, bias), reset_after),
        "the event is missing": gru_cell(0 * event, output, weights, reset_after),
    }
    if reset_after:
        wrong["that resets before the product; reset_after is True, also where it is not given"] = gru_cell(
            event, output, (kernel, recurrent, bias.sum(axis=0)), False
        )
        wrong["the two biases are swapped: the first goes with the event, the second with the output"] = gru_cell(
            event, output, (kernel, recurrent, bias[::-1])
        )
        moved = np.stack([bias.sum(axis=0), 0 * bias[1]])
        wrong["the second bias belongs inside, with the output's product: the reset gate acts on it"] = gru_cell(
            event, output, (kernel, recurrent, moved)
        )
        wrong["the second bias, that goes with the output, is missing"] = gru_cell(event, output, (kernel, recurrent, bias * [[1], [0]]))
    else:
        after = gru_cell(event, output, (kernel, recurrent, np.stack([bias, 0 * bias])))
        wrong["that resets after the product; with reset_after=False the reset gate acts on the output before it"] = after
        wrong["the bias is missing"] = gru_cell(event, output, (kernel, recurrent, 0 * bias), False)
    return wrong


GRU_HINT = "z and r are sigmoids; the candidate is tanh, with r inside; the new output is z * old + (1 - z) * candidate"


def expect_gru(student, event, output, weights, reset_after, on, say=True, hint=GRU_HINT):
    keywords = {"reset_after": reset_after} if say else {}
    found = student.gru_step(event, output, *weights, **keywords)
    expect_shape(
        found, output.shape, "the new output", on, "one number a sequence and unit; with reset_after, the default, bias has two rows"
    )
    mistakes, right = mistaken_grus(event, output, weights, reset_after), gru_cell(event, output, weights, reset_after)
    expect_close(found, right, "the new output", on, hint, mistakes)
    expect_all_digits(student.gru_step, (event, output, *weights), found, right, "the new output", on, keywords)


@check(task="gru_step", points=1)
def steps_as_keras_does(student, rng):
    """gives Keras's GRU step, the reset gate after the product, unless told otherwise"""
    for batch, features, units in ((1, 2, 2), (3, 4, 2)):
        _, event, output = inputs_of(rng, batch, features, units)
        expect_gru(student, event, output, gru_block(rng, features, units, True), True, described(batch, features, units), say=False)
    expect_gru(student, event, output, gru_block(rng, features, units, True), True, "reset_after=True")


@check(task="gru_step", points=1, after=steps_as_keras_does)
def steps_as_the_paper_does(student, rng):
    """gives the step of the paper, the reset gate before the product, with reset_after=False"""
    for batch, features, units in ((1, 2, 2), (3, 4, 2)):
        _, event, output = inputs_of(rng, batch, features, units)
        on = "reset_after=False, " + described(batch, features, units)
        expect_gru(student, event, output, gru_block(rng, features, units, False), False, on)


@check(task="gru_step", points=1, after=(steps_as_keras_does, steps_as_the_paper_does))
def keeps_or_replaces_its_output(student, rng):
    """keeps the old output where the update gate is 1, takes the candidate where it is 0, and forgets where the reset gate is 0"""
    _, event, output = inputs_of(rng, 2, 3, 2)
    for text, (z, r) in {"update open": (50, 0), "update shut, reset open": (-50, 50), "update and reset shut": (-50, -50)}.items():
        for reset_after in (True, False):
            kernel, recurrent, bias = gru_block(rng, 3, 2, reset_after)
            held = np.zeros_like(kernel), np.zeros_like(recurrent), np.zeros_like(bias)
            for part, values in zip(held, (kernel, recurrent, bias), strict=True):
                part[..., 4:] = values[..., 4:]  # the candidate's weights stay
            held[2].reshape(-1, 6)[0, :4] = np.repeat([z, r], 2)
            expect_gru(
                student, event, output, held, reset_after, f"biases of 50 and -50: {text}, reset_after={reset_after}", hint=GATE_HINT
            )


# Task 16


def mistaken_peepholes(event, output, memory, weights, peephole):
    """What a mistaken peephole LSTM gives, by the hint."""

    def step(looks="old old new", rows=(0, 1, 2), factor=1.0):
        return lstm_cell(event, output, memory, weights, peephole=factor * peephole[list(rows)], looks=looks)

    return {
        "the output gate looks at the old memory: it looks at the new one": step("old old old"),
        "all gates look at the new memory: only the output gate does": step("new new new"),
        "the peepholes are not used": step(factor=0.0),
        "the output gate has no peephole": step("old old none"),
        "the input gate has no peephole": step("none old new"),
        "the forget gate has no peephole": step("old none new"),
        "the rows of peephole belong to input, forget and output gate: the first two are swapped": step(rows=(1, 0, 2)),
        "the rows of peephole belong to input, forget and output gate: the last two are swapped": step(rows=(0, 2, 1)),
        "the rows of peephole are turned round: input, forget, output gate": step(rows=(2, 1, 0)),
        "the peepholes are subtracted: they are added": step(factor=-1.0),
    } | mistaken_steps_with(event, output, memory, weights, peephole)


def mistaken_steps_with(event, output, memory, weights, peephole):
    """The plain LSTM's mistakes of a cell that has peepholes."""
    new_output, new_memory = lstm_cell(event, output, memory, weights, peephole=peephole)
    z = np.split(np.dot(event, weights[0]) + np.dot(output, weights[1]) + weights[2], 4, -1)
    kept = logistic(z[1] + peephole[1] * memory) * memory
    nosy = kept + logistic(z[0] + peephole[0] * memory) * np.tanh(z[2] + peephole[0] * memory)
    return {
        "the candidate has a peephole: it looks at no memory": (logistic(z[3] + peephole[2] * nosy) * np.tanh(nosy), nosy),
        "candidate and output block are swapped: Keras's order is i, f, g, o": lstm_cell(
            event, output, memory, weights, "ifog", peephole=peephole
        ),
        "output and memory are swapped in what is returned: (output, memory)": (new_memory, new_output),
        "the memory is said without tanh": lstm_cell(event, output, memory, weights, peephole=peephole, shown=lambda value: value),
    }


PEEPHOLE_HINT = (
    "add peephole[row] * memory inside each gate's sigmoid: old memory for input and forget gate, new memory for the output gate"
)


def expect_peephole(student, event, output, memory, weights, peephole, on, hint=PEEPHOLE_HINT):
    expected = lstm_cell(event, output, memory, weights, peephole=peephole)
    mistakes = mistaken_peepholes(event, output, memory, weights, peephole)
    expect_step(student, "peephole_lstm_step", expected, mistakes, hint, (event, output, memory, *weights, peephole), on)


@check(task="peephole_lstm_step", points=1)
def is_an_lstm_without_peepholes(student, rng):
    """gives the plain LSTM's step where all peepholes are zero"""
    memory, event, output = inputs_of(rng, 2, 3, 2)
    weights, nothing = block_of(rng, 3, 2, 4), np.zeros((3, 2))
    expected, mistakes = lstm_cell(event, output, memory, weights), mistaken_steps(event, output, memory, weights)
    hint = "without peepholes this is lstm_step: blocks i, f, g, o"
    expect_step(student, "peephole_lstm_step", expected, mistakes, hint, (event, output, memory, *weights, nothing), "peepholes of zero")


@check(task="peephole_lstm_step", points=2, after=is_an_lstm_without_peepholes)
def looks_at_the_memory(student, rng):
    """lets input and forget gate see the old memory, and the output gate the new one"""
    memory, event, output = inputs_of(rng, 3, 2, 4)
    expect_peephole(student, event, output, memory, block_of(rng, 2, 4, 4), rng.normal(0, 1.5, (3, 4)), described(3, 2, 4))
    for place, word in enumerate(("input", "forget", "output")):
        memory, event, output = inputs_of(rng, 1, 2, 2)
        only = np.array(only_one(rng.normal(0, 1.5, (3, 2)), place))
        on = f"a peephole of the {word} gate alone, 2 features, 2 units"
        expect_peephole(student, event, output, memory, block_of(rng, 2, 2, 4), only, on)


# Task 17

CELL_HINT = "the equations of Task 16 with self.kernel, self.recurrent_kernel, self.bias and self.peephole"


def built_cell(student, features, units):
    """A cell with its weights made, and these by name: kernel, recurrent_kernel, bias, peephole."""
    cell = student.PeepholeCell(units)
    expect(getattr(cell, "kind", "") == "layer", f"PeepholeCell({units}) is no Keras layer", "inherit from keras.layers.LSTMCell")
    cell.run_over(np.zeros((1, 1, features), np.float32))
    shapes = {"kernel": (features, 4 * units), "recurrent_kernel": (units, 4 * units), "bias": (4 * units,), "peephole": (3, units)}
    weights = cell.get_weights()
    found = [np.shape(weight) for weight in weights]
    mistakes = {
        "the peephole weight is missing: self.add_weight(shape=(3, self.units), …) in build": sorted(list(shapes.values())[:3]),
        "the parent's weights are missing: call super().build(input_shape)": [(3, units)],
        "one weight of shape (3, units), a row a gate": sorted([*list(shapes.values())[:3], (units,), (units,), (units,)]),
        "peephole is (3, units): each unit looks at its own memory only": sorted([*list(shapes.values())[:3], (units, 3 * units)]),
        "peephole is (3, units), a row a gate, not a column": sorted([*list(shapes.values())[:3], (units, 3)]),
    }
    hint = "kernel, recurrent_kernel and bias of the parent, and one peephole of shape (3, units)"
    expect_equal(
        sorted(found),
        sorted(shapes.values()),
        "the list of the weights' shapes",
        f"PeepholeCell({units}) on {features} features",
        hint,
        mistakes,
    )
    places = {name: found.index(shape) for name, shape in shapes.items()}
    return cell, {name: np.asarray(weights[place], dtype=np.float64) for name, place in places.items()}, places


def expect_cell_runs(student, rng, batch, steps, features, units, on, state=False, peepholes=True):
    """Puts random weights into a cell, runs it, and compares with the oracle."""
    cell, weights, places = built_cell(student, features, units)
    fresh = {name: rng.normal(0, 0.7, weight.shape) for name, weight in weights.items()}
    if not peepholes:
        fresh["peephole"] = np.zeros((3, units))
    cell.set_weights([fresh[name].astype(np.float32) for name in sorted(places, key=places.get)])
    sequence = rng.normal(size=(batch, steps, features))
    begin = list(rng.normal(size=(2, batch, units))) if state else None
    given = [part.astype(np.float32) for part in begin] if state else None
    outputs, states = cell.run_over(sequence.astype(np.float32), initial_state=given)
    expect_equal(len(states), 2, "the number of states", on, "call returns output, [output, memory]")
    block = fresh["kernel"], fresh["recurrent_kernel"], fresh["bias"]

    def run(**changes):
        return lstm_run(sequence, block, begin, **({"peephole": fresh["peephole"]} | changes))

    right = run()
    wrong = {
        "the new states are [output, memory], in this order": (right[0], right[2], right[1]),
        "the old memory is handed on: return the new one": (*run(between_memory=lambda memory: 0 * memory)[:2], 0 * right[2]),
        "the peepholes are not used": run(peephole=None),
        "the output gate looks at the old memory: it looks at the new one": run(looks="old old old"),
        "all gates look at the new memory: only the output gate does": run(looks="new new new"),
        "the output gate has no peephole": run(looks="old old none"),
        "the rows of peephole belong to input, forget and output gate: the first two are swapped": run(
            peephole=fresh["peephole"][[1, 0, 2]]
        ),
        "the rows of peephole belong to input, forget and output gate: the last two are swapped": run(
            peephole=fresh["peephole"][[0, 2, 1]]
        ),
        "candidate and output block are swapped: Keras's order is i, f, g, o": run(order="ifog"),
    }
    hint = next((text for text, other in wrong.items() if all_close((outputs, *states), other)), CELL_HINT)
    for name, part, expected in zip(("outputs", "the last output", "the last memory"), (outputs, *states), right, strict=True):
        expect_close(part, expected, name, on, hint, rtol=1e-4, atol=1e-5)


def all_close(found, other):
    """Whether a run gave what another did, as exactly as 32 bits tell."""
    return all(
        np.shape(one) == np.shape(two) and np.allclose(one, two, rtol=1e-3, atol=1e-4) for one, two in zip(found, other, strict=True)
    )


@check(task="peephole_cell", points=1)
def has_the_weights_of_a_peephole_lstm(student, rng):
    """has a kernel, a recurrent kernel, a bias and one peephole weight of shape (3, units), zero at first"""
    for features, units in ((2, 4), (5, 2)):
        _, weights, _ = built_cell(student, features, units)
        on = f"PeepholeCell({units}) on {features} features"
        expect_close(
            weights["peephole"], np.zeros((3, units)), "the new peephole weight", on, 'initializer="zeros": it begins as a plain LSTM'
        )


@check(task="peephole_cell", points=2, after=has_the_weights_of_a_peephole_lstm)
def runs_in_keras(student, rng):
    """computes, inside keras.layers.RNN, what a peephole LSTM with its weights computes"""
    expect_cell_runs(student, rng, 1, 1, 2, 4, "one step, batch 1, peepholes of zero", peepholes=False)
    expect_cell_runs(student, rng, 2, 4, 2, 5, described(2, 2, 5, 4))
