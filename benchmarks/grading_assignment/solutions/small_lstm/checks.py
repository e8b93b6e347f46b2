"""Public checks of the small LSTM."""

import numpy as np

from autograder.checks.expectations import expect, expect_close, expect_equal
from autograder.checks.specification import Task, check

TASKS = [
    Task("perplexity", "Task 1: perplexity", points=4),
    Task("clip_by_global_norm", "Task 2: clipping", points=4),
    Task("build_model", "Task 3: the model", points=4),
]


@check(task="perplexity", points=2)
def weighs_the_losses(student, rng):
    """is the exponential of the weighted mean"""
    expect_close(student.perplexity([1.0, 3.0], [3, 1]), np.exp(1.5), "perplexity([1, 3], [3, 1])", hint="weigh by the counts")


@check(task="clip_by_global_norm", points=2)
def scales_to_the_norm(student, rng):
    """scales all gradients by one factor"""
    found = student.clip_by_global_norm([np.array([3.0]), np.array([[4.0]])], 1.0)
    expect_close(found[0], [0.6], "the first gradient", hint="divide by the norm of all of them")
    expect_close(found[1], [[0.8]], "the second gradient", hint="divide by the norm of all of them")


@check(task="build_model", points=2)
def has_an_lstm_and_a_dense_layer(student, rng):
    """has the weights of one LSTM and one Dense layer"""
    model = student.build_model(4)
    expect(getattr(model, "kind", "") == "model", "build_model returns no Keras model", "return the model")
    shapes = sorted(np.shape(weight) for weight in model.get_weights())
    expect_equal(shapes, sorted([(3, 16), (4, 16), (16,), (4, 2), (2,)]), "the weights' shapes", hint="LSTM(units), then Dense(2)")
