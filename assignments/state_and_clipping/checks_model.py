"""State and clipping: the model in NumPy, and public checks of task 16, which builds it."""

import numpy as np
from course_checks import lstm, pair

from autograder.checks.expectations import advising, expect, expect_close, expect_equal, expect_shape
from autograder.checks.specification import check

SMALL = {"embedding_size": 3, "units": 4, "layers": 2, "dropout": 0.0}


def log_softmax(logits):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


class Oracle:
    """The language model in double precision, with the student's own weights.

    Args:
        weights: the model's arrays in Keras's order; those of one shape are told apart by their order.
        vocabulary, embedding_size, units, layers: its sizes; vocabulary, embedding_size and units all different.
    """

    def __init__(self, weights, vocabulary, embedding_size, units, layers):
        left = [np.asarray(weight, dtype=np.float64) for weight in weights]

        def take(*shape):
            place = next((place for place, weight in enumerate(left) if weight.shape == shape), None)
            expect(place is not None, f"the model has no (further) weight of shape {shape}", "one Embedding, LSTM layers, one Dense")
            return left.pop(place)

        self.embedding = take(vocabulary, embedding_size)
        self.layers = []
        for layer in range(layers):
            kernel = take(embedding_size if layer == 0 else units, 4 * units)
            self.layers.append((kernel, take(units, 4 * units), take(4 * units)))
        self.dense = take(units, vocabulary), take(vocabulary)

    def run(self, tokens, states, carried=True, swapped=False):  # tokens: (batch, steps), states: (batch, layers, 2, units)
        """Log-probabilities (batch, steps, vocabulary) and new states; the last arguments make known mistakes."""
        signal, new_states = self.embedding[tokens], []
        for layer, weights in enumerate(self.layers):
            start = np.moveaxis(np.asarray(states, dtype=np.float64)[:, layer], 1, 0)  # (2, batch, units)
            start = start[::-1] if swapped else start if carried else np.zeros_like(start)
            signal, state = lstm(signal, *weights, state=start)
            new_states.append(np.moveaxis(state, 0, 1))
        kernel, bias = self.dense
        return log_softmax(signal @ kernel + bias), np.stack(new_states, axis=1)


def expect_model(model):
    good = getattr(model, "kind", "") == "model"
    expect(good, "build_language_model does not return a Keras model", "end the function with: return model")
    return model


def zeros(batch, layers=2, units=4):
    return np.zeros((batch, layers, 2, units), np.float32)


def call(model, tokens, states, training=False):
    """What the model answers: log-probabilities and new states."""
    answer = model.call([np.asarray(tokens, np.int32), np.asarray(states, np.float32)], training=training)
    return pair(answer, "the model's answer", "the model has two outputs: log-probabilities and new states")


def shapes_of(model, layers, units):
    call(model, [[0]], zeros(1, layers, units))  # a subclassed model has no weights before its first call
    return sorted(np.shape(weight) for weight in model.get_weights())


def expected_shapes(vocabulary, embedding_size, units, layers):
    widths = [embedding_size] + [units] * (layers - 1)
    found = [(vocabulary, embedding_size), (units, vocabulary), (vocabulary,)]
    for width in widths:
        found += [(width, 4 * units), (units, 4 * units), (4 * units,)]
    return sorted(found)


def random_model(student, rng, vocabulary=7, scale=0.8, level="word", suits=lambda oracle: True, **sizes):
    """The student's model with fresh random weights that suit, and the oracle that holds the same."""
    sizes = {**SMALL, **sizes}
    model = expect_model(student.build_language_model(level, vocabulary, **sizes))
    call(model, [[0]], zeros(1, sizes["layers"], sizes["units"]))
    for _ in range(100):
        weights = [rng.normal(0, scale, np.shape(weight)).astype(np.float32) for weight in model.get_weights()]
        oracle = Oracle(weights, vocabulary, sizes["embedding_size"], sizes["units"], sizes["layers"])
        if suits(oracle):
            break
    model.set_weights(weights)
    return model, oracle


def expect_oracle(model, oracle, tokens, states, on=""):
    """Fails unless the model answers as the oracle does."""
    found, new_states = call(model, tokens, states)
    logs, last = oracle.run(tokens, states)
    mistakes = {
        "the states that are handed in are not used: initial_state": lambda: oracle.run(tokens, states, carried=False)[0],
        "h and c of the states are swapped: states[:, layer, 0] is h": lambda: oracle.run(tokens, states, swapped=True)[0],
        "the layers' states are in the wrong order": lambda: oracle.run(tokens, np.asarray(states)[:, ::-1])[0],
        "these are probabilities: log-probabilities are asked for (log_softmax)": np.exp(logs),
        "these are the last step's only: return_sequences=True for the last layer too": logs[:, -1],
    }
    if np.shape(found) == logs.shape and np.allclose(log_softmax(np.asarray(found, dtype=float)), logs, atol=1e-4):
        mistakes["these are logits: log_softmax makes log-probabilities of them"] = np.asarray(found, dtype=float)
    hint = "embedding, the LSTM layers one after the other, each from its part of the states, then Dense with log_softmax"
    expect_close(found, logs, "the log-probabilities", on, hint, mistakes, rtol=1e-3, atol=1e-4)
    mistakes = {
        "h and c are swapped: new_states[:, layer, 0] is h": last[:, :, ::-1],
        "the layers' states are in the wrong order": last[:, ::-1],
        "the new states have the shape (batch, layers, 2, units), as those that are handed in": np.moveaxis(last, 0, 1),
        "these are the states that were handed in": np.asarray(states),
    }
    hint = "return_state=True gives each layer's h and c; stack them as they came in: (batch, layers, 2, units)"
    expect_close(new_states, last, "the new states", on, hint, mistakes, rtol=1e-3, atol=1e-4)


def expect_size(student, level, vocabulary, sizes, wanted, on):
    model = expect_model(student.build_language_model(level, vocabulary, **sizes))
    right = expected_shapes(vocabulary, wanted["embedding_size"], wanted["units"], wanted["layers"])
    hint = "an Embedding, LSTM layers of so many units, and Dense(vocabulary_size); look at the table of defaults"
    with advising(hint, about="raised"):  # by a model that has another number of layers or units
        shapes = shapes_of(model, wanted["layers"], wanted["units"])
    expect_equal(shapes, right, "the list of the weights' shapes", on, hint)
    states = student.zero_states(model, 3)
    shape = (3, wanted["layers"], 2, wanted["units"])
    expect_shape(states, shape, "zero_states(model, 3)", on, "model.state_shape = (layers, 2, units)")


DEFAULTS = {"word": {"embedding_size": 200, "units": 200, "layers": 2}, "character": {"embedding_size": 16, "units": 200, "layers": 3}}


@check(task="build_language_model", points=1)
def has_the_layers_that_it_is_told(student, rng):
    """has an embedding, so many LSTM layers of so many units, and a softmax layer"""
    for level, sizes in (("word", SMALL), ("character", {**SMALL, "layers": 1, "units": 2})):
        told = ", ".join(f"{name}={size}" for name, size in sizes.items())
        expect_size(student, level, 7, sizes, sizes, f"build_language_model({level!r}, 7, {told})")


@check(task="build_language_model", points=1, after=has_the_layers_that_it_is_told)
def knows_the_defaults_of_its_level(student, rng):
    """has the defaults of its level where it is not told otherwise"""
    for level, wanted in DEFAULTS.items():
        expect_size(student, level, 9, {}, wanted, f"build_language_model({level!r}, 9)")
        few = {**wanted, "units": 5}
        expect_size(student, level, 9, {"units": 5}, few, f"build_language_model({level!r}, 9, units=5)")


@check(task="build_language_model", points=1, after=has_the_layers_that_it_is_told)
def takes_states_in_and_gives_them_out(student, rng):
    """computes log-probabilities and new states from tokens and states"""
    model, oracle = random_model(student, rng)
    expect_oracle(model, oracle, rng.integers(0, 7, (3, 5)), rng.normal(0, 1, (3, 2, 2, 4)), "3 rows of 5 tokens, random states")


def dropped(student, rng, level="word", count=50, **keywords):
    """What dropout does to rows that are all alike, in a model in which the signal passes one dropout at a time.

    Returns:
        A function run(embedding, first, second): with these parts of the weights switched on, what the last layer's outputs
        are after dropout, the new states, and the new states without dropout.
    """
    units, vocabulary = 20, 21
    sizes = {"embedding_size": 19, "units": units, "layers": 2, **keywords}
    model = expect_model(student.build_language_model(level, vocabulary, **sizes))
    call(model, [[0]], zeros(1, 2, units))
    shapes = [np.shape(weight) for weight in model.get_weights()]
    tokens, states = np.zeros((count, 3), np.int32), np.full((count, 2, 2, units), 0.5, np.float32)

    def run(embedding, first, second):
        """Runs with these parts of the weights switched on; a dense kernel that shows each unit, and nothing else."""
        weights, seen = [], 0
        for shape in shapes:
            weight = np.zeros(shape, np.float32)
            if shape == (vocabulary, 19):
                weight[:] = embedding
            elif shape == (19, 4 * units):
                weight[:] = first * 0.1
            elif shape == (units, 4 * units):  # layer 1: recurrent; layer 2: kernel, recurrent
                weight[:] = (0.05, second * 0.1, 0.05)[seen]
                seen += 1
            elif shape == (units, vocabulary):
                weight[:, :units] = np.eye(units)
            weights.append(weight)
        model.set_weights(weights)
        logs, new = call(model, tokens, states, training=True)
        logs, new = np.asarray(logs, dtype=float), np.asarray(new, dtype=float)
        return logs[:, :, :units] - logs[:, :, units:], new, Oracle(weights, vocabulary, 19, units, 2).run(tokens, states)[1]

    return run


def varies(values):
    """Whether rows that should be alike are not."""
    return bool(np.ptp(np.asarray(values), axis=0).max() > 1e-4)


@check(task="build_language_model", points=1, after=takes_states_in_and_gives_them_out)
def drops_where_the_signal_goes_up(student, rng):
    """drops, in training, after the embedding, between the layers and after the last one"""
    run = dropped(student, rng, dropout=0.5)
    shown, _, _ = run(0, 0, 0)
    expect((np.abs(shown) < 1e-5).any(), "nothing is dropped between the last LSTM layer and the Dense layer", "a Dropout there, too")
    _, states, _ = run(1, 1, 0)
    expect(varies(states[:, 0]), "nothing is dropped between the embedding and layer 1", "a Dropout there, too; it acts with training=True")
    _, states, _ = run(0, 0, 1)
    expect(varies(states[:, 1]), "nothing is dropped between layer 1 and layer 2", "a Dropout there, too")
    model, oracle = random_model(student, rng, dropout=0.5)
    tokens, states = rng.integers(0, 7, (2, 3)), rng.normal(size=(2, 2, 2, 4))
    logs = np.asarray(call(model, tokens, states)[0], dtype=float)
    expect_close(logs, oracle.run(tokens, states)[0], "the log-probabilities outside training", "dropout=0.5, training=False",
                 "dropout acts in training only: do not force training=True", rtol=1e-3, atol=1e-4)  # fmt: skip


@check(task="build_language_model", points=1, after=drops_where_the_signal_goes_up)
def never_drops_along_in_time(student, rng):
    """never drops what goes along in time"""
    _, states, expected = dropped(student, rng, dropout=0.5)(0, 0, 0)
    hint = "the connections from the previous h and c stay whole: no recurrent_dropout, and no Dropout on the states"
    expect_close(states, expected, "the new states, where no input arrives", "dropout=0.5, training=True", hint, rtol=1e-3, atol=1e-4)
