"""Gates, from scratch: the checks of the four gates, their names, and one step of the LSTM."""

import numpy as np
from course_checks import block_of, described, only_one
from course_checks_oracle import cut, logistic, lstm_cell, mistaken_sums, weighed
from course_checks_precision import expect_all_digits

from autograder.checks.expectations import NotAttempted, expect, expect_close, expect_equal, expect_shape
from autograder.checks.specification import check

WORDS = ("kernel", "recurrent_kernel", "bias")


def inputs_of(rng, batch, features, units):
    """Memory, event and output."""
    return rng.normal(size=(batch, units)), rng.normal(size=(batch, features)), rng.normal(size=(batch, units))


# Task 5


def learnt(event, output, input_block, candidate_block, gate=logistic, squash=np.tanh):
    return gate(weighed(event, output, input_block)) * squash(weighed(event, output, candidate_block))


def expect_learnt(student, event, output, input_block, candidate_block, on):
    input_sum, candidate_sum = weighed(event, output, input_block), weighed(event, output, candidate_block)
    mistakes = {
        "the two blocks are swapped: the sigmoid belongs to the input block, tanh to the candidate's": learnt(
            event, output, candidate_block, input_block
        ),
        "the input gate has tanh: a gate is a sigmoid, between 0 and 1": learnt(event, output, input_block, candidate_block, gate=np.tanh),
        "the candidate has a sigmoid: it is tanh, so that it can lower the memory too": learnt(
            event, output, input_block, candidate_block, squash=logistic
        ),
        "this is the candidate alone: multiply it by the input gate": np.tanh(candidate_sum),
        "this is the input gate alone: multiply it by the candidate": logistic(input_sum),
        "gate and candidate are added: multiply them": logistic(input_sum) + np.tanh(candidate_sum),
        "the candidate is not put through tanh": logistic(input_sum) * candidate_sum,
        "the input block is used for both": learnt(event, output, input_block, input_block),
    }
    for hint, total in mistaken_sums(event, output, input_block).items():
        mistakes["in the input gate " + hint] = logistic(total) * np.tanh(candidate_sum)
    for hint, total in mistaken_sums(event, output, candidate_block).items():
        mistakes["in the candidate " + hint] = logistic(input_sum) * np.tanh(total)
    both = (mistaken_sums(event, output, block) for block in (input_block, candidate_block))
    for (hint, first), second in zip(next(both).items(), next(both).values(), strict=True):
        mistakes["in both blocks " + hint] = logistic(first) * np.tanh(second)
    hint = "sigmoid of the input block's sum, times tanh of the candidate block's sum"
    arguments, right = (event, output, input_block, candidate_block), logistic(input_sum) * np.tanh(candidate_sum)
    found = student.learn_gate(*arguments)
    expect_shape(found, output.shape, "the result", on, "one number a sequence and unit")
    expect_close(found, right, "the result", on, hint, mistakes)
    expect_all_digits(student.learn_gate, arguments, found, right, "the result", on)


@check(task="learn_gate", points=1)
def learns_gate_times_candidate(student, rng):
    """gives the input gate times the candidate"""
    _, event, output = inputs_of(rng, 1, 2, 2)
    blocks = block_of(rng, 2, 2), block_of(rng, 2, 2)
    expect_learnt(student, event, output, *blocks, "batch 1, 2 features, 2 units, random weights")


@check(task="learn_gate", points=1, after=learns_gate_times_candidate)
def learns_from_every_term(student, rng):
    """does so when all weights but one array are zero, and when its gate is wide open or shut"""
    _, event, output = inputs_of(rng, 2, 3, 2)
    for place, word in enumerate(WORDS):
        kept, bias = only_one(block_of(rng, 3, 2), place), only_one(block_of(rng, 3, 2), 2)
        expect_learnt(student, event, output, kept, bias, f"an input block of which only {word} is not zero")
        expect_learnt(student, event, output, bias, kept, f"a candidate block of which only {word} is not zero")
    for value, word in ((50.0, "open"), (-50.0, "shut")):
        block = tuple(0 * part for part in block_of(rng, 3, 2)[:2]) + (np.full(2, value),)
        expect_learnt(student, event, output, block, block_of(rng, 3, 2), f"an input gate that its bias of {value:g} holds {word}")


# Tasks 6 and 8: both are a gate times something of the memory


def gated(name, memory, event, output, block):
    """What the gate called name ("forget" or "use") gives."""
    return logistic(weighed(event, output, block)) * (memory if name == "forget" else np.tanh(memory))


def expect_gated(student, name, memory, event, output, block, on):
    total = weighed(event, output, block)
    shown = memory if name == "forget" else np.tanh(memory)
    mistakes = {
        "the gate has tanh: a gate is a sigmoid, between 0 and 1": np.tanh(total) * shown,
        "this is the gate alone: multiply it by the memory": logistic(total),
        "this is the gate turned round: 1 keeps, 0 forgets": (1 - logistic(total)) * shown,
        "gate and memory are added: multiply them": logistic(total) + shown,
        "the gate is not put through a sigmoid": total * shown,
    }
    if name == "forget":
        mistakes["the memory is put through tanh: it is only multiplied by the gate"] = logistic(total) * np.tanh(memory)
    else:
        mistakes["the memory is said as it is: put it through tanh first"] = logistic(total) * memory
        mistakes["the sigmoid is taken of the memory too: it goes through tanh"] = logistic(total) * logistic(memory)
        mistakes["tanh is taken of the product: first tanh of the memory, then times the gate"] = np.tanh(logistic(total) * memory)
    mistakes |= {hint: logistic(wrong) * shown for hint, wrong in mistaken_sums(event, output, block).items()}
    mistakes["the gate looks at the memory where it should look at output"] = logistic(weighed(event, memory, block)) * shown
    call = student.forget_gate if name == "forget" else student.use_gate
    found = call(memory, event, output, block)
    hint = "sigmoid of the block's sum, times " + ("the memory" if name == "forget" else "tanh of the memory")
    expect_shape(found, memory.shape, "the result", on, "one number a sequence and unit")
    expect_close(found, logistic(total) * shown, "the result", on, hint, mistakes)
    expect_all_digits(call, (memory, event, output, block), found, logistic(total) * shown, "the result", on)


@check(task="forget_gate", points=1)
def forgets_by_the_gate(student, rng):
    """gives the old memory times the forget gate: all of it at a bias of 50, none at -50"""
    expect_gated(student, "forget", *inputs_of(rng, 1, 2, 2), block_of(rng, 2, 2), "batch 1, 2 features, 2 units, random weights")
    for place, word in enumerate(WORDS):
        block = only_one(block_of(rng, 3, 2), place)
        expect_gated(student, "forget", *inputs_of(rng, 2, 3, 2), block, f"a block of which only {word} is not zero")
    for bias in (50.0, -50.0):
        block = (np.zeros((3, 2)), np.zeros((2, 2)), np.full(2, bias))
        expect_gated(student, "forget", *inputs_of(rng, 2, 3, 2), block, f"a block of zeros, bias {bias:g}")


@check(task="use_gate", points=1)
def says_what_the_gate_lets_out(student, rng):
    """gives tanh of the new memory times the output gate"""
    expect_gated(student, "use", *inputs_of(rng, 1, 2, 2), block_of(rng, 2, 2), "batch 1, 2 features, 2 units, random weights")


@check(task="use_gate", points=1, after=says_what_the_gate_lets_out)
def uses_every_term(student, rng):
    """does so when all weights but one array are zero, and when its gate is wide open or shut"""
    for place, word in enumerate(WORDS):
        block = only_one(block_of(rng, 3, 2), place)
        expect_gated(student, "use", *inputs_of(rng, 2, 3, 2), block, f"a block of which only {word} is not zero")
    for bias in (50.0, -50.0):
        block = (np.zeros((3, 2)), np.zeros((2, 2)), np.full(2, bias))
        expect_gated(student, "use", *inputs_of(rng, 2, 3, 2), block, f"a block of zeros, bias {bias:g}")


# Task 7


@check(task="remember_gate", points=1)
def joins_both(student, rng):
    """gives the sum of what was kept and what was learnt"""
    kept, new = np.array([[0.5, -2.0, 3.0]]), np.array([[0.25, 1.0, -4.0]])
    mistakes = {
        "these are multiplied: what is learnt is added to what is kept": kept * new,
        "this is the mean: add both whole": (kept + new) / 2,
        "this goes through tanh: the memory is not bounded, tanh comes only when it is said": np.tanh(kept + new),
        "what is learnt is subtracted: add it": kept - new,
        "what is learnt is missing": kept,
        "what was kept is missing": new,
    }
    hint = "c_t = kept + learnt"
    found, on = student.remember_gate(kept, new), "kept [[0.5, -2, 3]], learnt [[0.25, 1, -4]]"
    expect_close(found, kept + new, "the new memory", on, hint, mistakes)
    expect_all_digits(student.remember_gate, (kept, new), found, kept + new, "the new memory", on)


# Task 9

PARTS = ("learn", "forget", "remember", "use")
LETTERS = "cfghio"


def letters_of(value, name):
    """A list of letters, sorted."""
    good = isinstance(value, list | tuple | str) and all(isinstance(letter, str) and len(letter) == 1 for letter in value)
    expect(good, f"{name!r} is {value!r}", 'a list of letters, such as ["x", "y"]')
    return sorted(value)


def own_names(student):
    """The dict that was filled in."""
    names = student.gate_names
    expect(isinstance(names, dict), f"gate_names is of type {type(names).__name__}", "fill in the dict")
    if all(names.get(part) is None for part in PARTS):
        raise NotAttempted("Task 9: two languages")
    return names


@check(task="gate_names", points=1)
def places_every_letter_once(student, rng):
    """gives every letter to one part, and lists letters for no_weights"""
    names = own_names(student)
    given = sorted(letter for part in PARTS for letter in letters_of(names.get(part), part))
    expect_equal(
        "".join(given),
        LETTERS,
        "the list of all letters that the four parts have, in alphabetical order",
        hint="each of the six letters belongs to one part",
    )
    expect(
        set(letters_of(names.get("no_weights"), "no_weights")) <= set(LETTERS),
        "no_weights has unknown letters",
        f"the letters are {', '.join(LETTERS)}",
    )


@check(task="gate_names", points=1, after=places_every_letter_once)
def keeps_the_memory(student, rng):
    """names gates that keep any memory as it is, whatever the candidate"""
    values = own_names(student).get("keep_everything")
    good = isinstance(values, dict) and all(isinstance(values.get(letter), int | float) for letter in "fi")
    expect(good, f"keep_everything is {values!r}", '{"f": a number, "i": a number}')
    for memory, candidate in ((0.7, 0.3), (-2.0, 0.9)):
        hint = "c_t = f * c + i * g must be c, whatever c and g are"
        mistakes = {"that forgets everything and learns the candidate: a forget gate of 1 forgets nothing": candidate}
        on = f"a memory of {memory}, a candidate of {candidate}"
        expect_close(values["f"] * memory + values["i"] * candidate, memory, "the new memory", on, hint, mistakes)


# Task 10

SWAPS = {
    "ifog": "candidate and output block are swapped: Keras's order is i, f, g, o",
    "figo": "input and forget block are swapped: Keras's order is i, f, g, o",
    "fiog": "this is the order f, i, o, g; Keras's is i, f, g, o",
    "igfo": "forget and candidate block are swapped: Keras's order is i, f, g, o",
    "iofg": "this is the order i, o, f, g; Keras's is i, f, g, o",
    "gifo": "this is the order g, i, f, o; Keras's is i, f, g, o",
    "ogfi": "the blocks are turned round: Keras's order is i, f, g, o",
    "ofgi": "input and output block are swapped: Keras's order is i, f, g, o",
    "gfio": "input and candidate block are swapped: Keras's order is i, f, g, o",
}


def mistaken_steps(event, output, memory, weights):
    """What a mistaken LSTM step gives, as (output, memory), by the hint."""
    new_output, new_memory = lstm_cell(event, output, memory, weights)
    blocks = cut(weights, 4)
    said_old = logistic(weighed(event, output, blocks[3])) * np.tanh(memory)
    said_late = logistic(weighed(event, new_output, blocks[3])) * np.tanh(new_memory)
    interleaved = tuple(np.concatenate([part[..., place::4] for place in range(4)], axis=-1) for part in weights)
    return {hint: lstm_cell(event, output, memory, weights, order) for order, hint in SWAPS.items()} | {
        "output and memory are swapped in what is returned: (output, memory)": (new_memory, new_output),
        "the old memory is said: the use gate gets the new one": (said_old, new_memory),
        "the old memory is returned: return the new one": (new_output, memory),
        "output and memory are swapped where they come in": lstm_cell(event, memory, output, weights),
        "the output gate looks at the new output: it gets the one of the step before": (said_late, new_memory),
        "each block is `units` columns side by side; this takes every fourth column": lstm_cell(event, output, memory, interleaved),
        "the memory is said without tanh": lstm_cell(event, output, memory, weights, shown=lambda value: value),
        "the memory is not carried on: the forget gate gets c_{t-1}": lstm_cell(event, output, 0 * memory, weights),
        "the candidate is missing its tanh": lstm_cell(event, output, memory, weights, squash=lambda value: value),
    }


def as_pair(found, on):
    """What a step returned, if it is two arrays."""
    good = isinstance(found, tuple | list | np.ndarray) and len(found) == 2
    expect(good, "the step does not return two arrays", "return output, memory", on)
    return found[0], found[1]


def expect_step(student, name, expected, mistakes, hint, arguments, on):
    """Fails unless the function called name returns the expected output and memory."""
    call = getattr(student, name)
    found = as_pair(call(*arguments), on)
    for place, word in enumerate(("the new output", "the new memory")):
        # where outputs agree, a mistake shows in the memory alone, so that both are looked for together
        whole = {
            hint: np.array(wrong) for hint, wrong in mistakes.items() if np.shape(wrong[0]) == np.shape(wrong[1]) == np.shape(expected[0])
        }
        expect_shape(found[place], np.shape(expected[place]), word, on, "one number a sequence and unit")
        advice = next((text for text, wrong in whole.items() if matches(found, wrong)), hint)
        expect_close(found[place], expected[place], word, on, advice)
    expect_all_digits(call, arguments, found, expected, "the output and the memory", on)


def matches(found, wrong):
    """Whether both arrays are those of a known mistake."""
    try:
        return np.allclose(np.array([np.asarray(part, dtype=float) for part in found]), wrong, rtol=1e-5, atol=1e-6)
    except ValueError:
        return False


LSTM_HINT = "cut kernel, recurrent_kernel and bias into four along the last axis: blocks i, f, g, o; then learn, forget, remember, use"
GATE_HINT = "at a sum of 50 a gate is 1, at -50 it is 0, to all digits that count: the sum goes into the sigmoid as it is, not cut off"


def expect_lstm_step(student, event, output, memory, weights, on, hint=LSTM_HINT):
    expected, mistakes = lstm_cell(event, output, memory, weights), mistaken_steps(event, output, memory, weights)
    expect_step(student, "lstm_step", expected, mistakes, hint, (event, output, memory, *weights), on)


@check(task="lstm_step", points=2)
def takes_one_step(student, rng):
    """gives the new output and the new memory, from four blocks in Keras's order"""
    for batch, features, units in ((1, 2, 2), (3, 2, 4)):
        memory, event, output = inputs_of(rng, batch, features, units)
        expect_lstm_step(student, event, output, memory, block_of(rng, features, units, 4), described(batch, features, units))


@check(task="lstm_step", points=1, after=takes_one_step)
def obeys_its_gates(student, rng):
    """keeps the memory where forget is open and input shut, and says nothing where output is shut"""
    memory, event, output = inputs_of(rng, 2, 3, 2)
    for text, (i, f, o) in {
        "forget open, input shut": (-50, 50, 0),
        "all but forget open": (50, -50, 50),
        "output shut": (0, 0, -50),
    }.items():
        weights = only_one(block_of(rng, 3, 2, 4), 2)[:2] + (np.repeat([i, f, 0.3, o], 2).astype(float),)
        expect_lstm_step(student, event, output, memory, weights, f"biases of 50 and -50: {text}", GATE_HINT)
