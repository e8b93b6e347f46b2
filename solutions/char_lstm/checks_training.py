"""The character LSTM: public checks of the tasks on the clipped step, the training step and evaluation."""

import numpy as np
from course_checks import ids, one_hot, one_number, parts_of
from course_checks_cell import SINGLE, expect_weights, random_state, random_weights, softmax, unrolled

from autograder.checks.expectations import expect, expect_close, expect_equal
from autograder.checks.specification import check

# Task 8


def expect_rate(student, step):
    right = 10.0 * 0.1 ** (step // 5000)
    mistakes = {
        "the rate sinks in stairs: whole-number division of the step": 10.0 * 0.1 ** (step / 5000),
        "the rate begins at 10.0": right / 10,
        "this sinks by another factor than 0.1 every 5,000 steps": 10.0 * 0.5 ** (step // 5000),
        "after every 5,000 steps the rate is a tenth of what it was, not lower by a fixed amount": 10.0 - 0.1 * (step // 5000),
        "step 5,000 is the first of the next stair": 10.0 * 0.1 ** (max(0, step - 1) // 5000),
        "the exponent is the number of whole 5,000 steps; this rate grows": 10.0 * 10.0 ** (step // 5000),
        "this rate never changes": 10.0,
    }
    found = one_number(student.learning_rate(step), "learning_rate", f"learning_rate({step})")
    expect_close(found, right, "the rate", f"learning_rate({step})", "10.0 * 0.1 ** (whole 5,000 steps)", mistakes, atol=1e-12)


def norm_of(gradients):
    return float(np.sqrt(sum((np.asarray(array, dtype=np.float64) ** 2).sum() for array in gradients.values())))


def right_clipping(gradients, limit=1.25):
    factor = limit / max(norm_of(gradients), limit)
    return {name: np.asarray(array, dtype=np.float64) * factor for name, array in gradients.items()}


def as_one(arrays):
    """All arrays of a dict as one long vector."""
    return np.concatenate([np.ravel(np.asarray(arrays[name], dtype=np.float64)) for name in sorted(arrays)])


def expect_names(found, wanted, what, on):
    expect(isinstance(found, dict), f"{what} returns {type(found).__name__}, not a dict", "a new dict with the same names", on)
    expect_equal(sorted(found), sorted(wanted), f"the list of names that {what} returns", on, "the same names as it was given")
    for name in wanted:
        expect_equal(np.shape(found[name]), np.shape(wanted[name]), f"the shape of {name}", on, "every array keeps its shape")


def clipping_mistakes(gradients, limit):
    def each(change):
        return {name: change(np.asarray(array, dtype=np.float64)) for name, array in gradients.items()}

    norm = norm_of(gradients) or 1
    largest = max(np.max(np.abs(array)) for array in gradients.values()) or 1
    return {
        "each array is clipped by its own norm: one norm over all arrays, one factor for all": each(
            lambda array: array * min(1, limit / max(np.linalg.norm(array), 1e-12))
        ),
        "each number is clipped by itself, which changes the direction: multiply all by one factor": each(
            lambda array: np.clip(array, -limit, limit)
        ),
        "gradients below the limit stay as they are; only longer ones are made shorter": each(lambda array: array * limit / norm),
        "the square root is missing in the norm": each(lambda array: array * min(1, limit / norm**2)),
        "this makes every long gradient's norm 1 instead of the limit": each(lambda array: array / max(1, norm)),
        "this divides by the largest entry; the norm is the root of the sum of all squares": each(
            lambda array: array * min(1, limit / largest)
        ),
        "nothing is clipped": each(lambda array: array),
        "the limit that is given is not used": right_clipping(gradients),
    }


def expect_clipped(student, gradients, on, limit=1.25, spelled=True):
    found = student.clip_gradients(gradients, limit) if spelled else student.clip_gradients(gradients)
    expect_names(found, gradients, "clip_gradients", on)
    right = as_one(right_clipping(gradients, limit))
    mistakes = {hint: as_one(wrong) for hint, wrong in clipping_mistakes(gradients, limit).items()}
    hint = "multiply all by limit / norm where the norm of all together is above the limit, and leave them alone otherwise"
    if not np.all(np.isfinite(as_one(found))):
        hint = "nan: with all gradients 0 the norm is 0, and must not be divided by"
    expect_close(as_one(found), right, "the clipped gradients", on, hint, mistakes, rtol=1e-5)


def expect_step(student, weights, gradients, rate, on):
    found = student.sgd_step(weights, gradients, rate)
    expect_names(found, weights, "sgd_step", on)
    old, clipped = as_one(weights), as_one(right_clipping(gradients))
    mistakes = {
        "this goes along the gradient, uphill: subtract": old + rate * clipped,
        "the gradients are not clipped": old - rate * as_one(gradients),
        "the rate is missing": old - clipped,
        "this is the change alone: the weights minus it": -rate * clipped,
        "the change alone is clipped, after the rate: clip the gradients, then multiply by the rate": old
        - as_one(right_clipping({name: rate * np.asarray(array) for name, array in gradients.items()})),
    }
    expect_close(
        as_one(found), old - rate * clipped, "the new weights", on, "weight - rate * clipped gradient", mistakes, rtol=1e-5, atol=1e-5
    )


def three_four(scale=1.0):
    """Gradients of norm 3 and 4, together 5, times the scale, in two arrays."""
    arrays = {"a": np.array([[1.8, 2.4]]), "b": np.array([0.0, 2.4, -3.2])}
    return {name: (scale * array).astype(np.float32) for name, array in arrays.items()}


@check(task="sgd", points=1)
def has_a_staircase_of_rates(student, rng):
    """has the learning rate 10.0, and a tenth of it after every 5,000 steps"""
    for step in (0, 4999, 5000, 9999, 10_000, 15_001):
        expect_rate(student, step)


@check(task="sgd", points=1)
def clips_by_the_global_norm(student, rng):
    """shortens all gradients by one factor, to the limit, if their norm together is above it"""
    expect_clipped(student, three_four(), "(1.8, 2.4) and (0, 2.4, -3.2), together of norm 5", spelled=False)
    expect_clipped(student, three_four(), "(1.8, 2.4) and (0, 2.4, -3.2), together of norm 5, limit 2.5", 2.5)
    expect_clipped(student, three_four(0.1), "(0.18, 0.24) and (0, 0.24, -0.32), together of norm 0.5")
    expect_clipped(student, three_four(0), "all gradients 0")
    expect_clipped(student, three_four(0.2), "(0.36, 0.48) and (0, 0.48, -0.64), together of norm 1, limit 1", 1.0)


@check(task="sgd", points=1, after=clips_by_the_global_norm)
def steps_against_the_clipped_gradients(student, rng):
    """moves every weight against its clipped gradient, times the rate"""
    weights = {"a": np.array([[1.0, 2.0]], np.float32), "b": np.array([0.5, 0.25, -0.5], np.float32)}
    expect_step(student, weights, three_four(0.1), 10.0, "gradients of norm 0.5, rate 10")
    expect_step(student, weights, three_four(), 0.5, "gradients of norm 5, rate 0.5")


# Task 9


def cross_entropies(logits, labels):
    """(steps, batch): what each prediction cost, in double precision."""
    return -np.log(np.sum(softmax(np.asarray(logits, dtype=np.float64)) * labels, axis=-1))


def own_loss(student, weights, batches, output, memory):
    """The loss by the student's own unroll."""
    logits = unrolled(student, weights, batches[:-1], output, memory, "")[0]
    return float(cross_entropies(logits, batches[1:]).mean())


def trained(student, weights, batches, output, memory, rate, on):
    """What training_step returns: weights, output, memory as arrays, and the loss."""
    found = parts_of(student.training_step(weights, list(batches), output, memory, rate), 4, "training_step")
    new = expect_weights(found[0], len(weights["input_h"]), "the first thing that training_step returns", on)
    loss = np.asarray(found[3], dtype=np.float64)
    expect(loss.shape == (), f"the loss has the shape {loss.shape}", "one number: the mean over all steps and rows", on)
    return new, np.asarray(found[1]), np.asarray(found[2]), float(loss)


def expect_loss_and_state(student, weights, batches, output, memory, on):
    """Fails unless loss and state are those of the student's own unroll with the old weights."""
    _, new_output, new_memory, loss = trained(student, weights, batches, output, memory, 2.0, on)
    logits, *state = unrolled(student, weights, batches[:-1], output, memory, "")
    costs = cross_entropies(logits, batches[1:])
    zeros = np.zeros_like(output)
    mistakes = {
        "this is the sum over the steps or rows: take the mean over both": [
            costs.sum(),
            costs.mean(axis=0).sum(),
            costs.mean(axis=1).sum(),
        ],
        "the labels are the inputs themselves: the label of each character is the next one": [cross_entropies(logits, batches[:-1]).mean()],
        "this is the loss of the last step alone": [costs[-1].mean()],
        "softmax is applied twice: the loss wants logits": [
            cross_entropies(softmax(np.asarray(logits, dtype=np.float64)), batches[1:]).mean()
        ],
        "the state that comes in is not used: start from output and memory": [own_loss(student, weights, batches, zeros, zeros)],
    }
    known = [hint for hint, wrong in mistakes.items() if any(abs(loss - value) < 1e-4 for value in wrong)]
    hint = known[0] if known else "the mean of softmax cross-entropy between unroll's logits and the characters that follow"
    expect_close(loss, costs.mean(), "the loss", on, hint, **SINGLE)
    for name, found, wanted in (("output", new_output, state[0]), ("memory", new_memory, state[1])):
        hint = "the state that unroll returns, computed with the weights before the step"
        expect_close(found, wanted, f"the {name} that goes on to the next batch", on, hint, **SINGLE)


def steps_plainly(student, weights):
    """Whether the student's own sgd_step makes the right step where nothing is to be clipped."""
    gradients = {name: np.full(np.shape(weight), 0.01, np.float32) for name, weight in weights.items()}
    found = student.sgd_step(weights, gradients, 0.5)
    return all(np.allclose(found[name], weights[name] - 0.005, atol=1e-4) for name in weights)


def expect_descent(student, rng, weights, batches, output, memory, on):
    """Fails unless the step goes along minus the gradient: its slope in random directions, by differences of the loss.

    A wrong sgd_step is Task 8's finding, and says nothing here.
    """
    if not steps_plainly(student, weights):
        return
    rate, small = 0.5, 0.02
    new, *_ = trained(student, weights, batches, output, memory, rate, on)
    gradients = {name: (np.asarray(weights[name], dtype=np.float64) - new[name]) / rate for name in weights}
    if norm_of(gradients) > 1.24:
        return  # clipped: their length says nothing about the slope
    for name in weights:
        direction = rng.normal(size=np.shape(weights[name]))
        direction /= np.linalg.norm(direction)

        def moved(by, name=name, direction=direction):
            changed = weights | {name: (weights[name] + by * direction).astype(np.float32)}
            return own_loss(student, changed, batches, output, memory)

        slope, found = (moved(small) - moved(-small)) / (2 * small), float((gradients[name] * direction).sum())
        hint = f"tape.gradient(loss, weights) and then sgd_step; is {name} watched, and does it change?"
        if abs(found + slope) < 0.03 * abs(slope):
            hint = "the step goes uphill"
        wrong = abs(found - slope) > 0.03 * abs(slope) + 3e-4
        expect(not wrong, f"{name} moves by {found:.4g} a unit of the rate, and the loss's slope is {slope:.4g}", hint, on)


def small_training(rng, num_nodes, unrollings, rows, scale=0.4):
    """Weights, batches and state, small enough that nothing is clipped."""
    batches = list(one_hot(rng.integers(0, 27, (unrollings + 1, rows))))
    return random_weights(rng, num_nodes, scale), batches, *random_state(rng, rows, num_nodes)


@check(task="training_step", points=1.5)
def returns_loss_and_state(student, rng):
    """returns the mean cross-entropy of the next characters, and the state for the next batch"""
    expect_loss_and_state(student, *small_training(rng, 2, 3, 4), "3 unrollings, a batch of 4, 2 nodes")


@check(task="training_step", points=1.5, after=returns_loss_and_state)
def moves_against_the_gradient(student, rng):
    """moves every weight against the gradient of the loss"""
    for scale in (0.4, 1.0):
        expect_descent(student, rng, *small_training(rng, 3, 4, 2, scale), "4 unrollings, a batch of 2, 3 nodes, rate 0.5")


# Task 10


def own_evaluation(student, weights, text, reset_every=None):
    """The perplexity by the student's own unroll, one character a call; a known mistake sets the state back."""
    nothing = np.zeros((1, len(weights["input_h"])), np.float32)
    output, memory, losses = nothing, nothing, []
    numbers = ids(student, text)
    for place, (number, following) in enumerate(zip(numbers[:-1], numbers[1:], strict=True)):
        if reset_every and place % reset_every == 0:
            output, memory = nothing, nothing
        logits, output, memory = unrolled(student, weights, one_hot([[number]]), output, memory, "")
        output, memory = output.astype(np.float32), memory.astype(np.float32)
        losses.append(float(cross_entropies(logits, one_hot([[following]]))[0, 0]))
    return np.array(losses)


def expect_evaluation(student, weights, text, on):
    """Fails unless the perplexity is what the student's own unroll and perplexity make of the text."""
    found = one_number(student.evaluate(weights, text), "evaluate", on)
    logits, labels = in_one_pass(student, weights, text)
    own = student.perplexity(softmax(logits), labels)  # differs only where Tasks 3 or 7 have found something
    if np.isclose(found, own, rtol=1e-3):
        return
    losses = own_evaluation(student, weights, text)
    mistakes = {
        "this is the loss: the perplexity is e to the power of it": losses.mean(),
        "the state is set back at every character: reset it once, before the first": lambda: np.exp(
            own_evaluation(student, weights, text, 1).mean()
        ),
        "the characters are to predict their followers, not themselves": np.exp(
            cross_entropies(logits, one_hot(ids(student, text[:-1]))).mean()
        ),
        "this averages the perplexities: average the logarithms": np.exp(losses).mean(),
        "the last prediction is missing: all characters but the first are predicted": np.exp(losses[:-1].sum() / max(1, len(losses) - 1)),
        "only the last prediction counts here: average over all": np.exp(losses[-1]),
        "the loss is the mean over the predictions, not over the characters": np.exp(losses.sum() / len(text)),
    }
    hint = "one pass over the text from a state of zeros; perplexity of softmax(logits) with the next characters"
    expect_close(found, np.exp(losses.mean()), "the perplexity", on, hint, mistakes, rtol=1e-3)


def in_one_pass(student, weights, text):
    """The logits (n, 27) that the student's own unroll gives for all characters but the last, and their labels."""
    nothing = np.zeros((1, len(weights["input_h"])), np.float32)
    characters = one_hot(ids(student, text))
    logits = unrolled(student, weights, characters[:-1, np.newaxis], nothing, nothing, "")[0]
    return np.asarray(logits, dtype=np.float64)[:, 0], characters[1:]


@check(task="evaluate", points=0.75)
def measures_a_short_text(student, rng):
    """gives the perplexity of the predictions for all characters but the first"""
    expect_evaluation(student, random_weights(rng, 3), "ab", "the text 'ab', 3 nodes, random weights")
    expect_evaluation(student, random_weights(rng, 3), "to be or", "the text 'to be or', 3 nodes, random weights")


@check(task="evaluate", points=0.75, after=measures_a_short_text)
def starts_from_nothing_at_every_call(student, rng):
    """starts from a state of zeros at every call"""
    weights = random_weights(rng, 3)
    first, _, again = (one_number(student.evaluate(weights, text), "evaluate") for text in ("abcab", "zzzz", "abcab"))
    expect_close(
        again, first, "the second measurement of one text", "'abcab', measured before and after 'zzzz'", "reset the state in every call"
    )
