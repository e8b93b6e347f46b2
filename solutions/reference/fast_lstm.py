"""An LSTM layer arranged for speed, with the numbers of the plain one: for training loops that are compiled as a whole.

* all four gates are one product a time step; the inputs were projected for all steps at once, or looked up;
* back-propagation through time is written out: the steps' gate gradients are stacked, and the gradient of the recurrent weights is
  one product over all of them;
* time is a loop of the compiled program, so compiling takes as long for 50 steps as for one.

Equations: Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000, gates in Keras's order input, forget, update, output.
"""

import tensorflow as tf


@tf.custom_gradient
def look_up(table, ids):
    """Return rows of a table, (…, columns), for whole numbers (…). Its gradient is one product with the one-hot numbers, which is
    faster than adding rows up one by one for tables of a few dozen rows."""
    rows = table.shape[0]

    def gradient(upstream):
        read = tf.one_hot(tf.reshape(ids, [-1]), rows, dtype=upstream.dtype)
        return tf.matmul(read, tf.reshape(upstream, (-1, table.shape[1])), transpose_a=True), None

    return tf.gather(table, ids), gradient


@tf.custom_gradient
def lstm(projected, recurrent_kernel, output, memory):
    """Run a layer over a batch of sequences, time first.

    Args:
        projected: the inputs times the kernel plus the bias, (time, batch, 4 * units).
        recurrent_kernel: (units, 4 * units).
        output, memory: the state to start from, (batch, units).

    Returns:
        The outputs of all steps (time, batch, units), and output and memory behind the last one.
    """
    time, batch, units = projected.shape[0], *output.shape
    first_output, first_memory = output, memory

    def forward(t, output, memory, kept):
        enter, forget, update, show = tf.split(projected[t] + output @ recurrent_kernel, 4, axis=1)
        enter, forget, update, show = tf.sigmoid(enter), tf.sigmoid(forget), tf.tanh(update), tf.sigmoid(show)
        memory = forget * memory + enter * update
        output = show * tf.tanh(memory)
        values = enter, forget, update, show, memory, output
        return t + 1, output, memory, tuple(array.write(t, value) for array, value in zip(kept, values, strict=True))

    # One array each: XLA writes each in place, where one for all would first be put together and then copied.
    kept = tuple(tf.TensorArray(output.dtype, size=time, element_shape=(batch, units)) for _ in range(6))
    start = (tf.constant(0), output, memory, kept)
    _, last_output, last_memory, kept = tf.while_loop(lambda t, *_: t < time, forward, start, maximum_iterations=time)
    enters, forgets, updates, shows, memories, outputs = (array.stack() for array in kept)  # each (time, batch, units)

    def gradient(d_outputs, d_last_output, d_last_memory):
        memories_before = tf.concat([first_memory[None], memories[:-1]], axis=0)
        transposed = tf.transpose(recurrent_kernel)  # once, not packed anew in every product

        def backward(t, d_output, d_memory, d_gates):
            enter, forget, update, show = enters[t], forgets[t], updates[t], shows[t]
            squashed = tf.tanh(memories[t])
            d_output = d_output + d_outputs[t]
            d_memory = d_memory + d_output * show * (1 - squashed * squashed)
            slopes = tf.concat(
                [
                    d_memory * update * enter * (1 - enter),
                    d_memory * memories_before[t] * forget * (1 - forget),
                    d_memory * enter * (1 - update * update),
                    d_output * squashed * show * (1 - show),
                ],
                axis=1,
            )
            return t - 1, slopes @ transposed, d_memory * forget, d_gates.write(t, slopes)

        d_gates = tf.TensorArray(output.dtype, size=time, element_shape=(batch, 4 * units))
        start = (tf.constant(time - 1), d_last_output, d_last_memory, d_gates)
        _, d_output, d_memory, d_gates = tf.while_loop(lambda t, *_: t >= 0, backward, start, maximum_iterations=time)
        d_gates = d_gates.stack()  # (time, batch, 4 * units)
        before = tf.reshape(tf.concat([first_output[None], outputs[:-1]], axis=0), (time * batch, units))
        d_recurrent = tf.matmul(before, tf.reshape(d_gates, (time * batch, 4 * units)), transpose_a=True)
        return d_gates, d_recurrent, d_output, d_memory

    return (outputs, last_output, last_memory), gradient
