"""The character LSTM trained fast: the loop over steps and the loop over time compiled as one program.

The protocol is the original's (see reference.py); the arithmetic is arranged for speed (see solutions/reference/fast_lstm.py) and gives
the same numbers: a test holds losses and gradients of this and of the plain step-by-step form together in double precision, and
both against keras.layers.LSTM.
"""

import functools

import numpy as np

VOCABULARY = 27
"""Space and a to z."""
FIRST_RATE, DECAY, DECAY_STEPS = 10.0, 0.1, 5_000
"""The learning rate, and by what it is multiplied after how many steps."""
CLIP_NORM = 1.25
"""Largest global norm of the gradients."""
FLOOR = 1e-10
"""Least probability that a logarithm is taken of."""
STEPS_A_CALL = 250
"""Training steps of one call of the compiled program: few enough to be interrupted, many enough to cost nothing."""
NAMES = ("kernel", "recurrent_kernel", "bias", "output_kernel", "output_bias")
"""The weights, in the order of every tuple here."""


def initial_weights(num_nodes, seed, dtype="float32"):
    """Return fresh weights: truncated normal with mean -0.1 and deviation 0.1, biases zero, as in the original.

    Returns:
        kernel (27, 4 * nodes), recurrent_kernel (nodes, 4 * nodes), bias (4 * nodes,), output_kernel (nodes, 27), output_bias (27,);
        gates in the order input, forget, update, output.
    """
    rng = np.random.default_rng(seed)
    shapes = (VOCABULARY, 4 * num_nodes), (num_nodes, 4 * num_nodes), (num_nodes, VOCABULARY)
    kernel, recurrent_kernel, output_kernel = (truncated_normal(rng, shape, -0.1, 0.1).astype(dtype) for shape in shapes)
    return kernel, recurrent_kernel, np.zeros(4 * num_nodes, dtype), output_kernel, np.zeros(VOCABULARY, dtype)


def truncated_normal(rng, shape, mean, deviation):
    """Draw from a normal distribution whose values beyond two deviations are drawn again, as TensorFlow does."""
    values = rng.normal(size=shape)
    while (far := np.abs(values) > 2).any():
        values[far] = rng.normal(size=far.sum())
    return mean + deviation * values


def learning_rate(step):
    """Return the rate of a step, a staircase: 10 for the first 5,000 steps, then 1, then 0.1."""
    return FIRST_RATE * DECAY ** (step // DECAY_STEPS)


def losses_and_gradients(weights, output, memory, ids):
    """Return one window's mean loss, its gradients and the states behind it.

    Args:
        weights: tensors in the order of NAMES.
        output, memory: the states before the window, (batch, nodes).
        ids: whole numbers (time + 1, batch): inputs, and one step later what was to be predicted.

    Returns:
        The mean cross-entropy in nats over (time, batch), the gradients in the order of NAMES, the output and the memory behind
        the last step.
    """
    import tensorflow as tf

    from solutions.reference.fast_lstm import look_up, lstm

    with tf.GradientTape() as tape:
        tape.watch(weights)
        kernel, recurrent_kernel, bias, output_kernel, output_bias = weights
        projected = look_up(kernel + bias, ids[:-1])  # (time, batch, 4 * nodes); the bias joins the 27 rows, not every character
        shown, output, memory = lstm(projected, recurrent_kernel, output, memory)
        logits = tf.reshape(shown, (-1, shown.shape[-1])) @ output_kernel + output_bias  # (time * batch, 27)
        targets = tf.one_hot(tf.reshape(ids[1:], [-1]), VOCABULARY, dtype=output.dtype)
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, logits))
    return loss, tuple(tape.gradient(loss, weights)), output, memory


def windows(text, batch_size, num_unrollings, step):
    """Return the characters of one step, (unrollings + 1, batch): every row reads on in its own segment, and wraps at the end.

    Args:
        text: whole numbers, a tensor (characters,).
        step: which step, from 0: its first character is the last of the step before.
    """
    import tensorflow as tf

    length = text.shape[0]
    cursors = tf.range(batch_size, dtype=tf.int64) * (length // batch_size)
    places = tf.cast(step, tf.int64) * num_unrollings + tf.range(num_unrollings + 1, dtype=tf.int64)
    return tf.cast(tf.gather(text, (places[:, None] + cursors[None, :]) % length), tf.int32)


@functools.lru_cache(maxsize=8)
def compiled_steps(batch_size, num_unrollings, jit_compile=True):
    """Return the program that trains for some steps; compiled once for each shape that it meets.

    It takes the weights, output, memory, the text, the first step's number and one behind the last one's, and returns weights,
    output, memory and the sum of the losses.
    """
    import tensorflow as tf

    def steps(weights, output, memory, text, first, last):
        def one(step, weights, output, memory, total):
            ids = windows(text, batch_size, num_unrollings, step)
            loss, gradients, output, memory = losses_and_gradients(weights, output, memory, ids)
            weights = descend(weights, gradients, step)
            return step + 1, weights, output, memory, total + loss

        zero = tf.zeros((), output.dtype)
        _, weights, output, memory, total = tf.while_loop(lambda step, *_: step < last, one, (first, tuple(weights), output, memory, zero))
        return weights, output, memory, total

    return tf.function(steps, jit_compile=jit_compile)


def descend(weights, gradients, step):
    """Return the weights after a step of plain gradient descent with gradients clipped to a global norm."""
    import tensorflow as tf

    dtype = weights[0].dtype
    clipped, _ = tf.clip_by_global_norm(gradients, CLIP_NORM)
    rate = FIRST_RATE * tf.pow(tf.constant(DECAY, dtype), tf.cast(step // DECAY_STEPS, dtype))
    return tuple(weight - rate * gradient for weight, gradient in zip(weights, clipped, strict=True))


@functools.lru_cache(maxsize=1)
def compiled_reading():
    """Return the program that reads texts, one a row, from a state of zeros, and gives each character's probability."""
    import tensorflow as tf

    @tf.function(jit_compile=True)
    def read(weights, ids):  # ids: (time, rows)
        kernel, recurrent_kernel, bias, output_kernel, output_bias = weights
        rows, nodes = ids.shape[1], recurrent_kernel.shape[0]

        def one(t, output, memory, found):
            gates = tf.gather(kernel, ids[t]) + bias + output @ recurrent_kernel
            enter, forget, update, show = tf.split(gates, 4, axis=1)
            memory = tf.sigmoid(forget) * memory + tf.sigmoid(enter) * tf.tanh(update)
            output = tf.sigmoid(show) * tf.tanh(memory)
            shares = tf.nn.softmax(output @ output_kernel + output_bias)
            share = tf.reduce_sum(shares * tf.one_hot(ids[t + 1], VOCABULARY, dtype=shares.dtype), axis=1)
            return t + 1, output, memory, found.write(t, share)

        zeros = tf.zeros((rows, nodes), kernel.dtype)
        found = tf.TensorArray(kernel.dtype, size=ids.shape[0] - 1, element_shape=(rows,))
        start = (tf.constant(0), zeros, zeros, found)
        *_, found = tf.while_loop(lambda t, *_: t < ids.shape[0] - 1, one, start, maximum_iterations=ids.shape[0] - 1)
        return found.stack()

    return read


def perplexities(weights, texts):
    """Return the perplexity of each text, read character by character from a state of zeros, that state carried on.

    Args:
        weights: arrays in the order of NAMES.
        texts: whole numbers (texts, characters).
    """
    import tensorflow as tf

    shares = compiled_reading()(tuple(map(tf.constant, weights)), tf.constant(np.ascontiguousarray(texts.T), tf.int32)).numpy()
    return np.exp(-np.log(np.maximum(shares.astype("float64"), FLOOR)).mean(axis=0))


def train(text, batch_size, num_nodes, num_unrollings, num_steps, seed, saved=None, save=lambda state: None):
    """Train a network from the start, or go on from a saved state, and return its weights and the mean loss of every call.

    Args:
        text: the training text, whole numbers uint8 (characters,).
        saved: what `save` was last given, to go on from there.
        save: given everything that going on needs after every call of the compiled program: step, weights, output, memory, losses.
    """
    import tensorflow as tf

    if saved is None:
        zeros = np.zeros((batch_size, num_nodes), "float32")
        saved = {"step": 0, "weights": initial_weights(num_nodes, seed), "output": zeros, "memory": zeros, "losses": []}
    step, losses = int(saved["step"]), list(saved["losses"])
    weights = tuple(map(tf.constant, saved["weights"]))
    output, memory = tf.constant(saved["output"]), tf.constant(saved["memory"])
    run, text = compiled_steps(batch_size, num_unrollings), tf.constant(text, tf.uint8)
    while step < num_steps:
        last = min(num_steps, step + STEPS_A_CALL)
        weights, output, memory, total = run(weights, output, memory, text, tf.constant(step), tf.constant(last))
        losses.append([last, float(total) / (last - step)])
        step = last
        parts = [weight.numpy() for weight in weights]
        save({"step": step, "weights": parts, "output": output.numpy(), "memory": memory.numpy(), "losses": list(losses)})
    return [weight.numpy() for weight in weights], losses
