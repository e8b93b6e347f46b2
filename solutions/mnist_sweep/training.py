"""One LSTM on MNIST's rows trained fast on a CPU: the loop over steps and the loop over time compiled as one program.

The same numbers as keras.layers.LSTM, softmax cross-entropy and keras.optimizers.Adam give: a test holds losses, gradients and
steps of both together in double precision. On a card, reference.py trains the Keras layer itself, which runs on cuDNN there.

Sources: see solutions/reference/fast_lstm.py for the layer; Adam: Kingma and Ba 2015, in the form of their section 2's last remark.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np

CLASSES = 10
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7  # Keras's defaults
NAMES = ("kernel", "recurrent_kernel", "bias", "output_kernel", "output_bias")
"""The weights, in the order of every tuple here and of Keras's get_weights()."""


def loss_and_gradients(weights, rows, labels, shares):
    """Return a batch's loss and its gradients.

    Args:
        weights: tensors in the order of NAMES: (features, 4 * units), (units, 4 * units), (4 * units,), (units, 10), (10,).
        rows: (batch, time, features), pixels between 0 and 1.
        labels: whole numbers (batch,).
        shares: each example's weight in the mean, (batch,); 0 for what only fills a last batch up.

    Returns:
        The mean cross-entropy in nats, and the gradients in the order of NAMES.
    """
    import tensorflow as tf

    from solutions.reference.fast_lstm import lstm

    batch, time, features = rows.shape
    with tf.GradientTape() as tape:
        tape.watch(weights)
        kernel, recurrent_kernel, bias, output_kernel, output_bias = weights
        units = recurrent_kernel.shape[0]
        steps = tf.reshape(tf.transpose(rows, (1, 0, 2)), (time * batch, features))
        projected = tf.reshape(steps @ kernel + bias, (time, batch, 4 * units))
        zeros = tf.zeros((batch, units), rows.dtype)
        _, output, _ = lstm(projected, recurrent_kernel, zeros, zeros)
        logits = output @ output_kernel + output_bias  # (batch, 10)
        targets = tf.one_hot(labels, CLASSES, dtype=logits.dtype)
        loss = tf.reduce_sum(shares * tf.nn.softmax_cross_entropy_with_logits(targets, logits))
    return loss, tuple(tape.gradient(loss, weights))


def adam(weights, means, squares, gradients, step, learning_rate):
    """Return weights, means and squares after Adam's step.

    Args:
        means, squares: moving averages of the gradients and of their squares, zeros at first.
        step: which step, from 0.
    """
    import tensorflow as tf

    count = tf.cast(step + 1, weights[0].dtype)
    rate = (
        learning_rate * tf.sqrt(1 - tf.pow(tf.constant(BETA_2, count.dtype), count)) / (1 - tf.pow(tf.constant(BETA_1, count.dtype), count))
    )
    means = tuple(mean + (1 - BETA_1) * (gradient - mean) for mean, gradient in zip(means, gradients, strict=True))
    squares = tuple(square + (1 - BETA_2) * (gradient * gradient - square) for square, gradient in zip(squares, gradients, strict=True))
    moved = zip(weights, means, squares, strict=True)
    return tuple(weight - rate * mean / (tf.sqrt(square) + EPSILON) for weight, mean, square in moved), means, squares


@functools.lru_cache(maxsize=4)
def compiled_steps(batch_size, jit_compile=True):
    """Return the program that trains for some steps, compiled once for each shape that it meets.

    It takes images uint8 (n, time, features), labels (n,), the order of reading (steps * batch_size,), the shares of what is read,
    weights, means, squares, the learning rate, the first step's number and one behind the last one's, and returns weights, means,
    squares and the sum of the losses.
    """
    import tensorflow as tf

    def steps(images, labels, order, shares, weights, means, squares, learning_rate, first, last):
        def one(step, weights, means, squares, total):
            start = step * batch_size
            read = tf.slice(order, [start], [batch_size])
            rows = tf.cast(tf.gather(images, read), weights[0].dtype) / 255
            loss, gradients = loss_and_gradients(weights, rows, tf.gather(labels, read), tf.slice(shares, [start], [batch_size]))
            return step + 1, *adam(weights, means, squares, gradients, step, learning_rate), total + loss

        zero = tf.zeros((), weights[0].dtype)
        start = (first, tuple(weights), tuple(means), tuple(squares), zero)
        _, weights, means, squares, total = tf.while_loop(lambda step, *_: step < last, one, start)
        return weights, means, squares, total

    return tf.function(steps, jit_compile=jit_compile)


def filled_up(order, batch_size):
    """Return an order of reading filled up to whole batches, and the share of each example in its batch's mean.

    Args:
        order: whole numbers (n,), for one epoch.
    """
    missing = -len(order) % batch_size
    shares = np.full(len(order) + missing, 1 / batch_size, "float32")
    if missing:
        shares[-batch_size:-missing] = 1 / (batch_size - missing)
        shares[-missing:] = 0
    return np.concatenate([order, np.zeros(missing, order.dtype)]).astype("int32"), shares


@dataclass(frozen=True)
class State:
    """All that going on with a training needs; where it goes on is said by the step, as the orders of reading are the seed's."""

    step: int
    """steps done, over all epochs"""
    weights: list
    """arrays in the order of NAMES"""
    means: list
    """Adam's averages of the gradients"""
    squares: list
    """Adam's averages of their squares"""
    losses: list
    """[step, mean loss since the entry before] of every call of the compiled program"""


def start(weights):
    """Return the state before the first step."""
    return State(0, list(weights), [np.zeros_like(weight) for weight in weights], [np.zeros_like(weight) for weight in weights], [])


def packed(state):
    """Return a state as a dict of arrays and as plain values, the two parts of a checkpoint."""
    parts = {"weight": state.weights, "mean": state.means, "square": state.squares}
    arrays = {f"{part}_{name}": array for part, kept in parts.items() for name, array in zip(NAMES, kept, strict=True)}
    return arrays, {"step": state.step, "losses": state.losses}


def unpacked(arrays, values):
    """Return the state of a checkpoint."""
    parts = ([arrays[f"{part}_{name}"] for name in NAMES] for part in ("weight", "mean", "square"))
    return State(values["step"], *parts, values["losses"])


def train(
    images,
    labels,
    orders,
    batch_size,
    learning_rate,
    state,
    save=lambda state: None,
    steps_a_call=25,
    most_steps=math.inf,
    jit_compile=True,
):
    """Train until all orders of reading are through, and return the state behind the last step.

    Args:
        images: uint8 (n, time, features).
        labels: whole numbers (n,).
        orders: an order of reading for each epoch, whole numbers (n,).
        state: where to begin, or to go on.
        save: given the state after every call of the compiled program.
        most_steps: where to stop before the end.
    """
    import tensorflow as tf

    run = compiled_steps(batch_size, jit_compile)
    images, labels = tf.constant(images), tf.constant(labels, tf.int32)
    filled, shares = zip(*(filled_up(np.asarray(order), batch_size) for order in orders), strict=True)
    order, shares = tf.constant(np.concatenate(filled)), tf.constant(np.concatenate(shares).astype(state.weights[0].dtype))
    all_steps = min(len(order) // batch_size, most_steps)
    weights, means, squares = (tuple(map(tf.constant, part)) for part in (state.weights, state.means, state.squares))
    rate = tf.constant(learning_rate, weights[0].dtype)
    while state.step < all_steps:
        last = min(all_steps, state.step + steps_a_call)
        weights, means, squares, total = run(
            images, labels, order, shares, weights, means, squares, rate, tf.constant(state.step), tf.constant(last)
        )
        losses = [*state.losses, [last, float(total) / (last - state.step)]]
        state = State(last, *([array.numpy() for array in part] for part in (weights, means, squares)), losses)
        save(state)
    return state
