"""The stacked language model trained fast: many steps of training compiled as one program, layers by solutions/reference/fast_lstm.py.

The protocol is that of Zaremba, Sutskever and Vinyals 2014 (arXiv:1409.2329): weights uniform around 0; the loss of a chunk is the sum over
its steps of the mean over its rows; plain gradient descent; the gradients scaled down together when their global norm is above 5;
dropout between the layers and before the softmax, not on the recurrent connections; state carried from chunk to chunk and zero at
the start of each pass.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np

CLIP_NORM = 5.0
"""Largest global norm of the gradients."""
STEPS_A_CALL = 100
"""Training steps of one call of the compiled program."""
READING_STEPS = 200
"""Words of one call of the compiled program that reads."""


@dataclass(frozen=True)
class Shape:
    """What a compiled program is made for."""

    vocabulary: int
    """words or characters"""
    embedding: int
    """numbers that stand for one of them"""
    units: int
    """of each layer"""
    layers: int
    """LSTM layers, one upon the other"""
    batch_size: int
    """rows"""
    num_steps: int
    """steps of a chunk: how far back gradients go"""
    dropout: float
    """share of the numbers that are dropped on the way up"""


@dataclass(frozen=True)
class Place:
    """Where training stands in a pass over the text."""

    first: int
    """the chunk that comes next"""
    loss: float
    """sum of the chunks' losses so far"""
    norms: float
    """sum of the gradients' norms so far"""
    weights: tuple
    """arrays or tensors as initial_weights orders them"""
    states: object
    """(layers, 2, rows, units)"""


def initial_weights(shape, scale, seed, dtype="float32"):
    """Return fresh weights, uniform between -scale and scale.

    Returns:
        embedding (vocabulary, embedding); for each layer kernel (inputs, 4 * units), recurrent_kernel (units, 4 * units) and
        bias (4 * units,); softmax kernel (units, vocabulary) and bias (vocabulary,).
    """
    rng = np.random.default_rng(seed)
    shapes = [(shape.vocabulary, shape.embedding)]
    for layer in range(shape.layers):
        inputs = shape.units if layer else shape.embedding
        shapes += [(inputs, 4 * shape.units), (shape.units, 4 * shape.units), (4 * shape.units,)]
    shapes += [(shape.units, shape.vocabulary), (shape.vocabulary,)]
    return tuple(rng.uniform(-scale, scale, size).astype(dtype) for size in shapes)


def zero_states(shape, rows, dtype="float32"):
    """Return the state at the start of a pass: output and memory of every layer, (layers, 2, rows, units)."""
    return np.zeros((shape.layers, 2, rows, shape.units), dtype)


def logits_of(shape, weights, states, ids, keep=lambda values, place: values):
    """Run the network over a chunk.

    Args:
        weights: tensors as initial_weights orders them.
        states: (layers, 2, rows, units).
        ids: whole numbers (time, rows).
        keep: dropout: takes what goes up and the number of the place.

    Returns:
        Logits (time, rows, vocabulary) and the states behind the last step.
    """
    import tensorflow as tf

    from solutions.reference.fast_lstm import lstm

    carried = keep(tf.gather(weights[0], ids), 0)  # (time, rows, embedding)
    time, rows = ids.shape
    behind = []
    for layer in range(shape.layers):
        kernel, recurrent_kernel, bias = weights[1 + 3 * layer : 4 + 3 * layer]
        flat = tf.reshape(carried, (time * rows, carried.shape[-1]))
        projected = tf.reshape(flat @ kernel + bias, (time, rows, 4 * shape.units))
        carried, output, memory = lstm(projected, recurrent_kernel, states[layer, 0], states[layer, 1])
        behind.append(tf.stack([output, memory]))
        carried = keep(carried, layer + 1)
    flat = tf.reshape(carried, (time * rows, shape.units))
    return tf.reshape(flat @ weights[-2] + weights[-1], (time, rows, shape.vocabulary)), tf.stack(behind)


def loss_and_gradients(shape, weights, states, ids, keep=lambda values, place: values):
    """Return one chunk's loss (sum over steps of the mean over rows, in nats), its gradients and the states behind it.

    Args:
        ids: whole numbers (time + 1, rows): inputs, and one step later what was to be predicted.
    """
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(weights)
        logits, states = logits_of(shape, weights, states, ids[:-1], keep)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(ids[1:], logits)  # (time, rows)
        loss = tf.reduce_sum(losses) / ids.shape[1]
    gradients = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(loss, weights)]
    return loss, gradients, states


@functools.lru_cache(maxsize=4)
def compiled_steps(shape, jit_compile=True):
    """Return the program that trains on some chunks: it takes weights, states, the rows of the text (time, rows), the first chunk and one
    behind the last, the learning rate and a seed, and returns weights, states, the sum of the losses and the sum of the norms."""
    import tensorflow as tf

    def steps(weights, states, rows, first, last, rate, seed):
        def one(step, weights, states, total, norms):
            start = step * shape.num_steps
            ids = tf.slice(rows, [start, 0], [shape.num_steps + 1, shape.batch_size])

            def keep(values, place):
                if not shape.dropout:
                    return values
                drawn = tf.random.stateless_uniform(tf.shape(values), tf.stack([seed, step * 16 + place]), dtype=values.dtype)
                return tf.where(drawn >= shape.dropout, values / (1 - shape.dropout), tf.zeros_like(values))

            loss, gradients, states = loss_and_gradients(shape, weights, states, ids, keep)
            gradients, norm = tf.clip_by_global_norm(gradients, CLIP_NORM)
            weights = tuple(weight - rate * gradient for weight, gradient in zip(weights, gradients, strict=True))
            return step + 1, weights, states, total + loss, norms + norm

        zero = tf.zeros((), states.dtype)
        start = (first, tuple(weights), states, zero, zero)
        _, weights, states, total, norms = tf.while_loop(lambda step, *_: step < last, one, start)
        return weights, states, total, norms

    return tf.function(steps, jit_compile=jit_compile)


def in_rows(ids, batch_size):
    """Return a text as rows that read on, time first: (characters of a row, batch_size); what is left over at the end is left out."""
    length = len(ids) // batch_size
    return np.ascontiguousarray(ids[: length * batch_size].reshape(batch_size, length).T.astype("int32"))


def train_epoch(shape, weights, rows, rate, seed, begun=None, save=lambda place: None, most_chunks=math.inf):
    """Train on one pass over the text, from a state of zeros, or go on in the middle of one.

    Args:
        weights: arrays or tensors as initial_weights orders them.
        rows: as in_rows gives them.
        rate: the learning rate.
        seed: of the dropout, another one for every epoch.
        begun: what `save` was last given, to go on from there with the weights of then.
        save: given a Place after every call of the compiled program.
        most_chunks: where to stop before the end.

    Returns:
        The weights, the perplexity of the training text while it was trained on, and the mean norm of the gradients before clipping.
    """
    import tensorflow as tf

    run = compiled_steps(shape)
    chunks = min((len(rows) - 1) // shape.num_steps, most_chunks)
    place = begun or Place(0, 0.0, 0.0, weights, zero_states(shape, shape.batch_size))
    weights, states, rows = tuple(map(tf.constant, place.weights)), tf.constant(place.states), tf.constant(rows)
    loss, norms = place.loss, place.norms
    for first in range(place.first, chunks, STEPS_A_CALL):
        last = min(chunks, first + STEPS_A_CALL)
        bounds = tf.constant(first), tf.constant(last)
        weights, states, part, norm = run(weights, states, rows, *bounds, tf.constant(rate, tf.float32), tf.constant(seed))
        loss, norms = loss + float(part), norms + float(norm)
        save(Place(last, loss, norms, weights, states))
    return weights, float(np.exp(loss / (chunks * shape.num_steps))), norms / chunks


@functools.lru_cache(maxsize=4)
def compiled_reading(shape):
    """Return the program that reads: it takes weights, states and words (time + 1, rows), and returns states and the sum of the losses."""
    import tensorflow as tf

    def read(weights, states, ids):
        logits, states = logits_of(shape, weights, states, ids[:-1])
        return states, tf.reduce_sum(tf.nn.sparse_softmax_cross_entropy_with_logits(ids[1:], logits))

    return tf.function(read, jit_compile=True)


def perplexity(shape, weights, ids, steps=READING_STEPS):
    """Return the perplexity of a text read as one row, its state carried from the first word to the last.

    Args:
        ids: whole numbers (words,).
        steps: words of one call; the last few words are read in a call of their own.
    """
    import tensorflow as tf

    read, weights = compiled_reading(shape), tuple(map(tf.constant, weights))
    states, total = tf.constant(zero_states(shape, 1)), 0.0
    ids = np.asarray(ids, "int32")
    for start in range(0, len(ids) - 1, steps):
        states, loss = read(weights, states, tf.constant(ids[start : start + steps + 1, None]))
        total += float(loss)
    return float(np.exp(total / (len(ids) - 1)))
