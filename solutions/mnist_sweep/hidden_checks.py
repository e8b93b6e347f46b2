"""The MNIST sweep: the checks that run only when graded, on fresh random inputs; here those of Tasks 1 to 3."""

import numpy as np
from course_checks import counts_small_networks, loaded, returns_an_integer, returns_images_and_labels, scales_the_pixels
from course_checks_model import (
    answers_from_the_last_row_with_softmax,
    evaluated,
    expect_oracle,
    gives_ten_numbers_an_image,
    is_compiled_with_cross_entropy,
    random_network,
    reports_accuracy,
    trains_with_adam_at_the_given_rate,
)

from autograder.checks.expectations import advising, expect, expect_close, expect_equal
from autograder.checks.specification import check

# Task 1


@check(task="load_rows", points=2, after=scales_the_pixels)
def keeps_every_pixel_in_its_place(student, rng):
    """keeps every image as it is, upright, in the loader's order"""
    from datasets import mnist

    for (images, _), (originals, _) in zip(loaded(student), mnist.load_data(), strict=True):
        hint = "all images, the training images first: nothing is left out, shuffled or swapped"
        expect_equal(len(images), len(originals), "the number of images", hint=hint)
        places = rng.choice(len(originals), 50, replace=False)
        expected = originals[places].astype(np.float64) / 255
        mistakes = {"rows and columns are swapped: the digits lie on their side": np.swapaxes(expected, 1, 2)}
        expect_close(images[places], expected, "the pixels", hint=hint, mistakes=mistakes, atol=1e-5)


@check(task="load_rows", points=1, after=returns_images_and_labels)
def keeps_every_label(student, rng):
    """keeps every label beside its image"""
    from datasets import mnist

    for (_, labels), (_, originals) in zip(loaded(student), mnist.load_data(), strict=True):
        expect_equal(labels, originals, "the list of labels", hint="return the labels as the loader gives them, in its order")


# Task 2


@check(task="build_model", points=2, after=gives_ten_numbers_an_image)
def shares_nothing_between_models(student, rng):
    """makes a new model at every call, which shares no weights with earlier ones"""
    images = rng.random((2, 28, 28), dtype=np.float32)
    first, second = student.build_model(3, 0.01), student.build_model(3, 0.01)
    before, _ = first.predict(images), second.predict(images)
    second.set_weights([np.zeros(np.shape(weight), np.float32) for weight in second.get_weights()])
    hint = "make the layers and the model inside the function: a model kept outside goes on with the weights of the last cell"
    expect_close(first.predict(images), before, "the first model's answer after the second one's weights were changed", hint=hint)


@check(task="build_model", points=2, after=(answers_from_the_last_row_with_softmax, trains_with_adam_at_the_given_rate))
def follows_any_units_and_rate(student, rng):
    """does so for any number of units and any learning rate"""
    units, rate = int(rng.choice([5, 7, 9, 11, 13])), float(10 ** rng.uniform(-5, 0))
    model, oracle = random_network(student, rng, units, rate)
    expect_oracle(model, oracle, rng.random((7, 28, 28), dtype=np.float32), "random images")
    hint = "hand learning_rate on to the optimizer, and units to the LSTM, as they are given"
    expect_close(model.optimizer()["learning_rate"], rate, "the learning rate", hint=hint)


@check(task="build_model", points=2, after=(is_compiled_with_cross_entropy, reports_accuracy))
def measures_any_batch(student, rng):
    """measures the loss and the accuracy of any images"""
    found, loss, accuracy, mistakes = evaluated(student, rng, units=int(rng.integers(2, 9)), count=24)
    mistakes["the losses' sum is divided by 10, as if there were always ten images: average over the images"] = 2.4 * loss
    hint = "sparse categorical cross-entropy, averaged over the images, and accuracy"
    expect_close(found.get("loss"), loss, "the loss", hint=hint, mistakes=mistakes, rtol=1e-3)
    good = any(abs(value - accuracy) < 1e-4 for name, value in found.items() if name != "loss")
    expect(good, "no metric is the accuracy", hint)


# Task 3


@check(task="count_parameters", points=3, after=(counts_small_networks, returns_an_integer))
def counts_networks_too_large_to_build(student, rng):
    """counts networks that are too large to build, exactly"""
    for units in (int(rng.integers(17, 4096)), 2 * int(rng.integers(10**8, 5 * 10**8))):
        with advising("count by the formula, in Python's whole numbers, and build no model"):
            weights = 28 * 4 * units + units * 4 * units + units * 10
            expect_equal(student.count_parameters(units), weights + 4 * units + 10, "the count")
