"""The fast language model gives the numbers of Keras's own layers: loss, every gradient, the states."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from solutions.reference.checkpoint import Checkpoint
from solutions.state_and_clipping import reference, training

SHAPE = training.Shape(vocabulary=11, embedding=3, units=4, layers=2, batch_size=2, num_steps=5, dropout=0.0)


@pytest.fixture
def chunk():
    """Weights in double precision, states that are not zero, and words."""
    rng = np.random.default_rng(0)
    weights = tuple(tf.constant(weight) for weight in training.initial_weights(SHAPE, 0.8, seed=1, dtype="float64"))
    states = tf.constant(rng.normal(size=(2, 2, 2, 4)) * 0.5)
    return weights, states, tf.constant(rng.integers(0, 11, (6, 2)))


def with_keras(weights, states, ids):
    embedding, *layers, kernel, bias = [tf.Variable(weight) for weight in weights]
    built, variables, behind = [], [embedding], []
    for number in range(2):
        layer = keras.layers.LSTM(4, return_sequences=True, return_state=True, dtype="float64")
        layer.build((2, None, 3 if number == 0 else 4))
        layer.set_weights([part.numpy() for part in layers[3 * number : 3 * number + 3]])
        built.append(layer)
        variables += layer.trainable_weights
    with tf.GradientTape() as tape:
        carried = tf.gather(embedding, tf.transpose(ids[:-1]))
        for number, layer in enumerate(built):
            carried, output, memory = layer(carried, initial_state=[states[number, 0], states[number, 1]])
            behind.append([output, memory])
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.transpose(ids[1:]), carried @ kernel + bias)
        loss = tf.reduce_sum(losses) / 2
    gradients = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(loss, [*variables, kernel, bias])]
    return loss, gradients, tf.convert_to_tensor(behind)


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "XLA"])
def test_loss_gradients_and_states_are_those_of_keras(chunk, compiled):
    weights, states, ids = chunk

    def fast(weights, states, ids):
        return training.loss_and_gradients(SHAPE, weights, states, ids)

    loss, gradients, behind = (tf.function(fast, jit_compile=True) if compiled else fast)(weights, states, ids)
    expected_loss, expected_gradients, expected_behind = with_keras(weights, states, ids)
    np.testing.assert_allclose(loss, expected_loss, rtol=1e-9)
    np.testing.assert_allclose(behind, expected_behind, rtol=1e-9)
    for gradient, expected in zip(gradients, expected_gradients, strict=True):
        np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-12)


def test_a_step_is_as_long_as_the_clipped_gradient_allows(monkeypatch):
    """At a rate of 1 one chunk moves all weights together by the limit, or by the gradient's own length where that is less."""
    shape = training.Shape(vocabulary=5, embedding=3, units=4, layers=1, batch_size=2, num_steps=3, dropout=0.0)
    weights = training.initial_weights(shape, 0.5, seed=0)
    for limit in (0.01, 1e6):
        monkeypatch.setattr(training, "CLIP_NORM", limit)
        training.compiled_steps.cache_clear()
        moved, _, norm = training.train_epoch(shape, weights, training.in_rows(np.arange(8) % 5, 2), 1.0, 0)
        length = np.sqrt(sum(((np.asarray(after) - before) ** 2).sum() for after, before in zip(moved, weights, strict=True)))
        np.testing.assert_allclose(length, min(norm, limit), rtol=1e-3)
        assert norm > 0.1
    training.compiled_steps.cache_clear()


def test_rows_read_on():
    assert training.in_rows(np.arange(11), 3).T.tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_a_short_text_is_learnt_and_a_scrambled_one_is_not():
    """A cycle of words is certain once it is known; random words are not."""
    shape = training.Shape(vocabulary=5, embedding=8, units=16, layers=1, batch_size=4, num_steps=10, dropout=0.0)
    rng = np.random.default_rng(0)
    texts = np.tile(np.arange(5), 400), rng.integers(0, 5, 2000)
    found = []
    for text in texts:
        weights = training.initial_weights(shape, 0.1, seed=0)
        for epoch in range(6):
            weights, _, _ = training.train_epoch(shape, weights, training.in_rows(text, 4), 1.0, epoch)
        found.append(training.perplexity(shape, weights, np.roll(text, 3)[:900]))
    assert found[0] < 1.1 and found[1] > 4


def test_perplexity_does_not_depend_on_how_the_text_is_cut():
    shape = training.Shape(vocabulary=7, embedding=3, units=4, layers=2, batch_size=4, num_steps=10, dropout=0.5)
    weights = training.initial_weights(shape, 0.7, seed=2)
    ids = np.random.default_rng(1).integers(0, 7, 61)
    assert training.perplexity(shape, weights, ids, steps=60) == pytest.approx(training.perplexity(shape, weights, ids, steps=7), rel=1e-5)


def test_dropout_is_the_seeds_and_scales_what_is_left():
    shape = training.Shape(vocabulary=5, embedding=4, units=4, layers=1, batch_size=4, num_steps=5, dropout=0.5)
    rows = training.in_rows(np.random.default_rng(0).integers(0, 5, 200), 4)
    weights = training.initial_weights(shape, 0.5, seed=0)
    runs = [training.train_epoch(shape, weights, rows, 0.5, seed)[1] for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


@pytest.fixture
def cell(monkeypatch):
    """Two passes over a few words, four calls of the program each."""
    rng = np.random.default_rng(0)
    parts = tuple(rng.integers(0, 30, length).astype("int64") for length in (20 * 81, 450, 90))
    monkeypatch.setattr(reference, "texts", lambda data, level: (parts, 30))
    monkeypatch.setattr(training, "STEPS_A_CALL", 2)
    protocol = reference.ZAREMBA | {"num_steps": 10, "dropout": 0.5, "epochs": 2}
    return reference.Cell({"level": "word", "layers": 2, "units": 6, "embedding": 5}, 3, "pydoc-text", protocol)


def test_a_warm_cell_does_not_pay_for_compiling(cell, tmp_path, monkeypatch):
    """The network's Python runs only where a program is made of it, whether that trains or reads."""
    logits_of, traced = training.logits_of, []
    monkeypatch.setattr(training, "logits_of", lambda *arguments: (traced.append(arguments), logits_of(*arguments))[1])
    training.compiled_steps.cache_clear()
    training.compiled_reading.cache_clear()
    reference.warm_up(cell)
    before = len(traced)
    reference.warm_up(cell)
    reference.train(cell, Checkpoint(tmp_path / "cell.npz", cell.name))
    assert len(traced) == before > 0


@pytest.mark.parametrize("killed_at", [1, 4, 5])
def test_a_killed_cell_goes_on_in_the_middle_of_a_pass_with_the_same_result(cell, tmp_path, killed_at):
    """Bit for bit, dropout drawn as it would have been: killed in the first pass, at its end, in the second."""
    whole = reference.train(cell, Checkpoint(tmp_path / "never.npz", cell.name, every=1e9))

    class Killed(Exception):
        pass

    class Deadly(Checkpoint):
        saved = 0

        def save(self, arrays, values):
            super().save(arrays, values)
            self.saved += 1
            if self.saved == killed_at:
                raise Killed

    with pytest.raises(Killed):
        reference.train(cell, Deadly(tmp_path / "cell.npz", cell.name, every=0))
    _, values = Checkpoint(tmp_path / "cell.npz", cell.name).load()
    assert (len(values["curve"]), values["first"]) == {1: (0, 2), 4: (0, 8), 5: (1, 2)}[killed_at]
    assert reference.train(cell, Checkpoint(tmp_path / "cell.npz", cell.name)) == whole
