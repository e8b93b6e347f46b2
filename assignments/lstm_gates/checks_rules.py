"""Gates, from scratch: the checks of the sums and rules of thumb."""

import math

import numpy as np

from autograder.checks.expectations import expect, expect_equal
from autograder.checks.specification import check

# Task 18

BLOCKS = {"rnn": 1, "gru": 3, "gru_reset_after": 3, "lstm": 4, "peephole": 4}


def counted(cell, input_size, units, layers=1, biases=None, peepholes=3, width=None):
    """The parameters of a stack, layer by layer; the last three are what mistakes change."""
    biases = (2 if cell == "gru_reset_after" else 1) if biases is None else biases
    inputs = [input_size] + [units if width is None else width] * (layers - 1)
    total = 0
    for size in inputs:
        total += BLOCKS[cell] * (size * units + units**2 + biases * units)
        total += peepholes * units if cell == "peephole" else 0
    return total


def mistaken_counts(cell, input_size, units, layers):
    """What a mistaken formula gives, by the hint."""
    usual = 2 if cell == "gru_reset_after" else 1
    wrong = {
        "the biases are missing: one a block and unit": counted(cell, input_size, units, layers, biases=0),
        "there is one bias too many a block and unit": counted(cell, input_size, units, layers, biases=usual + 1),
        "the weights from the outputs are missing: units * units a block": counted(cell, input_size, units, layers)
        - layers * BLOCKS[cell] * units**2,
        "only one block is counted": BLOCKS[cell] and counted(cell, input_size, units, layers) // BLOCKS[cell],
        "three blocks are counted; an LSTM has four": counted("gru", input_size, units, layers),
        "four blocks are counted; a GRU has three": counted("lstm", input_size, units, layers),
        "only the first layer is counted": counted(cell, input_size, units),
        "there is a layer too many": counted(cell, input_size, units, layers + 1),
    }
    if layers > 1:
        wrong["every layer is counted as the first: the others read `units` outputs"] = counted(
            cell, input_size, units, layers, width=input_size
        )
    if cell == "gru_reset_after":
        wrong["Keras's reset_after GRU has two biases a block and unit, one for the event and one for the output"] = counted(
            cell, input_size, units, layers, biases=1
        )
    if cell == "peephole":
        wrong["the peepholes are missing: three a unit"] = counted(cell, input_size, units, layers, peepholes=0)
        wrong["four peepholes a unit are counted; the candidate has none"] = counted(cell, input_size, units, layers, peepholes=4)
        wrong["a peephole is one weight a unit and gate, not a matrix"] = counted(cell, input_size, units, layers, peepholes=3 * units)
    right = counted(cell, input_size, units, layers)
    return {hint: value for hint, value in reversed(wrong.items()) if value != right}


def expect_count(student, cell, input_size, units, layers, on=None):
    arguments = (cell, input_size, units) if layers is None else (cell, input_size, units, layers)
    layers = 1 if layers is None else layers
    on = f"count_parameters({', '.join(map(repr, arguments))})" if on is None else on
    found = student.count_parameters(*arguments)
    whole = isinstance(found, int | float) and not isinstance(found, bool) or isinstance(found, np.ndarray) and found.ndim == 0
    expect(whole, f"the count is {found!r}", "return a whole number", on)
    hint = "a block has units * (inputs + units) weights and units biases; the plain cell has one block, GRU three, LSTM four"
    expect_equal(found, counted(cell, input_size, units, layers), "the count", on, hint, mistaken_counts(cell, input_size, units, layers))


@check(task="count_parameters", points=1)
def counts_one_layer(student, rng):
    """counts one layer of a plain cell, an LSTM or a GRU"""
    for input_size, units in ((3, 2), (2, 5), (1, 1)):
        for cell in ("rnn", "lstm", "gru"):
            expect_count(student, cell, input_size, units, None)


@check(task="count_parameters", points=1)
def counts_the_relatives(student, rng):
    """counts Keras's default GRU with its two biases, and an LSTM with peepholes"""
    for input_size, units in ((3, 2), (2, 5), (1, 1)):
        for cell in ("gru_reset_after", "peephole"):
            expect_count(student, cell, input_size, units, None)


@check(task="count_parameters", points=1, after=counts_one_layer)
def counts_a_stack(student, rng):
    """counts stacks: every layer but the first reads the outputs of the one below"""
    for layers in (1, 2, 4):
        expect_count(student, "lstm", 3, 5, layers)
        expect_count(student, "rnn", 7, 2, layers)


# Task 19


@check(task="embedding_parameters", points=1)
def counts_one_row_a_word(student, rng):
    """counts one row of numbers a word, and nothing else"""
    for words, dimensions in ((10, 3), (1, 7), (27, 16)):
        mistakes = {
            "an embedding has no biases": words * dimensions + dimensions,
            "an embedding has no bias a word": words * dimensions + words,
            "the table has vocabulary_size rows of dimensions numbers: multiply": words + dimensions,
        }
        on = f"embedding_parameters({words}, {dimensions})"
        expect_equal(student.embedding_parameters(words, dimensions), words * dimensions, "the count", on, "rows times columns", mistakes)


# Task 20


def verdict(train, val, chance=math.inf, tolerance=0.05, order="dou", strict=True, middle=None, base="lowest"):
    """The verdict of the rules, or of the same rules mistaken."""

    def above(one, other):
        return one > other if strict else one >= other

    half = len(train) // 2 if middle is None else middle
    compared = min(val) if base == "lowest" else val[0] if base == "first" else train[-1]
    rules = {
        "d": ("diverged", not all(map(math.isfinite, [*train, *val])) or above(train[-1], train[0])),
        "o": ("overfitting", above(val[-1], (1 + tolerance) * compared)),
        "u": ("underfitting", above(train[-1], (1 - tolerance) * chance) or above((1 - tolerance) * train[half], train[-1])),
    }
    return next((rules[rule][0] for rule in order if rules[rule][1]), "fitted")


def expect_verdict(student, train, val, hint, say="", **options):
    right = verdict(train, val, **options)
    shown = ", ".join(f"{name}={value:g}" for name, value in options.items())
    on = say or f"train_loss {train}, val_loss {val}" + (f", {shown}" if shown else "")
    expect_equal(student.diagnose(train, val, **options), right, "the verdict", on, hint)


@check(task="diagnose", points=1)
def sees_divergence(student, rng):
    """sees runs that diverged: a loss that is no number, or training that ends above where it began"""
    hint = "any nan or infinite loss, of either curve, means diverged: np.isfinite tells"
    for bad in (math.nan, math.inf):
        expect_verdict(student, [2.0, bad, 1.9], [2.0, 2.0, 2.0], hint)
        expect_verdict(student, [2.0, 1.99, 1.98], [2.0, bad, 2.0], hint)
        expect_verdict(student, [2.0, 1.99, bad], [2.0, 2.0, 2.0], hint)
        expect_verdict(student, [bad, 1.99, 1.98], [2.0, 2.0, 2.0], hint)
    hint = "the last training loss above the first one: the run diverged, whatever else is true of it"
    expect_verdict(student, [2.0, 1.0, 2.125], [2.0, 1.0, 3.0], hint)
    expect_verdict(student, [2.0, 1.0, 2.125], [2.0, 1.0, 1.0], hint)
    hint = "what counts is the last training loss against the first, not against the lowest; equal is not above"
    expect_verdict(student, [2.0, 1.9, 2.0], [2.0, 2.0, 2.0], hint)
    expect_verdict(student, [2.0], [2.0], hint)


@check(task="diagnose", points=1)
def sees_overfitting(student, rng):
    """sees overfitting where the validation loss has turned, even while training still falls"""
    hint = "compare the last validation loss with the lowest one, not with the training loss"
    expect_verdict(
        student, [3.0, 2.0, 1.0, 0.5], [3.0, 2.0, 2.5, 3.0], "overfitting comes before underfitting: the first rule that fits counts"
    )
    expect_verdict(student, [1.0, 1.0, 1.0], [3.0, 2.0, 2.5], hint)
    expect_verdict(student, [1.0, 1.0, 1.0], [3.0, 3.0, 3.0], hint)
    hint = "more than the share `tolerance` of the lowest: val_loss[-1] > (1 + tolerance) * min(val_loss)"
    expect_verdict(student, [1.0, 1.0], [1.0, 1.04], hint)
    expect_verdict(student, [1.0, 1.0], [1.0, 1.06], hint)
    expect_verdict(student, [1.0, 1.0], [20.0, 20.5], hint)
    expect_verdict(student, [1.0, 1.0], [2.0, 2.5], hint + "; exactly at the limit does not count", tolerance=0.25)
    expect_verdict(student, [1.0, 1.0], [2.0, 2.5], hint, tolerance=0.125)


@check(task="diagnose", points=1)
def sees_underfitting(student, rng):
    """sees underfitting: near chance, or still falling; and a good fit as it is"""
    hint = "near chance: the last training loss above (1 - tolerance) * chance"
    expect_verdict(student, [3.3, 3.28, 3.28], [3.3, 3.3, 3.3], hint, chance=3.3)
    expect_verdict(student, [3.3, 3.28, 3.28], [3.3, 3.3, 3.3], "chance is infinite unless it is given", chance=9.0)
    expect_verdict(student, [3.3, 3.28, 3.28], [3.3, 3.3, 3.3], "chance is infinite unless it is given")
    expect_verdict(student, [3.0, 3.0], [3.0, 3.0], hint + "; exactly at the limit does not count", chance=4.0, tolerance=0.25)
    expect_verdict(student, [3.0, 3.0], [3.0, 3.0], hint, chance=3.99, tolerance=0.25)
    hint = "still falling: below (1 - tolerance) * train_loss[len(train_loss) // 2]"
    expect_verdict(student, [4.0, 3.0, 2.0, 1.0], [4.0, 3.0, 2.0, 1.0], hint)
    expect_verdict(student, [4.0, 3.0, 1.0, 1.0], [4.0, 3.0, 1.0, 1.0], hint)
    expect_verdict(student, [4.0, 2.0, 1.0, 1.0, 1.0], [4.0, 2.0, 1.0, 1.0, 1.0], hint)
    expect_verdict(student, [4.0, 2.0, 2.0, 1.0, 1.0], [4.0, 2.0, 2.0, 1.0, 1.0], hint)
    expect_verdict(student, [4.0, 4.0, 3.0], [3.0, 3.0, 3.0], hint + "; exactly at the limit does not count", tolerance=0.25)
    expect_verdict(student, [4.0, 4.0, 3.0], [3.0, 3.0, 3.0], hint, tolerance=0.125)
    expect_verdict(student, [1.0, 1.0, 0.96], [0.96, 0.96, 0.96], hint)
    expect_verdict(student, [1.0, 1.0, 0.94], [0.94, 0.94, 0.94], hint)


# Task 21


def expect_size(student, parameters, chars, on=None):
    right = "larger" if chars > 10 * parameters else "smaller" if parameters > 10 * chars else "keep"
    mistakes = {
        "the other way round: a text with many characters a parameter bears a larger network": {
            "larger": "smaller",
            "smaller": "larger",
        }.get(right, "")
    }
    on = f"better_size({parameters}, {chars})" if on is None else on
    hint = "within a factor of ten either way, ten included: keep"
    expect_equal(student.better_size(parameters, chars), right, "the advice", on, hint, mistakes)


@check(task="better_size", points=1)
def compares_with_the_text(student, rng):
    """says larger, smaller or keep, by a factor of ten"""
    for parameters, chars in ((150_000, 100_000_000), (10_000_000, 10_000), (100_000, 1_000_000), (1_000_000, 100_000)):
        expect_size(student, parameters, chars)
    for parameters, chars in ((100_000, 1_000_001), (1_000_001, 100_000), (5000, 5000), (70, 10), (10, 70)):
        expect_size(student, parameters, chars)


# Task 22


def expect_best(student, val, train=None, on=None, template="epoch_{epoch:02d}_val_loss_{loss:.4f}.keras"):
    place = min((number for number, loss in enumerate(val) if not math.isnan(loss)), key=lambda number: val[number])
    train = [1.0 - number / 100 for number in range(len(val))] if train is None else train
    on = f"val_loss {val}, loss {train}" if on is None else on
    found = student.best_checkpoint({"loss": train, "val_loss": val})
    good = isinstance(found, tuple | list) and len(found) == 2
    expect(good, f"best_checkpoint returns {found!r}", "return two things: the epoch and the file's name", on)
    valid = [loss for loss in train if not math.isnan(loss)]
    last = max(number for number, loss in enumerate(val) if loss == val[place])
    mistakes = {
        "epochs are counted from 1": place,
        "the epoch with the highest validation loss is the worst": 1
        + max(range(len(val)), key=lambda number: -math.inf if math.isnan(val[number]) else val[number]),
        "this goes by the training loss: what counts is val_loss": 1 + train.index(min(valid)),
        "of equal ones the earliest counts": last + 1,
        "this is the last epoch, not the best": len(val),
        "a loss that is nan is not the lowest: leave it out": 1 + next((number for number, loss in enumerate(val) if math.isnan(loss)), -1),
    }
    mistakes = {hint: value for hint, value in mistakes.items() if value != place + 1}
    expect_equal(found[0], place + 1, "the epoch", on, "the place of the lowest val_loss, counted from 1", mistakes)
    name = template.format(epoch=place + 1, loss=val[place])
    mistakes = {
        "the name has the training loss: it is the validation loss's": template.format(epoch=place + 1, loss=train[place]),
        "the name counts epochs from 0: from 1": template.format(epoch=place, loss=val[place]),
        "the epoch has at least two digits: {epoch:02d}": template.replace("02d", "d").format(epoch=place + 1, loss=val[place]),
        "the loss has four decimals: {loss:.4f}": template.replace(":.4f", "").format(epoch=place + 1, loss=val[place]),
        "the loss has four decimals, not two": template.replace(".4f", ".2f").format(epoch=place + 1, loss=val[place]),
    }
    expect_equal(found[1], name, "the file's name", on, 'such as "epoch_03_val_loss_1.2346.keras"', mistakes)


@check(task="best_checkpoint", points=1)
def finds_the_lowest_validation_loss(student, rng):
    """finds the epoch of the lowest validation loss, and names its file"""
    expect_best(student, [1.75, 2.0, 1.5, 1.23456, 1.625], [0.5, 1.0, 0.75, 0.875, 0.625])
    expect_best(student, [1.25, 1.5, 2.0])
    expect_best(student, [3 - 0.125 * number for number in range(12)])


@check(task="best_checkpoint", points=1, after=finds_the_lowest_validation_loss)
def takes_the_earliest_and_leaves_nan(student, rng):
    """takes the earliest of equal ones, and leaves out what is not a number"""
    expect_best(student, [2.0, 1.5, 1.75, 1.5], [1.0, 0.75, 0.5, 0.625])
    expect_best(student, [math.nan, 2.0, 1.5, 1.75])
    expect_best(student, [2.0, 1.5, math.nan])


# Task 23


def expect_output_shape(student, batch, steps, features, units, sequences=None, on=None):
    arguments = (batch, steps, features, units)
    right = (batch, steps, units) if sequences else (batch, units)
    mistakes = {
        "without return_sequences only the last step's output comes out": (batch, steps, units) if not sequences else None,
        "with return_sequences the output of every step comes out": (batch, units) if sequences else None,
        "what comes out has units numbers, whatever the number of features": (batch, steps, features) if sequences else (batch, features),
        "the batch stands first": (steps, batch, units) if sequences else (units, batch),
        "the steps stand before the units": (batch, units, steps),
        "what comes out has one number a unit; the number of steps is no width": (batch, steps),
    }
    said = {} if sequences is None else {"return_sequences": sequences}
    on = f"output_shape{(*arguments, *said.values())}" if on is None else on
    found = student.output_shape(*arguments, **said)
    good = isinstance(found, tuple | list | np.ndarray)
    expect(good, f"output_shape returns {found!r}", "return a tuple of whole numbers", on)
    hint = "(batch, steps, units) for all steps, (batch, units) for the last one alone"
    expect_equal(
        tuple(int(size) for size in found),
        right,
        "the shape",
        on,
        hint,
        {text: wrong for text, wrong in mistakes.items() if wrong != right},
    )


@check(task="output_shape", points=1)
def has_one_number_a_unit_and_step(student, rng):
    """gives (5, 10, 15) for ten words through fifteen units in batches of five, with return_sequences"""
    expect_output_shape(student, 5, 10, 3, 15, True)
    expect_output_shape(student, 2, 7, 4, 3, True)


@check(task="output_shape", points=1)
def gives_the_last_step_alone(student, rng):
    """gives the shape of the last output alone without return_sequences"""
    expect_output_shape(student, 5, 10, 3, 15, False)
    expect_output_shape(student, 5, 10, 3, 15)
