"""State and clipping: public checks of tasks 18 to 21: gradients, passes, training."""

import contextlib

import numpy as np
from course_checks_clipping import clipped, expect_shapes, flat, rate_of
from course_checks_data import pairs_of
from course_checks_model import Oracle, random_model, zeros

from autograder.checks.expectations import CheckFailure, advising, expect, expect_close, expect_equal
from autograder.checks.specification import check
from autograder.checks.wire import Raise, Scripted

TINY = {"embedding_size": 2, "units": 3, "layers": 2}
VOCABULARY = 5


def tiny_model(student, rng, scale=0.8, **sizes):
    sizes = {**TINY, "dropout": 0.0, **sizes}
    with advising("build_language_model is Task 16: this task builds on it"):
        return random_model(student, rng, VOCABULARY, scale, **sizes)[0]


def oracle_of(weights, layers=2):
    return Oracle(weights, VOCABULARY, 2, 3, layers)


def mean_loss(weights, inputs, targets, states, layers=2):
    """The mean of -ln p, and the new states."""
    logs, new_states = oracle_of(weights, layers).run(inputs, states)
    return -float(np.take_along_axis(logs, np.asarray(targets)[..., None], axis=-1).mean()), new_states


def gradients_of(weights, inputs, targets, states, layers=2):
    """The gradients of the sum over the steps, averaged over the batch, by central differences in double precision."""
    weights, steps, width = [np.array(weight, dtype=np.float64) for weight in weights], np.shape(inputs)[1], 1e-5
    gradients = [np.zeros_like(weight) for weight in weights]
    for weight, gradient in zip(weights, gradients, strict=True):
        for place in np.ndindex(weight.shape):
            start, ends = weight[place], []
            for sign in (1, -1):
                weight[place] = start + sign * width
                ends.append(mean_loss(weights, inputs, targets, states, layers)[0])
            weight[place] = start
            gradient[place] = steps * (ends[0] - ends[1]) / (2 * width)
    return gradients


def losses_and_gradients(student, model, inputs, targets, states):
    hint = "return loss, gradients, new_states"
    found = student.loss_and_gradients(model, inputs, targets, np.asarray(states, np.float32))
    expect(isinstance(found, tuple | list) and len(found) == 3, "the result is not three things", hint)
    return found


# Task 18


def expect_gradients(student, rng, batch, steps, on="", layers=2):
    model = tiny_model(student, rng, layers=layers)
    weights = model.get_weights()
    inputs, targets = rng.integers(0, VOCABULARY, (2, batch, steps)).astype(np.int32)
    states = rng.normal(size=(batch, layers, 2, 3))
    loss, gradients, new_states = losses_and_gradients(student, model, inputs, targets, states)
    expected, last = mean_loss(weights, inputs, targets, states, layers)
    mistakes = {
        "this is the sum over the steps: the loss that is reported is the mean over batch and steps": expected * steps,
        "this is the sum over batch and steps: take the mean": expected * steps * batch,
        "this is in bits": expected / np.log(2),
        "the states that are handed in are not used": lambda: mean_loss(weights, inputs, targets, 0 * states, layers)[0],
        "these are the log-probabilities of the inputs: the model is to predict the targets": lambda: mean_loss(
            weights, inputs, inputs, states, layers
        )[0],
        "the loss is minus the log-probability": -expected,
    }
    expect_close(loss, expected, "the loss", on, "the mean of -ln p of the targets", mistakes, rtol=1e-3, atol=1e-5)
    hint = "return the states that come out of the model"
    mistakes = {"these are the states that were handed in": states}
    expect_close(new_states, last, "the new states", on, hint, mistakes, rtol=1e-3, atol=1e-4)
    expect_shapes(gradients, weights, "the gradients")
    right = flat(gradients_of(weights, inputs, targets, states, layers))
    mistakes = {
        "this is the gradient of the mean over the steps: the objective is their sum, averaged over the batch": right / steps,
        "this is the gradient of the sum over the batch: average over it, sum over the steps": right * batch,
        "the gradient has the wrong sign": -right,
        "the gradient comes clipped; clipping is train_epoch's work": flat(clipped(gradients_like(right, weights), 5.0)[0]),
    }
    hint = "tape.gradient(objective, model.trainable_variables), with the objective summed over steps and averaged over the batch"
    expect_close(flat(gradients), right, "the gradients, one after the other", on, hint, mistakes, rtol=2e-3, atol=2e-4)


def gradients_like(numbers, weights):
    """Cuts a long vector into arrays of the weights' shapes."""
    ends = np.cumsum([np.size(weight) for weight in weights])
    return [part.reshape(np.shape(weight)) for part, weight in zip(np.split(numbers, ends[:-1]), weights, strict=True)]


@check(task="loss_and_gradients", points=2)
def gives_loss_gradients_and_states(student, rng):
    """gives the mean loss, the gradients of the sum over the steps, and the new states"""
    expect_gradients(student, rng, 2, 3, "2 rows of 3 tokens, random states")


@check(task="loss_and_gradients", points=1, after=gives_loss_gradients_and_states)
def trains_with_dropout(student, rng):
    """has dropout switched on, and changes no weight"""
    model = tiny_model(student, rng, dropout=0.7)
    before = model.get_weights()
    tokens = rng.integers(0, VOCABULARY, (2, 2, 6)).astype(np.int32)
    losses = {float(losses_and_gradients(student, model, *tokens, zeros(2, 2, 3))[0]) for _ in range(4)}
    expect(len(losses) > 1, "the loss is the same every time", "training=True switches dropout on", "a model with dropout=0.7")
    hint = "this function computes; train_epoch makes the step"
    expect_close(flat(model.get_weights()), flat(before), "the weights after the call", hint=hint, rtol=0, atol=0)


# Task 19


def one_pass(weights, rows, steps, rate, max_norm, gradients, clip=clipped, carried=True):
    """A pass of training in double precision: the perplexity, and the weights after it.

    Args:
        gradients: (weights, inputs, targets, states) -> loss, gradients, new states.
        clip, carried: make known mistakes of it.
    """
    states, losses, counts = zeros(len(rows), 2, 3), [], []
    for inputs, targets in pairs_of(rows, steps):
        loss, found, new_states = gradients(weights, inputs, targets, states)
        states = new_states if carried else states
        weights = [weight - rate * part for weight, part in zip(weights, clip(found, max_norm)[0], strict=True)]
        losses += [float(loss)]
        counts.append(targets.size)
    return float(np.exp(np.average(losses, weights=counts))), weights


def theirs(student, model):
    """Loss, gradients and states as the student's own loss_and_gradients gives them: Task 19 is not to blame for Task 18."""

    def compute(weights, inputs, targets, states):
        model.set_weights([np.asarray(weight, np.float32) for weight in weights])
        with advising("loss_and_gradients is Task 18: this task builds on it"):
            loss, gradients, new_states = losses_and_gradients(student, model, inputs, targets, states)
            return loss, [np.asarray(part, dtype=np.float64) for part in gradients], new_states

    return compute


def own_clipping(student):
    """Clipping as the student's own function does it, where that differs; Task 19 is not to blame for Task 8."""
    return lambda gradients, limit: (list(student.clip_by_global_norm(gradients, limit)[0]), 0)


def same_numbers(one, other):
    return np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-3, atol=1e-4)


def expect_pass(student, rng, shape, steps, rate, keywords, scale=0.8, on=""):
    """Fails unless train_epoch leaves the weights, and tells the perplexity, of one pass by the protocol."""
    model = tiny_model(student, rng, scale)
    start = model.get_weights()
    rows = rng.integers(0, VOCABULARY, shape).astype(np.int32)
    perplexity = student.train_epoch(model, rows, steps, rate, **keywords)
    after = flat(model.get_weights())
    compute, limit = theirs(student, model), keywords.get("max_norm", 5.0)

    def alike(**mistake):
        return one_pass(start, rows, steps, rate, mistake.pop("limit", limit), compute, **mistake)

    expected, weights = alike()
    if not same_numbers(after, flat(weights)):
        with contextlib.suppress(CheckFailure):  # their own clipping may be wrong, and Task 8 has told
            own = alike(clip=own_clipping(student))
            expected, weights = own if same_numbers(after, flat(own[1])) else (expected, weights)

    def each(gradients, limit):
        return [clipped([gradient], limit)[0][0] for gradient in gradients], 0

    mistakes = {
        "the state is reset at every chunk: hand the new states to the next one": lambda: flat(alike(carried=False)[1]),
        "the gradients are not clipped, or not at the max_norm that is handed in": lambda: flat(alike(limit=1e9)[1]),
        "max_norm is not used: 5 is only its default": lambda: flat(alike(limit=5.0)[1]),
        "the gradients are clipped array by array, not by the global norm": lambda: flat(alike(clip=each)[1]),
        "the weights go up the gradient": lambda: flat(one_pass(start, rows, steps, -rate, limit, compute)[1]),
        "the weights are unchanged: assign the new values": flat(start),
    }
    hint = "for every pair in order: compute, clip, step, and the states go on"
    expect_close(after, flat(weights), "the weights after the pass", on, hint, mistakes, rtol=1e-3, atol=1e-4)
    losses, counts = losses_on_the_way(start, rows, steps, rate, limit, compute)
    mistakes = {
        "the last batch is smaller: weigh the losses by the number of tokens": float(np.exp(np.mean(losses))),
        "this is the mean loss: the perplexity is its exponential": float(np.average(losses, weights=counts)),
        "this is a mean of perplexities": float(np.average(np.exp(losses), weights=counts)),
        "this is the last chunk's": float(np.exp(losses[-1])),
    }
    hint = "the perplexity of the losses met on the way, weighted by their tokens"
    expect_close(perplexity, expected, "the training perplexity", on, hint, mistakes, rtol=1e-3)


def losses_on_the_way(start, rows, steps, rate, limit, compute):
    seen, sizes = [], []

    def noting(weights, inputs, targets, states):
        found = compute(weights, inputs, targets, states)
        seen.append(float(found[0]))
        sizes.append(targets.size)
        return found

    one_pass(start, rows, steps, rate, limit, noting)
    return seen, sizes


def expect_computed_by_compute(call):
    """Fails unless the function that is handed in as `compute` is the one that is called: here one that raises."""
    called = False
    try:
        call(Scripted((), (((), Raise("compute was called")),)))
    except CheckFailure as failure:
        called = "compute was called" in failure.evidence.problem
    expect(called, "the function that is handed in as compute is not called", "call compute, not loss_and_gradients: a faster one may come")


@check(task="train_epoch", points=1)
def steps_chunk_after_chunk(student, rng):
    """makes a clipped step for every chunk, and carries the state"""
    expect_pass(student, rng, (2, 8), 3, 0.5, {"max_norm": 1.0}, on="2 rows of 8 tokens in chunks of 3, max_norm=1.0")
    model, rows = tiny_model(student, rng), np.zeros((2, 4), np.int32)
    expect_computed_by_compute(lambda compute: student.train_epoch(model, rows, 3, 0.5, compute=compute))


@check(task="train_epoch", points=1, after=steps_chunk_after_chunk)
def starts_from_zeros_and_clips_at_five(student, rng):
    """starts every pass from zero states, and clips at 5 unless told otherwise"""
    expect_pass(student, rng, (3, 7), 6, 0.1, {}, scale=4.0, on="3 rows of 7 tokens in one chunk, large weights, default max_norm")


# Task 20


def perplexity_of(weights, rows, steps, layers=2, reset=False, weighted=True):
    """The perplexity of a text in double precision."""
    states, losses, counts = zeros(len(rows), layers, 3), [], []
    for inputs, targets in pairs_of(rows, steps):
        loss, new_states = mean_loss(weights, inputs, targets, states, layers)
        states = states if reset else new_states
        losses.append(loss)
        counts.append(targets.size)
    return float(np.exp(np.average(losses, weights=counts if weighted else None)))


def expect_evaluation(student, rng, shape, steps, dropout, on="", layers=2):
    model = tiny_model(student, rng, 2.0, dropout=dropout, layers=layers)
    weights = model.get_weights()
    rows = rng.integers(0, VOCABULARY, shape).astype(np.int32)
    expected = perplexity_of(weights, rows, steps, layers)
    mistakes = {
        "the state is reset at every chunk: carry it": lambda: perplexity_of(weights, rows, steps, layers, reset=True),
        "the last batch is smaller: weigh the losses by the number of tokens": lambda: perplexity_of(
            weights, rows, steps, layers, weighted=False
        ),
        "this is the loss: the perplexity is its exponential": float(np.log(expected)),
    }
    hint = "read the pairs in order from zero states, carry the states, and no dropout"
    for _ in range(2):
        expect_close(student.evaluate(model, rows, steps), expected, "the perplexity", on, hint, mistakes, rtol=1e-3)
    hint = "measuring trains nothing"
    expect_close(flat(model.get_weights()), flat(weights), "the weights after measuring", on, hint, rtol=0, atol=0)


@check(task="evaluate", points=2)
def measures_without_dropout_from_zero_states(student, rng):
    """reads the text from zero states, with the state carried, without dropout, and trains nothing"""
    expect_evaluation(student, rng, (2, 9), 3, 0.5, "2 rows of 9 tokens in chunks of 3, a model with dropout=0.5")


# Task 21


def expect_history(student, rng, epochs, length, keywords, on=""):
    """Fails unless train_language_model keeps to the protocol, given the student's own train_epoch and evaluate."""
    model = tiny_model(student, rng)
    start = model.get_weights()
    train, valid = (rng.integers(0, VOCABULARY, (2, size)).astype(np.int32) for size in (length, length - 1))
    run = student.train_language_model
    table = run(model, train, valid, epochs, **keywords)
    expect(hasattr(table, "columns"), f"the history is of type {type(table).__name__}", "return a pandas DataFrame")
    names = ["epoch", "learning_rate", "train_perplexity", "valid_perplexity"]
    expect_equal(sorted(map(str, table.columns)), sorted(names), "the columns", on, "no more and no less")
    hint = "one row an epoch, counted from 1"
    mistakes = {"epochs count from 1": list(range(epochs))}
    expect_equal(table["epoch"].tolist(), list(range(1, epochs + 1)), "the column epoch", on, hint, mistakes)
    rates = [rate_of(epoch) for epoch in range(1, epochs + 1)]
    mistakes = {"the rate follows learning_rate_schedule(epoch), epoch counted from 1": [rate_of(epoch) for epoch in range(epochs)]}
    hint = "learning_rate_schedule(epoch)"
    if not same_numbers(table["learning_rate"], [student.learning_rate_schedule(epoch) for epoch in range(1, epochs + 1)]):
        expect_close(table["learning_rate"], rates, "the column learning_rate", on, hint, mistakes)
    final = flat(model.get_weights())
    model.set_weights(start)  # and once more, with the student's own functions for one pass
    steps, found = keywords.get("steps", 20), {"train_perplexity": [], "valid_perplexity": [], "training text": []}
    with advising("this task builds on train_epoch and evaluate: Tasks 19 and 20"):
        before = [student.evaluate(model, valid, steps)]
        for rate in table["learning_rate"].tolist():
            found["train_perplexity"].append(student.train_epoch(model, train, steps, rate))
            found["valid_perplexity"].append(student.evaluate(model, valid, steps))
            found["training text"].append(student.evaluate(model, train, steps) if epochs < 5 else 0.0)
    mistakes = {
        "this is measured before the epoch's training: measure after it": before + found["valid_perplexity"][:-1],
        "this is measured on the training text": found["training text"],
        "training and validation are swapped": found["train_perplexity"],
    }
    hint = "each epoch: one pass of training with chunks of the given steps, then evaluate on the validation rows"
    for name in names[2:]:
        expect_close(table[name], found[name], f"the column {name}", on, hint, mistakes, rtol=1e-3)
    expect_close(
        final, flat(model.get_weights()), "the weights after the training", on, "the model itself is trained", rtol=1e-3, atol=1e-4
    )
    lines = [line for line in run.printed.splitlines() if line.strip()]
    expect(len(lines) >= epochs, f"{len(lines)} lines are printed in {epochs} epochs", "print a line an epoch: silence looks like a crash")


@check(task="train_language_model", points=1)
def trains_and_measures_every_epoch(student, rng):
    """trains by the schedule and measures after every epoch"""
    expect_history(student, rng, 7, 4, {"steps": 2}, "7 epochs, chunks of 2 steps")
    expect_history(student, rng, 1, 26, {}, "1 epoch, chunks of 20 steps (the default)")
    model, rows = tiny_model(student, rng), np.zeros((2, 4), np.int32)
    expect_computed_by_compute(lambda compute: student.train_language_model(model, rows, rows, 1, compute=compute))
