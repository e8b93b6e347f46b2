"""Gates, from scratch: the checks of the LSTM over sequences, forwards and backwards."""

import numpy as np
from course_checks import block_of, described
from course_checks_gates import SWAPS
from course_checks_oracle import cut_off, derivatives, logistic, lstm_run, slope_one
from course_checks_precision import expect_all_digits

from autograder.checks.expectations import expect, expect_close, expect_equal, expect_shape
from autograder.checks.specification import check

RESULTS = ("outputs", "the last output", "the last memory")


def run_of(student, arguments, sizes, on, **keywords):
    """What lstm_forward returned: outputs, last output, last memory."""
    batch, units, steps = sizes
    found = student.lstm_forward(*arguments, **keywords)
    good = isinstance(found, tuple | list) and len(found) == 3
    expect(good, "lstm_forward does not return three arrays", "return outputs, output, memory", on)
    hint = "np.stack(outputs, axis=1) puts the steps in the second place"
    expect_shape(found[0], (batch, steps, units), "outputs", on, hint)
    for name, part in zip(RESULTS[1:], found[1:], strict=True):
        expect_shape(part, (batch, units), name, on, "the last states have one number a sequence and unit")
    return found


def mistaken_runs(sequence, weights, state):
    """What a mistaken run gives, by the hint."""
    units = len(weights[1])
    turned = lstm_run(sequence[:, ::-1], weights, state)
    outputs, output, memory = lstm_run(sequence, weights, state)
    alone = [lstm_run(sequence[:, [step]], weights, state) for step in range(sequence.shape[1])]
    wrong = {
        "the memory is not carried from step to step": lstm_run(sequence, weights, state, between_memory=lambda value: 0 * value),
        "the output is not carried from step to step": lstm_run(sequence, weights, state, between=lambda value: 0 * value),
        "the states are set back at every step: carry output and memory on": (
            np.concatenate([part[0] for part in alone], axis=1),
            *alone[-1][1:],
        ),
        "the sequence is read from its end": turned,
        "the sequence is read from its end, and its outputs turned round": (turned[0][:, ::-1], *turned[1:]),
        "the last two are swapped: return outputs, output, memory": (outputs, memory, output),
        "the memories of all steps are returned in the place of the outputs": (_memories(sequence, weights, state), output, memory),
        "the first output is returned in the place of the last": (outputs, outputs[:, 0], memory),
    }
    if state is not None:
        wrong["initial_state is not used: begin with it"] = lstm_run(sequence, weights)
        wrong["initial_state is (output, memory), in this order"] = lstm_run(sequence, weights, (state[1], state[0]))
    else:
        wrong["the states begin with ones: begin with zeros"] = lstm_run(sequence, weights, np.ones((2, len(sequence), units)))
    return wrong | {hint: lstm_run(sequence, weights, state, order=order) for order, hint in SWAPS.items()}


def _memories(sequence, weights, state):
    return np.stack([lstm_run(sequence[:, : step + 1], weights, state)[2] for step in range(sequence.shape[1])], axis=1)


RUN_HINT = "one step after the other: the output and the memory of a step go into the next one"


def expect_run(student, sequence, weights, state, on, hint=RUN_HINT):
    sizes = len(sequence), len(weights[1]), sequence.shape[1]
    keywords = {} if state is None else {"initial_state": state}
    found = run_of(student, (sequence, *weights), sizes, on, **keywords)
    right = lstm_run(sequence, weights, state)
    wrong = mistaken_runs(sequence, weights, state)

    def told(other):
        return all(np.shape(part) == np.shape(one) and np.allclose(part, one, atol=1e-6) for part, one in zip(found, other, strict=True))

    hint = next((text for text, other in wrong.items() if told(other)), hint)
    for name, part, expected in zip(RESULTS, found, right, strict=True):
        expect_close(part, expected, name, on, hint)
    expect_all_digits(student.lstm_forward, (sequence, *weights), found, right, "the outputs or the states", on, keywords)


@check(task="lstm_forward", points=2)
def runs_step_after_step(student, rng):
    """gives the outputs of all steps, the last output and the last memory, from states of zero"""
    for batch, steps, features, units in ((1, 1, 2, 2), (1, 3, 2, 2), (3, 4, 2, 5)):
        sequence, weights = rng.normal(size=(batch, steps, features)), block_of(rng, features, units, 4)
        expect_run(student, sequence, weights, None, described(batch, features, units, steps))


@check(task="lstm_forward", points=1, after=runs_step_after_step)
def goes_on_from_a_state(student, rng):
    """goes on from initial_state: two halves, the state carried over, are one whole"""
    sequence, weights = rng.normal(size=(2, 5, 3)), block_of(rng, 3, 4, 4)
    state = tuple(rng.normal(size=(2, 4)) for _ in range(2))
    expect_run(student, sequence, weights, state, "initial_state given; " + described(2, 3, 4, 5))
    whole = run_of(student, (sequence, *weights), (2, 4, 5), "5 steps")
    first = run_of(student, (sequence[:, :3], *weights), (2, 4, 3), "the first 3 steps")
    second = run_of(student, (sequence[:, 3:], *weights), (2, 4, 2), "the other 2 steps", initial_state=(first[1], first[2]))
    hint = "begin with initial_state = (output, memory)"
    expect_close(np.concatenate([first[0], second[0]], axis=1), whole[0], "the outputs of two halves", "5 steps, cut after 3", hint)


# Task 12

NAMES = ("sequence", "kernel", "recurrent_kernel", "bias", "initial_output", "initial_memory")


def gradients_of(sequence, weights, outputs_gradient, memory_gradient, state, **changes):
    """The six gradients, by nudging every number; `changes` cut paths off, as mistakes do."""

    def loss(sequence, kernel, recurrent, bias, output, memory):
        outputs, _, last = lstm_run(sequence, (kernel, recurrent, bias), (output, memory), **changes)
        return np.sum(outputs * outputs_gradient) + np.sum(last * memory_gradient)

    return dict(zip(NAMES, derivatives(loss, [sequence, *weights, *state]), strict=True))


def mistaken_gradients(sequence, weights, outputs_gradient, memory_gradient, state):
    """What lstm_backward gives when a path or a factor is forgotten, by the hint."""

    def but(outputs=outputs_gradient, memory=memory_gradient, **changes):
        return gradients_of(sequence, weights, outputs, memory, state, **changes)

    last_only = np.zeros_like(outputs_gradient)
    last_only[:, -1] = outputs_gradient[:, -1]
    right = but()
    return {
        "the gradient does not flow back through the outputs: h_{t-1} gets sums @ recurrent_kernel.T": lambda: but(between=cut_off),
        "the gradient does not flow back through the memory: c_{t-1} gets its share times f": lambda: but(between_memory=cut_off),
        "memory_gradient is not used: the loss looks at the last memory too": lambda: but(memory=0 * memory_gradient),
        "only the last step's outputs_gradient is used: every output has one of its own": lambda: but(outputs=last_only),
        "outputs_gradient is read from the first step on: going back, the last step comes first": lambda: but(
            outputs=outputs_gradient[:, ::-1]
        ),
        "outputs_gradient is not used": lambda: but(outputs=0 * outputs_gradient),
        "the slope of tanh(c_t), 1 - tanh(c_t)**2, is missing on the way from the output to the memory": lambda: but(
            shown=slope_one(np.tanh)
        ),
        "the outputs give the memory nothing: it gets h's gradient times o * (1 - tanh(c_t)**2)": lambda: but(
            shown=lambda c: np.tanh(np.real(c))
        ),
        "the slope of the gates, s * (1 - s), is missing": lambda: but(gate=slope_one(logistic)),
        "the slope of the candidate, 1 - g**2, is missing": lambda: but(squash=slope_one(np.tanh)),
        "the candidate gets no gradient": lambda: but(squash=lambda z: np.tanh(np.real(z))),
        "the gates get no gradient": lambda: but(gate=lambda z: logistic(np.real(z))),
        "the weights' gradients are averaged over the batch: they are sums": lambda: _scaled(right, 1 / len(sequence)),
        "the blocks of the sums stand in another order: i, f, g, o": lambda: _reordered(right, (0, 1, 3, 2)),
        "the blocks of the sums stand in another order: input and forget are swapped": lambda: _reordered(right, (1, 0, 2, 3)),
        "the gradients of the events are in the order in which they were made: turn them round": lambda: (
            right | {"sequence": right["sequence"][:, ::-1]}
        ),
        "initial_output and initial_memory are swapped": lambda: (
            right | {"initial_output": right["initial_memory"], "initial_memory": right["initial_output"]}
        ),
    }


def _scaled(right, factor):
    return right | {name: right[name] * factor for name in ("kernel", "recurrent_kernel", "bias")}


def _reordered(right, order):
    """In another order the sums' gradients spoil all that is computed from them: the weights for the event tell best."""
    names = ("kernel", "bias")
    return {name: np.concatenate([np.split(right[name], 4, axis=-1)[place] for place in order], axis=-1) for name in names}


def expect_gradients(student, sequence, weights, outputs_gradient, memory_gradient, state, on, give_state=True):
    given, keywords = (sequence, *weights, outputs_gradient, memory_gradient), {"initial_state": state} if give_state else {}
    found = student.lstm_backward(*given, **keywords)
    expect(isinstance(found, dict), f"lstm_backward returns {type(found).__name__}", "return a dict of six arrays", on)
    expect_equal(
        sorted(name for name in found if name in NAMES), sorted(NAMES), "the list of names in the dict", on, "one entry for each of the six"
    )
    arguments = sequence, weights, outputs_gradient, memory_gradient, state
    right = gradients_of(*arguments)
    for name in NAMES:
        expect_shape(
            found[name],
            right[name].shape,
            f"the gradient of {name}",
            on,
            "a gradient has the shape of what it belongs to; sum over the batch for weights",
        )
    wrong = [name for name in NAMES if not np.allclose(found[name], right[name], rtol=1e-4, atol=1e-5)]
    if wrong:
        hint = _advice(found, mistaken_gradients(*arguments))
        expect_close(found[wrong[0]], right[wrong[0]], f"the gradient of {wrong[0]}", on, hint, rtol=1e-4, atol=1e-5)

    def asked(*arguments, **keywords):
        answer = student.lstm_backward(*arguments, **keywords)
        return [answer[name] for name in NAMES]

    found, right = ([part[name] for name in NAMES] for part in (found, right))
    expect_all_digits(asked, given, found, right, "one of the gradients", on, keywords, rtol=1e-6, atol=1e-7)  # central differences do


def _advice(found, mistakes):
    for hint, outcome in mistakes.items():
        other = outcome()
        if all(np.allclose(found[name], other[name], rtol=1e-4, atol=1e-5) for name in other):
            return hint
    return "take the steps of the text one after the other, from the last step of the sequence to the first"


@check(task="lstm_backward", points=2)
def differentiates_one_step(student, rng):
    """gives the gradients of a loss at the output and the memory of a single step"""
    for batch, features, units in ((1, 2, 1), (2, 3, 2)):
        sequence, weights = rng.normal(size=(batch, 1, features)), block_of(rng, features, units, 4)
        state = tuple(rng.normal(size=(2, batch, units)))
        gradients = rng.normal(size=(batch, 1, units)), rng.normal(size=(batch, units))
        expect_gradients(student, sequence, weights, *gradients, state, described(batch, features, units, 1))


@check(task="lstm_backward", points=2, after=differentiates_one_step)
def differentiates_through_time(student, rng):
    """gives the gradients through several steps, by every path"""
    for batch, steps, features, units in ((1, 2, 2, 1), (2, 4, 3, 2)):
        sequence, weights = rng.normal(size=(batch, steps, features)), block_of(rng, features, units, 4)
        gradients = rng.normal(size=(batch, steps, units)), rng.normal(size=(batch, units))
        state = tuple(np.zeros((2, batch, units)))
        expect_gradients(student, sequence, weights, *gradients, state, described(batch, features, units, steps), give_state=False)
