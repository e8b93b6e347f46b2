"""The MNIST sweep, Task 2: the network against an oracle in NumPy."""

import numpy as np

from autograder.checks.expectations import advising, expect, expect_close, expect_equal, expect_shape
from autograder.checks.specification import check


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def sigmoid(values):
    return np.exp(-np.logaddexp(0, -values))  # the same without an overflow, of which numpy would warn


class Oracle:
    """The network in NumPy, in double precision, with the student's own weights.

    Args:
        weights: five arrays in any order; told apart by their shapes.
        units: the LSTM's units, neither 10 nor 28.
    """

    def __init__(self, weights, units):
        shapes = [(28, 4 * units), (units, 4 * units), (4 * units,), (units, 10), (10,)]
        by_shape = {np.shape(weight): np.asarray(weight, dtype=np.float64) for weight in weights}
        self.parts = [by_shape[shape] for shape in shapes]

    def logits(self, images, activation=np.tanh, pick=lambda states: states[-1]):  # images: (batch, 28, 28)
        kernel, recurrent, bias, dense_kernel, dense_bias = self.parts
        output = memory = np.zeros((len(images), len(recurrent)))
        states = []
        for row in np.moveaxis(np.asarray(images, dtype=np.float64), 1, 0):  # (batch, 28), from the top row down
            gates = np.split(row @ kernel + output @ recurrent + bias, 4, axis=-1)
            memory = sigmoid(gates[1]) * memory + sigmoid(gates[0]) * activation(gates[2])
            output = sigmoid(gates[3]) * activation(memory)
            states.append(output)
        return pick(np.array(states)) @ dense_kernel + dense_bias  # (batch, 10)


def random_network(student, rng, units, learning_rate=0.01):
    """The student's model with fresh random weights, and the oracle that holds the same."""
    model = student.build_model(units, learning_rate)
    expect(getattr(model, "kind", "") == "model", "build_model does not return a Keras model", "end the function with: return model")
    model.predict(np.zeros((1, 28, 28), np.float32))  # a subclassed model has no weights before its first call
    weights = [rng.normal(0, 0.3 if 28 in np.shape(weight) else 0.8, np.shape(weight)).astype(np.float32) for weight in model.get_weights()]
    model.set_weights(weights)
    return model, Oracle(weights, units)


def expect_oracle(model, oracle, images, on):
    """Fails unless the model answers as the oracle does, in probabilities or in logits."""
    answer = np.asarray(model.predict(images), dtype=np.float64)
    logits = oracle.logits(images)
    as_logits = np.max(np.abs(answer.sum(axis=-1) - 1)) > 1e-3
    mistakes = {
        "this is a sigmoid of each output by itself; ten answers that exclude each other need softmax": sigmoid(logits),
        "the LSTM has another activation than Keras's default, tanh": lambda: softmax(oracle.logits(images, lambda x: np.maximum(x, 0))),
        "the network reads columns instead of rows": lambda: softmax(oracle.logits(np.swapaxes(images, 1, 2))),
        "the network reads the image from the bottom up: leave go_backwards off": lambda: softmax(oracle.logits(images[:, ::-1])),
        "this averages the outputs of all rows; use the last one only": lambda: softmax(
            oracle.logits(images, pick=lambda states: states.mean(axis=0))
        ),
        "there is a second activation on the output: softmax twice": softmax(softmax(logits)),
    }
    hint = "one LSTM reads the 28 rows; its last output goes into Dense(10) with softmax, and nothing else stands between"
    if as_logits and np.allclose(softmax(answer), softmax(logits), atol=1e-4):
        return
    expect_close(answer, softmax(logits), "the model's answer", on=on, hint=hint, mistakes=mistakes, rtol=1e-3, atol=1e-4)


@check(task="build_model", points=1)
def gives_ten_numbers_an_image(student, rng):
    """returns a Keras model that takes images (batch, 28, 28) and gives (batch, 10)"""
    model = student.build_model(6, 0.01)
    expect(getattr(model, "kind", "") == "model", "build_model does not return a Keras model", "end the function with: return model")
    for batch in (1, 3):
        outputs = model.predict(rng.random((batch, 28, 28), dtype=np.float32))
        hint = "ten numbers an image: only the LSTM's last output (return_sequences left off) goes into Dense(10)"
        expect_shape(outputs, (batch, 10), "the model's output", on=f"images of shape ({batch}, 28, 28)", hint=hint)


@check(task="build_model", points=1, after=gives_ten_numbers_an_image)
def has_one_lstm_and_one_dense_layer(student, rng):
    """has the weights of one LSTM with that many units, and of one Dense(10) on its last output"""
    for units in (1, 6):
        model = student.build_model(units, 0.01)
        model.predict(np.zeros((1, 28, 28), np.float32))
        shapes = sorted(np.shape(weight) for weight in model.get_weights())
        head = [(units, 10), (10,)]
        mistakes = {
            "this is what comes out when Dense sees the outputs of all 28 rows: leave return_sequences off": sorted(
                [(28, 4 * units), (units, 4 * units), (4 * units,), (28 * units, 10), (10,)]
            ),
            "this is a GRU, which has three blocks of weights; an LSTM has four": sorted(
                [(28, 3 * units), (units, 3 * units), (2, 3 * units), *head]
            ),
            "this is a SimpleRNN, which has no gates": sorted([(28, units), (units, units), (units,), *head]),
            "this reads one pixel a step: 784 steps instead of 28 rows": sorted([(1, 4 * units), (units, 4 * units), (4 * units,), *head]),
            "this reads the image in one step, without time": sorted([(784, 4 * units), (units, 4 * units), (4 * units,), *head]),
        }
        expected = sorted([(28, 4 * units), (units, 4 * units), (4 * units,), *head])
        hint = "LSTM(units), then Dense(10): no other layer with weights"
        expect_equal(shapes, expected, "the list of the weights' shapes", f"build_model({units}, 0.01)", hint, mistakes)


@check(task="build_model", points=1, after=has_one_lstm_and_one_dense_layer)
def answers_from_the_last_row_with_softmax(student, rng):
    """computes what an LSTM and a softmax layer with its weights compute, row after row"""
    model, oracle = random_network(student, rng, units=2)
    expect_oracle(model, oracle, rng.random((2, 28, 28), dtype=np.float32), "two random images, 2 units, random weights")


@check(task="build_model", points=1, after=gives_ten_numbers_an_image)
def trains_with_adam_at_the_given_rate(student, rng):
    """is compiled with Adam at the learning rate that it is given"""
    for rate in (0.5, 0.0003):
        on = f"build_model(2, {rate})"
        found = student.build_model(2, rate).optimizer()
        expect_equal(found["class"], "Adam", "the optimizer", on, "compile the model with keras.optimizers.Adam")
        hint = "hand learning_rate on: keras.optimizers.Adam(learning_rate)"
        expect_close(found["learning_rate"], rate, "the optimizer's learning rate", on, hint)


def evaluated(student, rng, units, count):
    """What Keras's evaluate says of random images and labels, the right answers to that, and how the loss goes wrong."""
    model, oracle = random_network(student, rng, units)
    images = rng.random((count, 28, 28), dtype=np.float32)
    logits = oracle.logits(images)
    labels = np.where(rng.random(count) < 0.4, logits.argmax(axis=-1), rng.integers(0, 10, count))
    with advising("labels are integers 0 to 9: sparse categorical cross-entropy takes them as they are"):
        found = model.evaluate(images, labels)

    def loss_of(probabilities):
        return float(-np.log(probabilities[np.arange(count), labels]).mean())

    clipped = np.clip(logits, 1e-7, 1 - 1e-7)
    mistakes = {
        "the model ends in softmax, but the loss is told from_logits=True and takes softmax once more": loss_of(softmax(softmax(logits))),
        "the model gives logits, but the loss takes them for probabilities: say from_logits=True or add softmax": loss_of(
            clipped / clipped.sum(axis=-1, keepdims=True)
        ),
    }
    return found, loss_of(softmax(logits)), float((logits.argmax(axis=-1) == labels).mean()), mistakes


@check(task="build_model", points=1, after=answers_from_the_last_row_with_softmax)
def is_compiled_with_cross_entropy(student, rng):
    """has the cross-entropy of the right digits as its loss"""
    found, loss, _, mistakes = evaluated(student, rng, units=3, count=10)
    hint = "sparse categorical cross-entropy, with probabilities from softmax (or logits and from_logits=True)"
    expect_close(found.get("loss"), loss, "the loss of evaluate()", "10 random images", hint, mistakes, rtol=1e-3)


@check(task="build_model", points=1, after=is_compiled_with_cross_entropy)
def reports_accuracy(student, rng):
    """reports accuracy beside the loss"""
    found, _, accuracy, _ = evaluated(student, rng, units=3, count=10)
    values = [value for name, value in found.items() if name != "loss"]
    good = any(abs(value - accuracy) < 1e-4 for value in values)
    expect(good, f"evaluate() gives {found}, and no accuracy of {accuracy:.2f}", 'compile with metrics=["accuracy"]', "10 random images")
