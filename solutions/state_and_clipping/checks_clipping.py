"""State and clipping: public checks of tasks 6 to 13, from norms through time to the output without a loss."""

import math

import numpy as np
from course_checks import expect_choices, expect_untouched, pair

from autograder.checks.expectations import advising, expect, expect_close, expect_equal
from autograder.checks.specification import check
from autograder.checks.student import keep

# Task 6


def norms(inputs, kernel, chunk=None, derivative=True, transposed=True, border=0, linear=False):
    """States' and gradients' norms in double precision; the arguments after `chunk` make known mistakes of them."""
    h, states = np.zeros(len(kernel)), []
    for x in np.asarray(inputs, dtype=np.float64):
        h = x + h @ kernel if linear else np.tanh(x + h @ kernel)
        states += [h]
    gradient, gradients = np.ones(len(kernel)), []
    for t in reversed(range(len(states))):
        gradients.append(np.linalg.norm(gradient))
        slope = 1 - states[t] ** 2 if derivative and not linear else 1
        gradient = (gradient * slope) @ (kernel.T if transposed else kernel)
        if chunk is not None and t % chunk == border % chunk:
            gradient = np.zeros_like(gradient)
    return np.linalg.norm(states, axis=1), np.array(gradients[::-1])


def expect_norms(student, inputs, kernel, chunk=None, on=""):
    keywords = {} if chunk is None else {"chunk": chunk}
    result = student.norms_through_time(inputs, kernel, **keywords)
    state_norms, gradient_norms = pair(result, "the result", "return state_norms, gradient_norms")
    expected, gradients = norms(inputs, kernel, chunk)
    mistakes = {
        "the tanh is missing": lambda: norms(inputs, kernel, linear=True)[0],
        "these are the gradients' norms: state_norms come first": gradients,
        "the recurrent kernel is transposed: h @ recurrent_kernel": lambda: norms(inputs, kernel.T)[0],
        "this is the sum of the squares: take the root": expected**2,
    }
    hint = "h starts at zeros; one norm over the units for every step"
    expect_close(state_norms, expected, "the states' norms", on, hint, mistakes, atol=1e-7)
    mistakes = {
        "the derivative of tanh, 1 - h ** 2, is missing": lambda: norms(inputs, kernel, chunk, derivative=False)[1],
        "backwards, the gradient is multiplied by the transposed matrix": lambda: norms(inputs, kernel, chunk, transposed=False)[1],
        "the norms run from the last step to the first: turn them round": gradients[::-1],
        "the gradient goes over the border of a chunk": lambda: norms(inputs, kernel)[1],
        "the chunks are counted from the start of the sequence: the last one may be shorter": lambda: norms(
            inputs, kernel, chunk, border=len(inputs)
        )[1],
    }
    hint = "start with ones at the last step; each step back: times 1 - h ** 2 of that step, then times the transposed matrix"
    expect_close(gradient_norms, gradients, "the gradients' norms", on, hint, mistakes, atol=1e-7)


@check(task="norms_through_time", points=1)
def measures_states_and_gradients(student, rng):
    """measures states and gradients at every step, without borders"""
    expect_norms(student, np.array([[0.5], [-0.25], [1.0]]), np.array([[0.8]]), on="3 steps of one unit, U = 0.8")
    expect_norms(student, rng.normal(size=(6, 4)), rng.normal(0, 0.6, (4, 4)), on="6 steps of 4 units")


@check(task="norms_through_time", points=1, after=measures_states_and_gradients)
def stops_at_the_borders(student, rng):
    """stops the gradient, not the state, at the borders of chunks"""
    for steps, chunk in ((6, 3), (7, 3), (4, 1), (3, 8)):
        expect_norms(student, rng.normal(size=(steps, 3)), rng.normal(0, 0.6, (3, 3)), chunk, f"{steps} steps, chunk={chunk}")


# Task 7


def expect_curves(student, curves, title):
    hint = "make a new figure with plt.subplots(), draw into its Axes, and return them"
    with advising(hint, about="cannot be used"):
        axes = student.plot_norms(curves, title)
    expect(getattr(axes, "kind", "") == "axes", f"plot_norms returns {axes!r}", hint)
    drawn = {line["label"]: line for line in axes.lines()}
    hint = "one line a curve, labelled with the curve's key"
    expect_equal(sorted(drawn), sorted(curves), "the list of the lines' labels", hint=hint)
    for label, values in curves.items():
        steps = np.arange(1, len(values) + 1)
        mistakes = {"the first step is step 1: plot against 1, 2, …": steps - 1}
        expect_close(drawn[label]["x"], steps, "the steps of a line", f"the line {label!r}", mistakes=mistakes)
        mistakes = {"plot the norms as they are: the axis makes the logarithm": np.log10(values)}
        expect_close(drawn[label]["y"], values, "the heights of a line", f"the line {label!r}", mistakes=mistakes)
    return axes


@check(task="plot_norms", points=1)
def draws_a_line_a_curve(student, rng):
    """draws one labelled line a curve, the steps counted from 1, on a logarithmic scale"""
    axes = expect_curves(student, {"radius 0.5": np.array([4.0, 2, 1]), "radius 1.5": np.array([1.0, 1.5, 2.25])}, "norms")
    expect_equal(axes.scales(), {"x": "linear", "y": "log"}, "the scales", hint='axes.set_yscale("log"); the steps stay linear')
    expect_equal(axes.labels(), {"title": "norms", "x": "step", "y": "norm"}, "the labels", hint="set title, xlabel and ylabel")
    expect_equal(sorted(axes.legend()), ["radius 0.5", "radius 1.5"], "the legend", hint="axes.legend()")


# Task 8


def clipped(gradients, limit):
    norm = math.sqrt(sum(float(np.sum(np.square(gradient, dtype=np.float64))) for gradient in gradients))
    return [np.asarray(gradient) * (limit / max(norm, limit)) for gradient in gradients], norm


def flat(arrays):
    return np.concatenate([np.ravel(array).astype(np.float64) for array in arrays])


def expect_shapes(found, gradients, what):
    expect(isinstance(found, list | tuple), f"{what} is no list", "one array for every gradient, in their order")
    hint = "one array for every gradient, in their order, each of its own shape"
    expect_equal([tuple(np.shape(array)) for array in found], [np.shape(array) for array in gradients], f"the shapes in {what}", hint=hint)


def expect_clipped(student, gradients, limit, on, about_norm=True):
    found, norm = pair(student.clip_by_global_norm(gradients, limit), "the result", "return clipped, norm")
    expected, length = clipped(gradients, limit)
    expect_shapes(found, gradients, "clipped")
    each = [array * (limit / max(float(np.linalg.norm(array)), limit)) for array in gradients]
    mistakes = {
        "this clips every array by itself: one norm over all arrays, one factor for all": flat(each),
        "this cuts off every number by itself, which changes the direction": np.clip(flat(gradients), -limit, limit),
        "this scales every gradient to the norm: those below the limit stay as they are": flat(gradients) * limit / max(length, 1e-300),
        "this divides by the norm without multiplying by max_norm": flat(gradients) / max(length, 1e-300),
        "nothing was clipped": flat(gradients),
        "this divides by the sum of squares: take its root": flat(gradients) * limit / max(length**2, 1e-300),
        "this divides by the sum of the arrays' norms: square, add up, then take the root": flat(gradients)
        * limit
        / max(sum(float(np.linalg.norm(array)) for array in gradients), 1e-300),
    }
    hint = "norm = root of the sum of all squares; factor = max_norm / norm where the norm is larger than max_norm, else 1"
    expect_close(flat(found), flat(expected), "the clipped gradients, one after the other", on, hint, mistakes)
    mistakes = {
        "this is the norm after clipping; the norm before it is asked for": min(length, limit),
        "this is the sum of squares: take the root": length**2,
        "this is the sum of the arrays' norms": sum(float(np.linalg.norm(array)) for array in gradients),
    }
    if about_norm:
        expect_close(norm, length, "the norm", on, "the global norm before clipping", mistakes)


@check(task="clip_by_global_norm", points=1)
def shortens_what_is_too_long(student, rng):
    """gives a gradient that is too long the length max_norm, all arrays by one factor"""
    expect_clipped(student, [np.array([6.0, 6.0]), np.array([7.0])], 5.5, "gradients [6, 6] and [7], whose norm is 11, max_norm=5.5")
    gradients = [rng.normal(size=(2, 3)), rng.normal(size=4)]
    expect_clipped(student, gradients, 0.5, "gradients of shapes (2, 3) and (4,), max_norm=0.5")


@check(task="clip_by_global_norm", points=1, after=shortens_what_is_too_long)
def leaves_short_ones_and_zeros(student, rng):
    """leaves a gradient below the limit, or exactly at it, and one of zeros as it is"""
    expect_clipped(student, [np.array([3.0]), np.array([4.0])], 5.0, "gradients [3.0] and [4.0], max_norm=5")
    expect_clipped(student, [np.array([0.3, 0.1]), np.array([[0.2]])], 5.0, "gradients far below the limit")
    expect_clipped(student, [np.zeros((2, 2)), np.zeros(3)], 5.0, "gradients of zeros: 0 / 0 is nan")


# Task 9


def expect_three_ways(student, gradients, limit, on):
    found = student.clip_three_ways(gradients, limit)
    names = {"global_clipnorm", "clipnorm", "clipvalue"}
    good = isinstance(found, dict) and set(found) == names
    expect(good, "the result is no dict with these three keys", f"its keys are {', '.join(sorted(names))}")
    right = {
        "global_clipnorm": flat(clipped(gradients, limit)[0]),
        "clipnorm": flat([clipped([gradient], limit)[0][0] for gradient in gradients]),
        "clipvalue": np.clip(flat(gradients), -limit, limit),
    }
    for name in sorted(names):
        expect_shapes(found[name], gradients, name)
        mistakes = {f"this is what {other} does": right[other] for other in sorted(names - {name})}
        mistakes["negative numbers are cut off at -limit"] = np.minimum(flat(gradients), limit)
        hint = "global_clipnorm: one norm over all; clipnorm: each array its own; clipvalue: each number its own"
        expect_close(flat(found[name]), right[name], name, on, hint, mistakes)


@check(task="clip_three_ways", points=2)
def clips_in_three_ways(student, rng):
    """clips all arrays together, each array by itself, and each number by itself"""
    gradients = [np.array([[3.0, -4.0]]), np.array([12.0]), np.array([0.5, -0.5])]
    expect_three_ways(student, gradients, 2.0, "gradients [[3, -4]], [12] and [0.5, -0.5], limit 2")


# Task 10


def expect_step(student, weights, gradients, rate, on=""):
    found = student.sgd_step(weights, gradients, rate)
    expect_shapes(found, weights, "the new weights")
    mistakes = {
        "this goes up the gradient: subtract": flat(weights) + rate * flat(gradients),
        "the learning rate is missing": flat(weights) - flat(gradients),
        "this is the step alone: subtract it from the weights": -rate * flat(gradients),
    }
    hint = "weight - learning_rate * gradient, for each array"
    expect_close(flat(found), flat(weights) - rate * flat(gradients), "the new weights", on, hint, mistakes)


@check(task="sgd_step", points=1)
def steps_against_the_gradient(student, rng):
    """moves every weight against its gradient, by the learning rate times the gradient"""
    weights, gradients = [np.array([1.0, 2.0]), np.array([[3.0]])], [np.array([0.5, -1.0]), np.array([[4.0]])]
    expect_step(student, weights, gradients, 0.1, "weights [1, 2] and [[3]], gradients [0.5, -1] and [[4]], rate 0.1")


# Task 11


def rate_of(epoch, initial=0.9, constant=5):
    return initial * 0.5 ** max(0, epoch - constant)


def expect_rates(student, epochs, on="", **keywords):
    initial, constant = keywords.get("initial_rate", 0.9), keywords.get("constant_epochs", 5)
    found = [student.learning_rate_schedule(epoch, **keywords) for epoch in epochs]
    expected = [rate_of(epoch, initial, constant) for epoch in epochs]
    mistakes = {
        "the first halving comes one epoch too early: the last constant epoch still has the initial rate": [
            rate_of(epoch + 1, initial, constant) for epoch in epochs
        ],
        "the first halving comes one epoch too late: epochs count from 1": [rate_of(epoch - 1, initial, constant) for epoch in epochs],
        "the rate is halved once only: every further epoch has half the rate of the one before": [
            max(rate_of(epoch, initial, constant), initial / 2) for epoch in epochs
        ],
        "this halves every constant_epochs epochs: from then on it is halved after every single one": [
            initial * 0.5 ** ((epoch - 1) // constant) if constant else -1 for epoch in epochs
        ],
        "this halves from the first epoch on": [initial * 0.5 ** (epoch - 1) for epoch in epochs],
        "before the halving the rate is the initial one, not twice as much": [initial * 0.5 ** (epoch - constant) for epoch in epochs],
    }
    hint = "the initial rate up to epoch constant_epochs, half of it in the next, a quarter in the one after that"
    expect_close(found, expected, "the list of the rates", on, hint, mistakes, rtol=1e-9, atol=0)


@check(task="learning_rate_schedule", points=2)
def follows_the_protocol(student, rng):
    """is 0.9 for five epochs, then half of it in every further one"""
    expect_rates(student, range(1, 10), "epochs 1 to 9")
    expect_rates(student, range(1, 6), "epochs 1 to 5, initial_rate=1.0, constant_epochs=2", initial_rate=1.0, constant_epochs=2)


# Task 12

OPTIMIZER = {"class in Keras": "SGD", "momentum": 0.0, "weight without momentum": 0.6, "weight with momentum 0.9": 0.42}


@check(task="optimizer", points=1)
def names_the_optimizer(student, rng):
    """names the optimiser and its momentum, and the weight after two of its steps"""
    wrong = {"weight without momentum": {"that is one step; two are asked for": 0.8, "that goes up the gradient": 1.4}}
    hint = "plain gradient descent remembers nothing: two steps of 0.1 times 2.0"
    expect_choices(student.optimizer_answers, "Task 12", OPTIMIZER, list(OPTIMIZER)[:3], wrong, hint)


# Task 13


def by_logits(logits, targets, arriving=None, share=None, sign=-1, through=True):
    """The backward pass; the arguments after `arriving` make known mistakes of it."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    share_of = powers / powers.sum(axis=-1, keepdims=True)
    total = np.zeros(logits.shape) if arriving is None else np.array(arriving, dtype=np.float64)
    total[np.arange(len(logits)), targets] += sign * (1 / len(logits) if share is None else share)
    return total - through * share_of * total.sum(axis=-1, keepdims=True)


def expect_backward(student, logits, targets, arriving, given, on=""):
    arguments = (logits, targets, *given)
    found = student.gradient_by_logits(*arguments)
    mistakes = {
        "the loss is the mean over the batch: divide by the batch size": by_logits(logits, targets, arriving, share=1),
        "the gradient has the wrong sign: the loss is minus the log-probability": by_logits(logits, targets, arriving, sign=1),
        "output_gradient is not used": by_logits(logits, targets),
        "output_gradient goes through the log-softmax too: it is part of D": lambda: by_logits(logits, targets) + arriving,
        "None stands for zeros: what has no loss adds nothing": by_logits(logits, targets, np.ones(logits.shape)),
        "this is the gradient by the log-probabilities: it still has to go through the log-softmax": lambda: by_logits(
            logits, targets, arriving, through=False
        ),
    }
    if arriving is None:
        mistakes.pop("output_gradient goes through the log-softmax too: it is part of D")
    hint = "D = output_gradient, minus 1 / batch at each row's target; then D - softmax(logits) * (row sums of D)"
    expect_close(found, by_logits(logits, targets, arriving), "the gradient by the logits", on, hint, mistakes)


@check(task="output_gradient", points=1)
def gives_the_gradient_of_the_loss(student, rng):
    """gives the gradient of the cross-entropy alone when nothing else depends on the log-probabilities"""
    logits = np.log(np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0]]))
    expect_backward(student, logits, np.array([1, 0]), None, (), "2 rows of 3 logits, no output_gradient")
    expect_backward(student, rng.normal(size=(3, 4)), np.array([3, 0, 3]), None, (None,), "3 rows of 4 logits, output_gradient=None")


@check(task="output_gradient", points=1, after=gives_the_gradient_of_the_loss)
def adds_what_arrives_at_the_output(student, rng):
    """adds what arrives at the log-probabilities, and leaves that array as it is"""
    logits, targets = rng.normal(size=(2, 5)), np.array([4, 1])
    for arriving, what in ((np.zeros((2, 5)), "zeros"), (rng.normal(size=(2, 5)), "random numbers")):
        expect_backward(student, logits, targets, arriving, (arriving,), f"2 rows of 5 logits, output_gradient of {what}")
    kept = [keep(student, array) for array in (logits, targets, arriving)]
    student.gradient_by_logits(*kept)
    expect_untouched(kept, (logits, targets, arriving), "an argument after the call")
