"""This project's compiled loops, as the reference runs use them."""

import numpy as np
import tensorflow as tf

from solutions.char_lstm import training as char_training
from solutions.mnist_sweep import training as mnist_training


def char(batch_size, nodes, unrollings, text):
    """The char_lstm reference: its own program, weights and state kept from call to call."""
    run, text = char_training.compiled_steps(batch_size, unrollings), tf.constant(text)
    zeros = tf.zeros((batch_size, nodes))
    state = [tuple(map(tf.constant, char_training.initial_weights(nodes, 0))), zeros, zeros]

    def train(steps):
        *state[:], total = run(*state, text, tf.constant(0), tf.constant(steps))
        return total / steps

    return train


def mnist(units, batch_size, images, labels):
    """The mnist_sweep reference on a processor."""
    rng = np.random.default_rng(0)
    shapes = (28, 4 * units), (units, 4 * units), (4 * units,), (units, 10), (10,)
    weights = tuple(tf.constant((0.05 * rng.normal(size=shape)).astype("float32")) for shape in shapes)
    state = [weights, *(tuple(map(tf.zeros_like, weights)) for _ in range(2))]
    order, shares = mnist_training.filled_up(rng.permutation(len(images)), batch_size)
    data = [tf.constant(each) for each in (images, labels, order, shares)]
    run = mnist_training.compiled_steps(batch_size)

    def train(steps):
        *state[:], total = run(*data, *state, tf.constant(1e-3), tf.constant(0), tf.constant(steps))
        return total / steps

    return train
