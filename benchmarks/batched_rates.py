"""Is training all learning rates of one shape as one program faster than one after another? python benchmarks/batched_rates.py

Six models of the MNIST sweep that differ in their rate alone, one thread: as six calls of the runner's own compiled loop
(solutions/mnist_sweep/training.py), and as one program whose weights have a leading axis of six. Both train the same steps on made-up
images; their losses must agree. Prints milliseconds a step of all six and the median ratio, above 1 where the one program wins.
"""

import os
import statistics
import sys
import time
from pathlib import Path

os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

from solutions.mnist_sweep import training  # noqa: E402

RATES = np.array([1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0], "float32")
MODELS = len(RATES)
TIME, FEATURES, BATCH = 28, 28, 128
STEPS, ROUNDS = 40, 3
UNITS = (16, 32, 64, 128, 256)


@tf.custom_gradient
def lstms(projected, recurrent_kernels, outputs, memories):
    """Run one layer a model over the same sequences: solutions/reference/fast_lstm.py's with an axis of models before the batch.

    Args:
        projected: (time, models, batch, 4 * units).
        recurrent_kernels: (models, units, 4 * units).
        outputs, memories: the state to start from, (models, batch, units).
    """
    models, batch, units = outputs.shape
    first_outputs, first_memories = outputs, memories

    def forward(t, output, memory, kept):
        enter, forget, update, show = tf.split(projected[t] + output @ recurrent_kernels, 4, axis=-1)
        enter, forget, update, show = tf.sigmoid(enter), tf.sigmoid(forget), tf.tanh(update), tf.sigmoid(show)
        memory = forget * memory + enter * update
        output = show * tf.tanh(memory)
        values = enter, forget, update, show, memory, output
        return t + 1, output, memory, tuple(array.write(t, value) for array, value in zip(kept, values, strict=True))

    kept = tuple(tf.TensorArray(outputs.dtype, size=TIME, element_shape=(models, batch, units)) for _ in range(6))
    start = (tf.constant(0), outputs, memories, kept)
    _, last_output, last_memory, kept = tf.while_loop(lambda t, *_: t < TIME, forward, start, maximum_iterations=TIME)
    enters, forgets, updates, shows, remembered, shown = (array.stack() for array in kept)

    def gradient(d_shown, d_last_output, d_last_memory):
        before = tf.concat([first_memories[None], remembered[:-1]], axis=0)
        transposed = tf.transpose(recurrent_kernels, (0, 2, 1))

        def backward(t, d_output, d_memory, d_gates):
            enter, forget, update, show = enters[t], forgets[t], updates[t], shows[t]
            squashed = tf.tanh(remembered[t])
            d_output = d_output + d_shown[t]
            d_memory = d_memory + d_output * show * (1 - squashed * squashed)
            slopes = [
                d_memory * update * enter * (1 - enter),
                d_memory * before[t] * forget * (1 - forget),
                d_memory * enter * (1 - update * update),
                d_output * squashed * show * (1 - show),
            ]
            slopes = tf.concat(slopes, axis=-1)
            return t - 1, slopes @ transposed, d_memory * forget, d_gates.write(t, slopes)

        d_gates = tf.TensorArray(outputs.dtype, size=TIME, element_shape=(models, batch, 4 * units))
        start = (tf.constant(TIME - 1), d_last_output, d_last_memory, d_gates)
        _, d_output, d_memory, d_gates = tf.while_loop(lambda t, *_: t >= 0, backward, start, maximum_iterations=TIME)
        d_gates = d_gates.stack()
        seen = tf.concat([first_outputs[None], shown[:-1]], axis=0)
        d_recurrent = tf.matmul(_by_model(seen), _by_model(d_gates), transpose_a=True)
        return d_gates, d_recurrent, d_output, d_memory

    return (shown, last_output, last_memory), gradient


def _by_model(steps):
    """Return (time, models, batch, columns) as (models, time * batch, columns)."""
    time_steps, models, batch, columns = steps.shape
    return tf.reshape(tf.transpose(steps, (1, 0, 2, 3)), (models, time_steps * batch, columns))


def losses_and_gradients(weights, rows, labels):
    """Return each model's loss (models,) and the gradients, all models reading the same rows."""
    with tf.GradientTape() as tape:
        tape.watch(weights)
        kernels, recurrent_kernels, biases, output_kernels, output_biases = weights
        units = recurrent_kernels.shape[1]
        steps = tf.reshape(tf.transpose(rows, (1, 0, 2)), (TIME * BATCH, FEATURES))
        side_by_side = tf.reshape(tf.transpose(kernels, (1, 0, 2)), (FEATURES, MODELS * 4 * units))  # one product for all models
        projected = tf.transpose(tf.reshape(steps @ side_by_side, (TIME, BATCH, MODELS, 4 * units)), (0, 2, 1, 3))
        zeros = tf.zeros((MODELS, BATCH, units))
        _, outputs, _ = lstms(projected + biases[None, :, None, :], recurrent_kernels, zeros, zeros)
        logits = outputs @ output_kernels + output_biases[:, None, :]
        targets = tf.broadcast_to(tf.one_hot(labels, training.CLASSES), logits.shape)
        losses = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, logits), axis=1)
        total = tf.reduce_sum(losses)
    return losses, tape.gradient(total, weights)


@tf.function(jit_compile=True)
def all_at_once(images, labels, order, weights, means, squares, rates):
    """Return the sum of each model's losses over the steps; with the weights, so that no step can be left out."""

    def one(step, weights, means, squares, total):
        read = tf.slice(order, [step * BATCH], [BATCH])
        losses, gradients = losses_and_gradients(weights, tf.cast(tf.gather(images, read), tf.float32) / 255, tf.gather(labels, read))
        columns = [tf.reshape(rates, (-1,) + (1,) * (weight.shape.rank - 1)) for weight in weights]
        moved, means, squares = training.adam(weights, means, squares, gradients, step, tf.constant(1.0))
        weights = tuple(weight + rate * (new - weight) for weight, new, rate in zip(weights, moved, columns, strict=True))
        return step + 1, weights, means, squares, total + losses

    start = (tf.constant(0), weights, means, squares, tf.zeros(MODELS))
    _, weights, _, _, total = tf.while_loop(lambda step, *_: step < STEPS, one, start)
    return total, weights


def measure(units):
    """Return milliseconds a step of six programs and of one, and the median of the ratios."""
    random = np.random.default_rng(units)
    images = tf.constant(random.integers(0, 256, (STEPS * BATCH, TIME, FEATURES)).astype("uint8"))
    labels = tf.constant(random.integers(0, training.CLASSES, len(images)), tf.int32)
    order, shares = tf.range(len(images)), tf.fill([len(images)], np.float32(1 / BATCH))
    shapes = (FEATURES, 4 * units), (units, 4 * units), (4 * units,), (units, training.CLASSES), (training.CLASSES,)
    weights = tuple(tf.constant(random.normal(scale=0.1, size=shape).astype("float32")) for shape in shapes)
    zeros = tuple(map(tf.zeros_like, weights))
    stacked, stacked_zeros = (tuple(tf.stack([each] * MODELS) for each in part) for part in (weights, zeros))
    one_of_them = training.compiled_steps(BATCH)

    def one_after_another():
        first, last = tf.constant(0), tf.constant(STEPS)
        told = [one_of_them(images, labels, order, shares, weights, zeros, zeros, tf.constant(rate), first, last) for rate in RATES]
        return np.array([float(total) for *_, total in told])

    def at_once():
        return all_at_once(images, labels, order, stacked, stacked_zeros, stacked_zeros, tf.constant(RATES))[0].numpy()

    apart, together = one_after_another(), at_once()  # compiles both
    calm = RATES <= 1e-2  # beyond, training is chaotic and single roundings grow
    np.testing.assert_allclose(together[calm], apart[calm], rtol=1e-4)
    seconds = [(_seconds(one_after_another), _seconds(at_once)) for _ in range(ROUNDS)]
    medians = [1e3 * statistics.median(each) / STEPS for each in zip(*seconds, strict=True)]
    return *medians, statistics.median(six / one for six, one in seconds)


def _seconds(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


if __name__ == "__main__":
    for width in UNITS:
        six, one, ratio = measure(width)
        print(f"{width:4} units: six programs {six:7.2f} ms a step, one program {one:7.2f} ms, ratio {ratio:.2f}", flush=True)
