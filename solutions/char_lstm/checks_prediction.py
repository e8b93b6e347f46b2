"""The character LSTM: public checks of the tasks on perplexity and on sampling."""

import numpy as np
from course_checks import one_number

from autograder.checks.expectations import expect, expect_close, expect_shape
from autograder.checks.specification import check
from autograder.checks.student import keep

# Task 3


def right_logprob(predictions, labels, floor=1e-10):
    given = (np.asarray(predictions, dtype=np.float64) * labels).sum(axis=1)
    return float(-np.log(np.maximum(given, floor)).mean())


def expect_logprob(student, predictions, labels, on):
    predictions, labels = (np.asarray(array) for array in (predictions, labels))
    right = right_logprob(predictions, labels)
    safe = np.maximum(np.asarray(predictions, dtype=np.float64), 1e-10)
    mistakes = {
        "the sign is wrong: a probability below 1 has a negative logarithm, and the loss is its opposite": -right,
        "this is the sum over the rows; divide by how many there are": right * len(labels),
        "this averages over all entries of the array; the mean is over the rows": right / labels.shape[1],
        "this is in bits: use the natural logarithm": right / np.log(2),
        "this is the logarithm to base 10: use the natural logarithm": right / np.log(10),
        "this adds 1e-10 to every probability; only those below 1e-10 are to be lifted to it": right_logprob(safe + 1e-10, labels),
        "without a floor a probability of 0 gives infinity: below 1e-10 counts as 1e-10": np.inf,
        "the floor is 1e-10, another one was used here (1e-7)": right_logprob(predictions, labels, 1e-7),
        "the floor is 1e-10, another one was used here (1e-12)": right_logprob(predictions, labels, 1e-12),
        "predictions and labels are swapped: the logarithm is of the predictions": lambda: float(
            -(predictions * np.log(np.maximum(labels, 1e-10))).sum(axis=1).mean()
        ),
        "this is the entropy of the predictions, whatever came; only the label's probability counts": float(
            -(safe * np.log(safe)).sum(axis=1).mean()
        ),
        "the mean is of the probabilities, and the logarithm comes after: take logarithms first": float(
            -np.log(max((predictions * labels).sum(axis=1).mean(), 1e-10))
        ),
    }
    found = one_number(student.logprob(predictions, labels), "logprob", on)
    expect_close(found, right, "logprob", on, "mean over rows of -ln(probability of the label)", mistakes)


def expect_perplexity(student, predictions, labels, on):
    loss = right_logprob(predictions, labels)
    given = np.maximum((np.asarray(predictions, dtype=np.float64) * labels).sum(axis=1), 1e-10)
    mistakes = {
        "this is the loss itself: perplexity is e to the power of it": loss,
        "this is 2 to the power of the loss; with natural logarithms the base is e": 2**loss,
        "the sign of the exponent is wrong: perplexity is at least 1": np.exp(-loss),
        "this is the mean of the rows' own perplexities: average the logarithms first, then take e to the power": float((1 / given).mean()),
    }
    found = one_number(student.perplexity(predictions, labels), "perplexity", on)
    expect_close(found, np.exp(loss), "perplexity", on, "e to the power of logprob(predictions, labels)", mistakes)


THREE = np.array([[0.5, 0.25, 0.25, 0.0], [0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1]])
THREE_LABELS = np.eye(4)[[1, 3, 2]]


@check(task="perplexity", points=1)
def averages_the_log_probabilities(student, rng):
    """gives the mean over the rows of minus the natural logarithm of the label's probability"""
    expect_logprob(student, [[0.25, 0.75]], [[1.0, 0.0]], "the prediction (0.25, 0.75), of which the first came")
    expect_logprob(student, THREE, THREE_LABELS, "three predictions of four characters; the labels had 0.25, 0.4 and 0.1")


@check(task="perplexity", points=1, after=averages_the_log_probabilities)
def floors_what_is_impossible(student, rng):
    """counts probabilities below 1e-10 as 1e-10"""
    for small in (0.0, 1e-12, 3e-10):
        predictions = [[small, 1 - small], [0.5, 0.5]]
        expect_logprob(student, predictions, [[1.0, 0.0], [1.0, 0.0]], f"predictions of {small:g} and 0.5 for what came")


@check(task="perplexity", points=1, after=averages_the_log_probabilities)
def is_e_to_the_power_of_the_mean(student, rng):
    """has as perplexity e to the power of logprob"""
    expect_perplexity(student, THREE, THREE_LABELS, "three predictions of four characters; the labels had 0.25, 0.4 and 0.1")


def expect_untouched(student, function, *arrays):
    """Fails if a call changes one of the arrays that it is handed."""
    kept = [keep(student, array) for array in arrays]
    getattr(student, function)(*kept)
    for array, held in zip(arrays, kept, strict=True):
        hint = "the array that you are handed belongs to the caller: np.maximum(…) and the like make a new one"
        expect_close(held.read(), array, f"an array that {function} was handed, after the call", hint=hint, rtol=0, atol=0)


# Task 4


def right_temperature(probabilities, temperature):
    given = np.asarray(probabilities, dtype=np.float64)
    if not temperature:
        return np.eye(given.shape[1])[given.argmax(axis=1)]
    raised = (given / given.max(axis=1, keepdims=True)) ** (1 / temperature)
    return raised / raised.sum(axis=1, keepdims=True)


def expect_temperature(student, probabilities, temperature, on):
    probabilities = np.asarray(probabilities)
    right = right_temperature(probabilities, temperature)
    safe = np.maximum(probabilities, 1e-300)

    def powers(exponent):
        return safe**exponent

    def over(values, axis):
        return values / np.maximum(values.sum(axis=axis, keepdims=True), 1e-300)

    mistakes = {}
    if temperature > 0 and temperature != 1:
        inverse = 1 / temperature
        mistakes = {
            "the temperature is ignored": probabilities,
            "the exponent is 1 / temperature, not the temperature": over(powers(temperature), 1),
            "each row must add up to 1 again: divide by its sum": powers(inverse),
            "the sum is over each row's characters, not over the rows: axis=1": over(powers(inverse), 0),
            "the sum is over the whole array; each row must add up to 1 by itself": over(powers(inverse), None),
            "the probabilities are divided by the temperature, which does nothing: take the power": over(safe / temperature, 1),
            "this is softmax of p / T: the logarithm of p is missing": over(np.exp(np.minimum(probabilities / temperature, 700)), 1),
        }
    found = np.asarray(student.with_temperature(probabilities, temperature))
    hint = "raise each row to the power of 1 / temperature and divide it by its sum"
    if found.dtype.kind == "f" and not np.all(np.isfinite(found)):
        hint = "nan or infinity: divide each row by its largest probability before the power; temperature 0 is a case of its own"
    expect_close(found, right, "with_temperature", on, hint, mistakes, rtol=1e-4)


TWO = np.array([[0.5, 0.3, 0.2, 0.0], [0.1, 0.2, 0.3, 0.4]])


@check(task="sampling", points=1)
def sharpens_and_flattens(student, rng):
    """raises each row to the power of 1 / temperature and divides it by its sum"""
    expect_temperature(student, np.array([[0.8, 0.2]]), 0.5, "(0.8, 0.2) at temperature 0.5")
    for temperature in (0.5, 2.0, 1.0):
        expect_temperature(student, TWO, temperature, f"two rows at temperature {temperature:g}")
    expect_close(student.with_temperature(TWO), TWO, "with_temperature without a temperature", hint="temperature=1.0 is the default")


@check(task="sampling", points=1, after=sharpens_and_flattens)
def bears_any_temperature(student, rng):
    """bears every temperature: at 0 only the likeliest is left, and nothing overflows on the way there"""
    for temperature in (0, 0.0001, 1e6):
        expect_temperature(student, TWO, temperature, f"two rows at temperature {temperature:g}")
    expect_temperature(student, np.array([[0.2, 0.4, 0.4]]), 0, "(0.2, 0.4, 0.4) at temperature 0")


def expect_draws(student, row, temperature, on, count=20_000, spelled=True):
    """Fails unless draws from a row follow its probabilities: χ², far beyond what chance does."""
    arguments = (np.tile(row, (count, 1)), temperature) if spelled else (np.tile(row, (count, 1)),)
    found = np.asarray(student.sample_distribution(*arguments))
    hint = "one number a row, (batch,), from 0 to vocabulary - 1, drawn for each row anew"
    expect_shape(found, (count,), "sample_distribution", on, hint)
    expect(found.dtype.kind in "iu", f"the numbers are of type {found.dtype}", "draw whole numbers", on)
    expect(np.all((found >= 0) & (found < len(row))), "a number is none of the row's characters", hint, on)
    shares = right_temperature(row[np.newaxis], temperature)[0]
    counts = np.bincount(found, minlength=len(row))
    expect(np.all(counts[shares == 0] == 0), "a character of probability 0 was drawn", "what has probability 0 never comes", on)

    def distance(shares):
        possible = shares > 0
        wanted = count * shares[possible]
        return float(((counts[possible] - wanted) ** 2 / wanted).sum()) / (40 + 3 * possible.sum())  # chance alone: below 1

    known = {
        "this always takes the likeliest: draw at random": right_temperature(row[np.newaxis], 0)[0],
        "the temperature is ignored in drawing": row,
        "all characters are drawn equally often: weigh them by their probabilities": np.full(len(row), 1 / len(row)),
    }
    if distance(shares) > 1:
        near = {advice: wrong for advice, wrong in known.items() if counts[wrong == 0].sum() == 0 and distance(wrong) < 1}
        hint = next(iter(near), "draw character i with probability with_temperature(probabilities, temperature)[:, i]")
        expect_close(counts / count, shares, f"the shares among {count:,} draws", on, hint, atol=1e-9)


@check(task="sampling", points=1, after=sharpens_and_flattens)
def draws_by_the_probabilities(student, rng):
    """draws one number a row, at random, each as often as its probability says"""
    row = np.array([0.5, 0.3, 0.0, 0.2])
    expect_draws(student, row, 1, "20,000 times the row (0.5, 0.3, 0, 0.2)", spelled=False)
    expect_draws(student, row, 0.5, "20,000 times the row (0.5, 0.3, 0, 0.2), temperature 0.5")
    found = np.asarray(student.sample_distribution(np.eye(5)[[3, 0, 4]], 1.0))
    expect_close(found, [3, 0, 4], "the draws from rows that leave no choice", hint="row b's number is drawn from row b")
    first, second = (np.asarray(student.sample_distribution(np.tile(row, (50, 1)), 1.0)).tolist() for _ in range(2))
    expect(first != second, "two calls give the same fifty numbers", "draw anew in every call: set no seed inside the function")
