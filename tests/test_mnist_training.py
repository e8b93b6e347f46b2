"""The MNIST loop of the reference runs, against Keras's own layer, loss and optimiser in double precision."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from solutions.mnist_sweep import reference, training
from solutions.reference import devices
from solutions.reference.checkpoint import Checkpoint
from solutions.reference.plan import Cell

UNITS, TIME, FEATURES, EXAMPLES = 5, 4, 3, 22


@pytest.fixture
def digits():
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (EXAMPLES, TIME, FEATURES), np.uint8), rng.integers(0, 10, EXAMPLES).astype("int32")


@pytest.fixture
def model():
    keras.utils.set_random_seed(4)
    layers = [
        keras.Input((TIME, FEATURES), dtype="float64"),
        keras.layers.LSTM(UNITS, dtype="float64"),
        keras.layers.Dense(10, dtype="float64"),
    ]
    model = keras.Sequential(layers)
    rng = np.random.default_rng(5)
    model.set_weights([weight + 0.4 * rng.normal(size=weight.shape) for weight in model.get_weights()])
    return model


LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")


def test_loss_and_gradients_are_those_of_keras(model, digits):
    images, labels = digits
    rows = images / 255
    with tf.GradientTape() as tape:
        expected = LOSS(labels, model(rows))
    gradients = tape.gradient(expected, model.trainable_variables)
    weights = tuple(map(tf.constant, model.get_weights()))
    shares = np.full(EXAMPLES, 1 / EXAMPLES)
    loss, found = training.loss_and_gradients(weights, tf.constant(rows), tf.constant(labels), tf.constant(shares))
    np.testing.assert_allclose(loss, expected, rtol=1e-9)
    for mine, theirs in zip(found, gradients, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("jit_compile", [True, False])
def test_training_is_that_of_keras_with_a_last_batch_that_is_smaller(model, digits, jit_compile):
    images, labels = digits
    orders = [np.random.default_rng(seed).permutation(EXAMPLES) for seed in range(3)]
    state = training.start(model.get_weights())
    state = training.train(images, labels, orders, 8, 0.01, state, steps_a_call=2, jit_compile=jit_compile)
    adam = keras.optimizers.Adam(0.01)
    losses = []
    for order in orders:
        for batch in (order[:8], order[8:16], order[16:]):
            with tf.GradientTape() as tape:
                loss = LOSS(labels[batch], model(images[batch] / 255))
            losses.append(float(loss))
            adam.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    for mine, theirs in zip(state.weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=2e-6)  # Keras takes 1 - 0.999^t in float32
    assert [step for step, _ in state.losses] == [2, 4, 6, 8, 9]
    np.testing.assert_allclose([loss for _, loss in state.losses[:4]], np.reshape(losses[:8], (4, 2)).mean(axis=1), rtol=1e-5)


def test_adam_is_that_of_the_paper():
    weight, mean, square = np.array([1.0, -2.0]), np.zeros(2), np.zeros(2)
    ours = (tf.constant(weight),), (tf.constant(mean),), (tf.constant(square),)
    for step, gradient in enumerate(np.array([[0.5, -3.0], [0.1, 2.0], [-4.0, 0.0]])):
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        rate = 0.02 * np.sqrt(1 - 0.999 ** (step + 1)) / (1 - 0.9 ** (step + 1))
        weight = weight - rate * mean / (np.sqrt(square) + 1e-7)
        ours = training.adam(*ours, (tf.constant(gradient),), tf.constant(step), tf.constant(0.02, tf.float64))
        np.testing.assert_allclose(ours[0][0], weight, rtol=1e-12)


def test_a_last_batch_is_filled_up_with_what_counts_nothing():
    order, shares = training.filled_up(np.arange(5), 4)
    assert order.tolist() == [0, 1, 2, 3, 4, 0, 0, 0]
    assert shares.tolist() == [0.25] * 4 + [1, 0, 0, 0]
    assert training.filled_up(np.arange(8), 4)[1].tolist() == [0.25] * 8


def test_a_killed_training_goes_on_to_the_same_bit(model, digits, tmp_path):
    images, labels = digits
    orders = [np.random.default_rng(seed).permutation(EXAMPLES) for seed in range(2)]
    weights = [weight.astype("float32") for weight in model.get_weights()]
    checkpoint, states = Checkpoint(tmp_path / "c.npz", "cell", every=0), []

    def save(state):
        states.append(state)
        if len(states) == 2:
            checkpoint.save(*training.packed(state))

    whole = training.train(images, labels, orders, 8, 0.01, training.start(weights), save, steps_a_call=2)
    again = training.train(images, labels, orders, 8, 0.01, training.unpacked(*checkpoint.load()), steps_a_call=2)
    assert training.unpacked(*checkpoint.load()).step == 4
    assert again.losses == whole.losses
    for part in ("weights", "means", "squares"):
        for mine, theirs in zip(getattr(again, part), getattr(whole, part), strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_a_card_and_a_processor_train_the_same(tmp_path):
    """Keras's own loop, which is what a card gets, run here on the processor."""
    cell = Cell({"units": 4, "learning_rate": 0.01}, 1, "mnist-sample", {"epochs": 2, "batch_size": 32})
    checkpoint = Checkpoint(tmp_path / "c.npz", cell.name)
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (70, 28, 28), np.uint8), rng.integers(0, 10, 70).astype("uint8")
    ours, theirs = (fit(cell, checkpoint, images, labels) for fit in (reference.train_in_our_loop, reference.train_with_keras))
    assert theirs[1][-1][0] == ours[1][-1][0] == 6
    for mine, other in zip(ours[0], theirs[0], strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_the_layer_for_a_card_qualifies_for_cudnn(policy):
    """Keras's conditions: tanh, sigmoid, no recurrent dropout, not unrolled, with bias; and no argument that rules cuDNN out."""
    layer = reference.build_model(4, policy).layers[0]
    assert layer.activation is keras.activations.tanh and layer.recurrent_activation is keras.activations.sigmoid
    assert layer.recurrent_dropout == 0 and not layer.unroll and layer.use_bias and layer.cell.use_bias
    assert layer.use_cudnn == "auto"
    assert layer.compute_dtype == ("float16" if policy == "mixed_float16" else "float32") and layer.variable_dtype == "float32"


def test_where_cells_train():
    assert devices.environment("cpu") == {"CUDA_VISIBLE_DEVICES": "-1"}
    given = [devices.environment("gpu", worker, ("0", "2")) for worker in range(3)]
    assert [each["CUDA_VISIBLE_DEVICES"] for each in given] == ["0", "2", "0"]  # in turn
    assert {each["TF_FORCE_GPU_ALLOW_GROWTH"] for each in given} == {"true"}
    assert "CUDA_VISIBLE_DEVICES" not in devices.environment("gpu")  # a cluster's worker has its card from who started it


def test_the_cards_are_those_that_are_named_or_listed(monkeypatch, tmp_path):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3, GPU-abc,-1,5")
    assert devices.visible_cards() == ["3", "GPU-abc"] and devices.choose("auto") == "gpu"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert devices.visible_cards() == [] and devices.choose("auto") == "cpu"
    with pytest.raises(devices.RunnerError, match="no card is to be seen"):
        devices.choose("gpu")
    with pytest.raises(devices.RunnerError, match="expected --device auto, cpu, gpu, got 'tpu'"):
        devices.choose("tpu")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    listing = tmp_path / "nvidia-smi"
    listing.write_text("#!/bin/sh\necho 'GPU 0: A (UUID: GPU-1)'\necho 'GPU 1: A (UUID: GPU-2)'\n")
    listing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert devices.visible_cards() == ["0", "1"]
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert devices.visible_cards() == []


def test_a_cell_meant_for_a_card_does_not_train_without_one():
    if devices.current() == "gpu":
        pytest.skip("there is a card here")
    devices.require("cpu")
    with pytest.raises(RuntimeError, match="TensorFlow sees no card"):
        devices.require("gpu")


@pytest.fixture
def few_digits(monkeypatch):
    """The sample's first digits in the place of all; says how often they were read."""
    read = []
    (x_train, y_train), (x_test, y_test) = reference.load("mnist-sample")

    def load(data):
        read.append(data)
        return (x_train[:70], y_train[:70]), (x_test[:40], y_test[:40])

    monkeypatch.setattr(reference, "load", load)
    reference.digits.cache_clear()
    yield read
    reference.digits.cache_clear()


def small_cell(**protocol):
    return Cell({"units": 3, "learning_rate": 0.01}, 1, "mnist-sample", {"epochs": 2, "batch_size": 32, **protocol})


def test_what_is_warmed_up_is_the_program_that_trains_and_digits_are_read_once(few_digits, tmp_path):
    cell, program = small_cell(), training.compiled_steps(32, True)
    before = program.experimental_get_tracing_count()
    reference.warm_up(cell)
    assert program.experimental_get_tracing_count() == before + 1
    reference.train(cell, Checkpoint(tmp_path / "c.npz", cell.name))
    assert program.experimental_get_tracing_count() == before + 1, "the cell paid for compiling"
    assert few_digits == ["mnist-sample"]


def test_a_cell_of_mixed_precision_is_trained_in_it_on_a_processor_too(few_digits, tmp_path, monkeypatch):
    policies = []
    build = reference.build_model
    monkeypatch.setattr(reference, "build_model", lambda units, policy="float32": (policies.append(policy), build(units, policy))[1])
    cell = small_cell(precision="mixed_float16")
    found = reference.train(cell, Checkpoint(tmp_path / "c.npz", cell.name))
    assert "mixed_float16" in policies and np.isfinite(found["train_loss"])
