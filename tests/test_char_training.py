"""The fast character training gives the numbers of the plain one, and both those of keras.layers.LSTM."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from datasets import text8
from datasets.corpus import Edition
from solutions.char_lstm import reference, training
from solutions.reference.checkpoint import Checkpoint, Watch


@pytest.fixture
def window():
    """Weights in double precision, states and characters; all sizes differ."""
    rng = np.random.default_rng(3)
    weights = [weight + 0.3 * rng.normal(size=weight.shape) for weight in training.initial_weights(5, seed=1, dtype="float64")]
    output, memory = rng.normal(size=(2, 4, 5)) * 0.5
    ids = rng.integers(0, 27, (7, 4))
    return [tf.Variable(weight) for weight in weights], tf.constant(output), tf.constant(memory), ids


def plain(weights, output, memory, ids):
    """Step by step and gate by gate, with separate matrices and one-hot inputs, as the original writes it."""
    kernel, recurrent_kernel, bias, output_kernel, output_bias = weights
    parts = [tf.split(weight, 4, axis=-1) for weight in (kernel, recurrent_kernel, bias)]
    gates = list(zip(*parts, strict=True))
    losses = []
    for now, following in zip(ids[:-1], ids[1:], strict=True):
        inputs = tf.one_hot(now, 27, dtype=tf.float64)
        enter, forget, update, show = (inputs @ w + output @ u + b for w, u, b in gates)
        memory = tf.sigmoid(forget) * memory + tf.sigmoid(enter) * tf.tanh(update)
        output = tf.sigmoid(show) * tf.tanh(memory)
        losses.append(tf.nn.sparse_softmax_cross_entropy_with_logits(following, output @ output_kernel + output_bias))
    return tf.reduce_mean(tf.stack(losses)), output, memory


def with_keras(weights, output, memory, ids):
    kernel, recurrent_kernel, bias, output_kernel, output_bias = weights
    layer = keras.layers.LSTM(5, return_sequences=True, return_state=True, dtype="float64")
    layer.build((4, None, 27))
    layer.set_weights([weight.numpy() for weight in (kernel, recurrent_kernel, bias)])
    with tf.GradientTape() as tape:
        sequences, output, memory = layer(tf.one_hot(ids[:-1].T, 27, dtype=tf.float64), initial_state=[output, memory])
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(ids[1:].T, sequences @ output_kernel + output_bias)
        loss = tf.reduce_mean(losses)
    return loss, tape.gradient(loss, [*layer.trainable_weights, output_kernel, output_bias]), output, memory


def close(one, other):
    np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "XLA"])
def test_loss_gradients_and_states_are_those_of_the_plain_form_and_of_keras(window, compiled):
    weights, output, memory, ids = window
    fast = tf.function(training.losses_and_gradients, jit_compile=True) if compiled else training.losses_and_gradients
    loss, gradients, last_output, last_memory = fast([tf.constant(weight) for weight in weights], output, memory, tf.constant(ids))
    with tf.GradientTape() as tape:
        plain_loss, plain_output, plain_memory = plain(weights, output, memory, ids)
    keras_loss, keras_gradients, keras_output, keras_memory = with_keras(weights, output, memory, ids)
    close(loss, plain_loss)
    close(loss, keras_loss)
    for found, expected, of_keras in zip(gradients, tape.gradient(plain_loss, weights), keras_gradients, strict=True):
        close(found, expected)
        close(found, of_keras)
    for found, expected, of_keras in ((last_output, plain_output, keras_output), (last_memory, plain_memory, keras_memory)):
        close(found, expected)
        close(found, of_keras)


def test_every_row_reads_on_in_its_own_segment_and_wraps():
    """A text of numbers counts: what was said last is said first in the next window, and the end goes on at the beginning."""
    text = tf.range(27, dtype=tf.int32)
    first, second = (training.windows(text, 3, 4, tf.constant(step)).numpy() for step in (0, 1))
    assert first.T.tolist() == [[0, 1, 2, 3, 4], [9, 10, 11, 12, 13], [18, 19, 20, 21, 22]]
    assert (second[0] == first[-1]).all()
    assert training.windows(text, 3, 4, tf.constant(2)).numpy()[:, 2].tolist() == [26, 0, 1, 2, 3]


def test_long_gradients_are_shortened_and_short_ones_are_left():
    weights = (tf.zeros(2, tf.float64), tf.zeros(1, tf.float64))
    for scale, length in ((1.0, 1.25), (0.1, 0.5)):
        gradients = (tf.constant([3.0, 0.0], tf.float64) * scale, tf.constant([4.0], tf.float64) * scale)
        moved = np.concatenate(training.descend(weights, gradients, tf.constant(0)))
        close(np.linalg.norm(moved), 10 * length)
        close(moved / np.linalg.norm(moved), [-0.6, 0, -0.8])


@pytest.mark.parametrize(("step", "rate"), [(0, 10), (4_999, 10), (5_000, 1), (9_999, 1), (10_000, 0.1)])
def test_the_rate_falls_in_stairs(step, rate):
    assert training.learning_rate(step) == pytest.approx(rate)
    [moved] = training.descend((tf.zeros(1, tf.float64),), (tf.ones(1, tf.float64),), tf.constant(step))
    assert -moved.numpy()[0] == pytest.approx(rate)


def test_a_saved_training_goes_on_bit_for_bit():
    text = np.random.default_rng(0).integers(0, 27, 5_000).astype("uint8")
    states = []
    whole, losses = training.train(text, 4, 3, 2, 600, seed=5, save=states.append)
    assert [state["step"] for state in states] == [250, 500, 600]
    again, losses_again = training.train(text, 4, 3, 2, 600, seed=5, saved=states[0])
    assert losses == losses_again and all((one == other).all() for one, other in zip(whole, again, strict=True))


def test_perplexity_is_27_before_training_and_1_for_a_known_text():
    kernel, recurrent_kernel, bias, output_kernel, output_bias = training.initial_weights(4, seed=0)
    texts = np.random.default_rng(0).integers(0, 27, (3, 50))
    blank = (kernel, recurrent_kernel, bias, np.zeros_like(output_kernel), output_bias)
    np.testing.assert_allclose(training.perplexities(blank, texts), 27, rtol=1e-5)
    sure = np.full(27, -50, "float32")
    sure[5] = 50
    np.testing.assert_allclose(training.perplexities((*blank[:4], sure), np.full((2, 50), 5)), 1)
    np.testing.assert_allclose(training.perplexities((*blank[:4], sure), np.full((2, 50), 6)), 1e10, rtol=1e-3)


def test_initial_weights_are_truncated_at_two_deviations():
    for weight in training.initial_weights(64, seed=0)[:2]:
        assert weight.min() >= -0.3 and weight.max() <= 0.1 + 1e-7
        assert abs(weight.mean() + 0.1) < 0.01 and 0.07 < weight.std() < 0.1


def test_a_killed_cell_goes_on_from_its_checkpoint_with_the_same_result(tmp_path, monkeypatch):
    """Through the reference's own train: the second call finds what the first had kept when it was killed."""
    text = np.random.default_rng(0).integers(0, 27, 4_000).astype("uint8")
    monkeypatch.setattr(reference, "split", lambda data: (text[None, :50], text[:200].reshape(4, 50), text))
    parameters = {"batch_size": 4, "num_nodes": 3, "num_unrollings": 2, "num_steps": 600}
    cell = reference.Cell(parameters, 5, "text8-prefix", reference.PROTOCOL)
    whole = reference.train(cell, Checkpoint(tmp_path / "never.npz", cell.name, every=1e9))

    class Killed(Exception):
        pass

    class Deadly(Checkpoint):
        def save(self, arrays, values):
            super().save(arrays, values)
            raise Killed

    with pytest.raises(Killed):
        reference.train(cell, Deadly(tmp_path / "cell.npz", cell.name, every=0))
    assert Checkpoint(tmp_path / "cell.npz", cell.name).load()[1]["step"] == 250
    assert Checkpoint(tmp_path / "cell.npz", "another cell").load() is None
    assert reference.train(cell, Checkpoint(tmp_path / "cell.npz", cell.name)) == whole


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[: len(data) // 2], lambda data: b"nonsense"])
def test_a_damaged_checkpoint_is_no_checkpoint(tmp_path, damage):
    path = tmp_path / "cell.npz"
    Checkpoint(path, "a", every=0).save({"w": np.ones(3)}, [1])
    path.write_bytes(damage(path.read_bytes()))
    assert Checkpoint(path, "a").load() is None


def test_those_who_want_to_watch_get_a_log_for_tensorboard(tmp_path):
    pytest.importorskip("tensorboard", reason="TensorBoard is not installed (the extra `tensorboard`)")
    cell = reference.cells([{"num_nodes": 3, "num_unrollings": 1, "num_steps": 600}], data=reference.SAMPLE)[0]
    watched = Checkpoint(tmp_path / "cell.npz", cell.name, watch=Watch(tmp_path / "log"))
    found = reference.train(cell, watched)
    events = [event for path in (tmp_path / "log").iterdir() for event in tf.compat.v1.train.summary_iterator(str(path))]
    told = {event.step: float(tf.make_ndarray(value.tensor)) for event in events for value in event.summary.value}
    assert list(told) == found["curve_steps"] == [250, 500, 600]
    np.testing.assert_allclose(list(told.values()), found["curve_losses"], atol=1e-4)


def test_the_prefix_is_the_whole_texts_beginning_where_that_is_here(monkeypatch):
    whole = "ab " * 3_000_000
    monkeypatch.setattr(text8, "load_text", lambda source: whole)
    monkeypatch.setattr(text8, "describe", lambda: Edition("text8", "characters", (len(whole),), ""))
    assert reference.load(reference.PREFIX) == whole[: text8.PREFIX.size]
    monkeypatch.setattr(text8, "describe", lambda: Edition("pydoc-text", "characters", (len(whole),), ""))
    with pytest.raises(text8.DataError, match="the text here is pydoc-text, not text8-prefix"):
        reference.load(reference.PREFIX)
