"""Hidden checks of the small LSTM."""

import numpy as np
from course_checks import has_an_lstm_and_a_dense_layer, scales_to_the_norm, weighs_the_losses

from autograder.checks.expectations import expect_close, expect_shape
from autograder.checks.specification import check


@check(task="perplexity", points=2, after=weighs_the_losses)
def weighs_any_losses(student, rng):
    """does so for any losses"""
    losses, counts = rng.uniform(1, 4, 5), rng.integers(1, 9, 5)
    expect_close(
        student.perplexity(losses, counts), np.exp(np.average(losses, weights=counts)), "the perplexity", hint="weigh by the counts"
    )


@check(task="clip_by_global_norm", points=2, after=scales_to_the_norm)
def leaves_small_gradients(student, rng):
    """leaves small gradients as they are"""
    gradients = [rng.normal(size=3), rng.normal(size=(2, 2))]
    for found, gradient in zip(student.clip_by_global_norm(gradients, 1e3), gradients, strict=True):
        expect_close(found, gradient, "a gradient below the limit", hint="scale by at most 1")


@check(task="build_model", points=2, after=has_an_lstm_and_a_dense_layer)
def predicts_two_numbers(student, rng):
    """gives two numbers a sequence"""
    found = student.build_model(6).predict(rng.normal(size=(7, 5, 3)).astype("float32"))
    expect_shape(found, (7, 2), "what the model predicts", hint="the last output only")
