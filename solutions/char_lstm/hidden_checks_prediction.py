"""The character LSTM: hidden checks of the tasks on perplexity and on sampling."""

import numpy as np
from course_checks_prediction import (
    averages_the_log_probabilities,
    bears_any_temperature,
    draws_by_the_probabilities,
    expect_draws,
    expect_logprob,
    expect_perplexity,
    expect_temperature,
    expect_untouched,
    floors_what_is_impossible,
    is_e_to_the_power_of_the_mean,
    sharpens_and_flattens,
)

from autograder.checks.specification import check

# Task 3


def random_predictions(rng, rows, vocabulary):
    predictions = rng.dirichlet(np.full(vocabulary, 0.7), rows)
    return predictions, np.eye(vocabulary)[rng.integers(0, vocabulary, rows)]


@check(task="perplexity", points=1, after=(averages_the_log_probabilities, floors_what_is_impossible))
def leaves_the_predictions_alone(student, rng):
    """leaves the arrays that it is handed as they are"""
    predictions, labels = random_predictions(rng, 5, 4)
    predictions[labels == 1] = [0, 1e-12, 0.3, 0.4, 0]
    for function in ("logprob", "perplexity"):
        expect_untouched(student, function, predictions, labels)


@check(task="perplexity", points=1, after=(averages_the_log_probabilities, floors_what_is_impossible, is_e_to_the_power_of_the_mean))
def measures_any_predictions(student, rng):
    """measures any predictions in single and double precision"""
    for kind in ("float64", "float32"):
        vocabulary, rows = rng.choice(np.arange(2, 12), 2, replace=False).tolist()
        predictions, labels = random_predictions(rng, rows, vocabulary)
        predictions[0][labels[0] == 1] = rng.choice([0.0, 1e-11])
        predictions, labels = predictions.astype(kind), labels.astype(kind)
        expect_logprob(student, predictions, labels, "random predictions, one of them 0 or nearly so for what came")
        expect_perplexity(student, predictions, labels, "random predictions, one of them 0 or nearly so for what came")


@check(task="perplexity", points=1, after=is_e_to_the_power_of_the_mean)
def knows_the_two_ends(student, rng):
    """is the number of characters when nothing is known, and 1 when everything is"""
    vocabulary, rows = rng.choice(np.arange(2, 40), 2, replace=False).tolist()
    labels = np.eye(vocabulary)[rng.integers(0, vocabulary, rows)]
    expect_perplexity(student, np.full((rows, vocabulary), 1 / vocabulary), labels, "equal probabilities")
    expect_perplexity(student, labels, labels, "predictions that are the labels")


# Task 4


@check(task="sampling", points=1, after=(sharpens_and_flattens, bears_any_temperature))
def changes_any_distribution(student, rng):
    """sharpens and flattens any distributions, those with impossible characters too"""
    for temperature in (float(rng.uniform(0.2, 0.9)), float(rng.uniform(1.1, 5)), float(10 ** rng.uniform(-4, -2)), 0):
        rows, vocabulary = rng.choice(np.arange(2, 9), 2, replace=False).tolist()
        probabilities = rng.dirichlet(np.full(vocabulary, 2.0), rows)
        probabilities[0, rng.integers(0, vocabulary)] = 0
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        kept = probabilities.copy()
        expect_temperature(student, probabilities, temperature, "random distributions")
        expect_untouched(student, "with_temperature", kept)


@check(task="sampling", points=2, after=draws_by_the_probabilities)
def draws_from_any_distribution(student, rng):
    """draws from any distribution at any temperature, 20,000 times, as often as it says"""
    vocabulary = int(rng.integers(3, 28))
    row = rng.dirichlet(np.full(vocabulary, 1.0))
    row[rng.choice(vocabulary, vocabulary // 3, replace=False)] = 0
    for temperature in (1, float(rng.uniform(0.3, 0.7)), float(rng.uniform(2, 4))):
        expect_draws(student, row / row.sum(), temperature, "a random distribution with impossible characters")
