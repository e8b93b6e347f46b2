"""Gates, from scratch: what each task is worth, and the checks of the plain recurrent cell."""

import numpy as np
from course_checks_oracle import derivatives, logistic, mistaken_sums, plain_cell, weighed
from course_checks_precision import expect_all_digits

from autograder.checks.expectations import expect, expect_close, expect_equal, expect_shape
from autograder.checks.specification import Task, check

TASKS = [
    Task("rnn_step", "Task 1: one step of a plain cell", points=4),
    Task("scale_to_radius", "Task 2: give a matrix a spectral radius", points=2),
    Task("gradient_norms", "Task 3: follow a gradient back in time", points=6),
    Task("plot_gradient_norms", "Task 4: draw it", points=3),
    Task("learn_gate", "Task 5: the learn gate", points=3),
    Task("forget_gate", "Task 6: the forget gate", points=2),
    Task("remember_gate", "Task 7: the remember gate", points=2),
    Task("use_gate", "Task 8: the use gate", points=3),
    Task("gate_names", "Task 9: two languages", points=3),
    Task("lstm_step", "Task 10: one step of an LSTM", points=6),
    Task("lstm_forward", "Task 11: a whole sequence", points=6),
    Task("lstm_backward", "Task 12: back-propagation through time", points=8),
    Task("gru_step", "Task 15: one step of a GRU", points=6),
    Task("peephole_lstm_step", "Task 16: one step of a peephole LSTM", points=5),
    Task("peephole_cell", "Task 17: a cell for Keras", points=6),
    Task("count_parameters", "Task 18: count the parameters", points=5),
    Task("embedding_parameters", "Task 19: the embedding", points=2),
    Task("diagnose", "Task 20: diagnose a run", points=5),
    Task("better_size", "Task 21: larger or smaller?", points=2),
    Task("best_checkpoint", "Task 22: which checkpoint to keep", points=3),
    Task("output_shape", "Task 23: shapes", points=3),
]


def different_sizes(rng, count, low=2, high=8):
    """So many sizes, no two alike: whatever is transposed or mixed up shows in a shape."""
    return [int(size) for size in rng.choice(np.arange(low, high), count, replace=False)]


def block_of(rng, features, units, blocks=1, scale=0.7):
    """Random weights (kernel, recurrent kernel, bias) for so many gates side by side."""
    shapes = ((features, blocks * units), (units, blocks * units), (blocks * units,))
    return tuple(rng.normal(0, scale, shape) for shape in shapes)


def only_one(arrays, place):
    """The arrays with all of them zero but the one at `place`."""
    return tuple(array if number == place else np.zeros_like(array) for number, array in enumerate(arrays))


def described(batch, features, units, steps=None):
    """The sizes, for a message."""
    return ", ".join(
        f"{word} {size}" for word, size in (("batch", batch), ("steps", steps), ("features", features), ("units", units)) if size
    )


# Task 1


def plain_mistakes(event, output, block):
    """What comes out of a plain cell that is mistaken, by the hint."""
    total = weighed(event, output, block)
    wrong = {
        "this is the sigmoid of the sum: a plain cell has tanh": logistic(total),
        "this is the sum itself: put it through np.tanh": total,
        "this is what relu makes of it: a plain cell has tanh": np.maximum(total, 0),
    }
    return wrong | {hint: np.tanh(found) for hint, found in mistaken_sums(event, output, block).items()}


def expect_plain(student, event, output, block, on):
    hint = "np.tanh(…) of the sum of three: event times kernel, output times recurrent_kernel, bias"
    arguments, right = (event, output, *block), plain_cell(event, output, block)
    found = student.rnn_step(*arguments)
    expect_close(found, right, "the new output", on, hint, plain_mistakes(event, output, block))
    expect_all_digits(student.rnn_step, arguments, found, right, "the new output", on)


@check(task="rnn_step", points=1)
def gives_one_number_a_unit(student, rng):
    """returns one number a sequence and unit: shape (batch, units)"""
    for batch, features, units in ((1, 2, 3), (4, 3, 2)):
        found = student.rnn_step(np.zeros((batch, features)), np.zeros((batch, units)), *block_of(rng, features, units))
        hint = "rows on the left: event @ kernel, (batch, features) times (features, units), is (batch, units)"
        expect_shape(found, (batch, units), "the new output", described(batch, features, units), hint)


@check(task="rnn_step", points=1, after=gives_one_number_a_unit)
def squeezes_the_whole_sum(student, rng):
    """gives tanh of the sum of event, last output and bias, each with its weights"""
    sums = np.zeros(2)
    while sums.min() * sums.max() >= 0:  # of both signs, as relu and no squeezing at all are alike above zero
        event, output, block = rng.normal(size=(1, 2)), rng.normal(size=(1, 2)), block_of(rng, 2, 2)
        sums = event @ block[0] + output @ block[1] + block[2]
    expect_plain(student, event, output, block, "batch 1, 2 features, 2 units, random weights")


# Task 2


@check(task="scale_to_radius", points=1)
def reaches_the_radius(student, rng):
    """gives a multiple of the matrix whose largest eigenvalue has the absolute value asked for"""
    known = {
        "a diagonal of 2 and -4": np.diag([2.0, -4.0]),
        "a quarter turn, times 3": np.array([[0.0, -3.0], [3.0, 0.0]]),
        "[[0, 8], [2, 0]]": np.array([[0.0, 8.0], [2.0, 0.0]]),
    }
    for (on, matrix), true in zip(known.items(), (4.0, 3.0, 4.0), strict=True):
        for radius in (0.5, 1.5):
            values = np.linalg.eigvals(matrix)
            mistakes = {
                "this has the largest singular value scaled; the radius is about eigenvalues": matrix * radius / np.linalg.norm(matrix, 2),
                "this multiplies by the radius without dividing by the one the matrix has": matrix * radius,
                "this divides by the norm of all numbers; the radius is about eigenvalues": matrix * radius / np.linalg.norm(matrix),
                "this divides by the largest number; the radius is about eigenvalues": matrix * radius / np.abs(matrix).max(),
                "the radius stands below the line: multiply by radius, divide by the largest absolute eigenvalue": matrix / true / radius,
            }
            if np.real(values).max() > 0:
                hint = "take the absolute value of the eigenvalues first, then the largest: one of them is negative"
                mistakes[hint] = matrix * radius / np.real(values).max()
            hint = "np.linalg.eigvals(matrix), their absolute values, the largest of these"
            expect_close(
                student.scale_to_radius(matrix, radius), matrix * radius / true, "the matrix", f"{on}, radius {radius}", hint, mistakes
            )


# Task 3


def norms_by_derivatives(sequence, block, last_gradient, between=None):
    """The norms of dL/dh_t: h_t is nudged, and the rest of the sequence run from there."""
    output, outputs = np.zeros_like(last_gradient), []
    for step in range(sequence.shape[1]):
        output = plain_cell(sequence[:, step], output, block)
        outputs += [output]

    def loss_from(start):
        def loss(output):
            for step in range(start + 1, sequence.shape[1]):
                output = plain_cell(sequence[:, step], output, block)
            return np.sum(output * last_gradient)

        return loss

    return np.array([np.linalg.norm(derivatives(loss_from(step), [outputs[step]])[0]) for step in range(sequence.shape[1])])


def mistaken_norms(sequence, block, last_gradient):
    """What gradient_norms gives when something is mistaken, by the hint."""
    steps = sequence.shape[1]
    kernel, recurrent, bias = block
    outputs, output = [], np.zeros_like(last_gradient)
    for step in range(steps):
        output = plain_cell(sequence[:, step], output, block)
        outputs += [output]

    def back(slope=lambda h: 1 - h**2, weights=recurrent.T, first=last_gradient, outputs=outputs):
        found, gradient = [], first
        for step in reversed(range(steps)):
            found.append(np.linalg.norm(gradient))
            gradient = np.dot(gradient * slope(outputs[step]), weights)
        return np.array(found[::-1])

    right = norms_by_derivatives(sequence, block, last_gradient)
    return {
        "the slope of tanh is missing: multiply by 1 - output**2 at every step": back(slope=np.ones_like),
        "the slope of tanh is 1 - output**2; this has 1 - output": back(slope=lambda h: 1 - h),
        "the slope of tanh(z) is 1 - tanh(z)**2, and output is tanh(z) already: no second tanh": back(slope=lambda h: 1 - np.tanh(h) ** 2),
        "going back multiplies by the transposed recurrent_kernel": back(weights=recurrent),
        "the order is turned round: the norm at the first step comes first": right[::-1],
        "the slope is that of the step's own output, h_t: this takes the one before": back(outputs=[np.zeros_like(output), *outputs]),
        "one norm a step over the whole batch, not the mean over its rows": right / np.sqrt(len(last_gradient)),
    }


def expect_norms(student, sequence, block, last_gradient, on):
    arguments = (sequence, *block, last_gradient)
    found = student.gradient_norms(*arguments)
    right = norms_by_derivatives(sequence, block, last_gradient)
    hint = "from the last step back: note the norm, multiply by the slope 1 - output**2 of that step, then by recurrent_kernel transposed"
    expect_shape(found, (sequence.shape[1],), "the norms", on, "one norm a step")
    expect_close(found, right, "the norms", on, hint, mistaken_norms(sequence, block, last_gradient), rtol=1e-3, atol=0)
    expect_all_digits(student.gradient_norms, arguments, found, right, "the norms", on, rtol=1e-6, atol=0)


@check(task="gradient_norms", points=1)
def ends_with_the_last_gradient(student, rng):
    """gives one norm a step, in the order of time: the last is that of last_gradient"""
    block, gradient = block_of(rng, 2, 2), np.array([[3.0, 4.0]])
    for steps in (1, 4):
        found = student.gradient_norms(rng.normal(size=(1, steps, 2)), *block, gradient)
        on = f"a last_gradient of [[3, 4]], {steps} steps"
        expect_shape(found, (steps,), "the norms", on, "one norm a step")
        hint = "the gradient at the last step is last_gradient; the norms are in the order of time"
        expect_close(np.asarray(found)[-1], 5, "the last norm", on, hint, {"these are squared norms: take the root": 25})


@check(task="gradient_norms", points=2, after=ends_with_the_last_gradient)
def multiplies_by_slope_and_weights(student, rng):
    """multiplies, at every step back, by the slope of tanh and by the transposed recurrent weights"""
    for batch, steps in ((1, 2), (2, 5)):
        sequence, gradient = rng.normal(size=(batch, steps, 3)), rng.normal(size=(batch, 2))
        expect_norms(student, sequence, block_of(rng, 3, 2, scale=0.4), gradient, described(batch, 3, 2, steps))


# Task 4


def drawn_lines(student, norms, on):
    """The Axes, and the lines in them by their label."""
    axes = student.plot_gradient_norms(norms)
    expect(
        getattr(axes, "kind", "") == "axes",
        f"plot_gradient_norms returns {axes!r}",
        "return the Axes, such as plt.gca() or what plt.subplots() gives",
    )
    lines = {line["label"]: line for line in axes.lines()}
    hint = "axes.plot(x, y, label=name) for every entry of the dict"
    expect_equal(sorted(name for name in lines if name in norms), sorted(norms), "the list of labelled lines", on, hint)
    return axes, lines


def expect_drawn(student, norms, on):
    axes, lines = drawn_lines(student, norms, on)
    for name in norms:
        values = np.asarray(norms[name])
        backwards = values[::-1]
        found = lines[name]
        order = np.argsort(found["x"], kind="stable")
        mistakes = {"across are the steps from 0 on: 0 is the end": np.arange(1, len(values) + 1)}
        hint = "x is how many steps back: 0, 1, 2, …"
        expect_close(np.asarray(found["x"])[order], np.arange(len(values)), "x", f"{on}, line {name!r}", hint, mistakes)
        mistakes = {
            "the line runs in the order of time: at 0 stands the last norm": backwards[::-1],
            "these are logarithms already: draw the norms and set the scale to log": np.log10(backwards),
            "these are natural logarithms: draw the norms and set the scale to log": np.log(backwards),
        }
        expect_close(np.asarray(found["y"])[order], backwards, "y", f"{on}, line {name!r}", "y is the norm itself", mistakes, atol=0)
    return axes


@check(task="plot_gradient_norms", points=1)
def draws_a_line_an_entry(student, rng):
    """returns Axes with one labelled line an entry, from the last step back to the first"""
    expect_drawn(student, {"weak": np.array([0.25, 0.5, 1.0]), "strong": np.array([16.0, 4.0, 1.0])}, "two entries of three norms")


@check(task="plot_gradient_norms", points=1, after=draws_a_line_an_entry)
def draws_on_a_logarithmic_axis(student, rng):
    """has a logarithmic axis upwards, a linear one across, both labelled, and a legend"""
    axes = student.plot_gradient_norms({"weak": np.array([0.25, 0.5, 1.0]), "strong": np.array([16.0, 4.0, 1.0])})
    expect_equal(axes.scales(), {"x": "linear", "y": "log"}, "the list of scales", hint='axes.set_yscale("log"), and x as it is')
    labels = axes.labels()
    for axis, words in (("x", ("step", "back", "time")), ("y", ("norm", "gradient", "length"))):
        expect(
            any(word in labels[axis].lower() for word in words),
            f"the {axis} axis is labelled {labels[axis]!r}",
            "say what goes across (steps back) and up (the norm of the gradient)",
        )
    expect_equal(sorted(axes.legend()), ["strong", "weak"], "the list of names in the legend", hint="axes.legend() shows the lines' labels")
