"""TensorFlow throughout, in 64 bits; gradients by GradientTape; tensors come back."""

# %% rnn_step
import tensorflow as tf


def tensor(value):
    return tf.cast(tf.convert_to_tensor(value), tf.float64)


def rnn_step(event, output, kernel, recurrent_kernel, bias):
    event, output, kernel, recurrent_kernel, bias = map(tensor, (event, output, kernel, recurrent_kernel, bias))
    return tf.tanh(tf.matmul(event, kernel) + tf.matmul(output, recurrent_kernel) + bias)

# %% scale_to_radius
def scale_to_radius(matrix, radius):
    matrix = tensor(matrix)
    return matrix * radius / tf.reduce_max(tf.abs(tf.linalg.eigvals(matrix)))

# %% gradient_norms
def gradient_norms(sequence, kernel, recurrent_kernel, bias, last_gradient):
    outputs, output = [], tf.zeros_like(tensor(last_gradient))
    with tf.GradientTape() as tape:
        tape.watch(output)
        for event in tf.unstack(tensor(sequence), axis=1):
            output = rnn_step(event, output, kernel, recurrent_kernel, bias)
            outputs.append(output)
        loss = tf.reduce_sum(output * tensor(last_gradient))
    return tf.stack([tf.norm(gradient) for gradient in tape.gradient(loss, outputs)])

# %% learn_gate
def weigh(event, output, block):
    kernel, recurrent_kernel, bias = map(tensor, block)
    return tensor(event) @ kernel + tensor(output) @ recurrent_kernel + bias


def learn_gate(event, output, input_block, candidate_block):
    return tf.sigmoid(weigh(event, output, input_block)) * tf.tanh(weigh(event, output, candidate_block))

# %% forget_gate
def forget_gate(memory, event, output, block):
    return tf.multiply(tf.sigmoid(weigh(event, output, block)), tensor(memory))

# %% remember_gate
def remember_gate(kept, learnt):
    return tf.add(tensor(kept), tensor(learnt))

# %% use_gate
def use_gate(memory, event, output, block):
    return tf.sigmoid(weigh(event, output, block)) * tf.tanh(tensor(memory))

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    i, f, g, o = tf.split(weigh(event, output, (kernel, recurrent_kernel, bias)), 4, axis=-1)
    memory = tf.sigmoid(f) * tensor(memory) + tf.sigmoid(i) * tf.tanh(g)
    return tf.sigmoid(o) * tf.tanh(memory), memory

# %% lstm_forward
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    sequence = tensor(sequence)
    nothing = tf.zeros((sequence.shape[0], len(bias) // 4), tf.float64)
    output, memory = (nothing, nothing) if initial_state is None else map(tensor, initial_state)
    outputs = []
    for step in range(sequence.shape[1]):
        output, memory = lstm_step(sequence[:, step], output, memory, kernel, recurrent_kernel, bias)
        outputs.append(output)
    return tf.stack(outputs, 1), output, memory

# %% lstm_backward
def lstm_backward(sequence, kernel, recurrent_kernel, bias, outputs_gradient, memory_gradient, initial_state=None):
    if initial_state is None:
        initial_state = tf.zeros_like(tensor(memory_gradient)), tf.zeros_like(tensor(memory_gradient))
    names = ["sequence", "kernel", "recurrent_kernel", "bias", "initial_output", "initial_memory"]
    values = dict(zip(names, map(tensor, (sequence, kernel, recurrent_kernel, bias, *initial_state))))
    with tf.GradientTape() as tape:
        tape.watch(values)
        state = values["initial_output"], values["initial_memory"]
        outputs, _, memory = lstm_forward(values["sequence"], values["kernel"], values["recurrent_kernel"], values["bias"], state)
        loss = tf.reduce_sum(outputs * outputs_gradient) + tf.reduce_sum(memory * memory_gradient)
    return tape.gradient(loss, values)

# %% gru_step
def gru_step(event, output, kernel, recurrent_kernel, bias, reset_after=True):
    event, output, kernel, recurrent_kernel, bias = map(tensor, (event, output, kernel, recurrent_kernel, bias))
    Uz, Ur, Uh = tf.split(recurrent_kernel, 3, axis=1)
    if reset_after:
        (xz, xr, xh), (bz, br, bh) = tf.split(event @ kernel + bias[0], 3, axis=1), tf.split(bias[1], 3)
    else:
        (xz, xr, xh), (bz, br, bh) = tf.split(event @ kernel + bias, 3, axis=1), (0.0, 0.0, 0.0)
    z, r = tf.sigmoid(xz + output @ Uz + bz), tf.sigmoid(xr + output @ Ur + br)
    candidate = tf.tanh(xh + r * (output @ Uh + bh)) if reset_after else tf.tanh(xh + (r * output) @ Uh)
    return candidate + z * (output - candidate)

# %% peephole_lstm_step
def peephole_lstm_step(event, output, memory, kernel, recurrent_kernel, bias, peephole):
    memory, peephole = tensor(memory), tensor(peephole)
    i, f, g, o = tf.split(weigh(event, output, (kernel, recurrent_kernel, bias)), 4, axis=1)
    new = tf.sigmoid(f + peephole[1] * memory) * memory + tf.sigmoid(i + peephole[0] * memory) * tf.tanh(g)
    return [tf.sigmoid(o + peephole[2] * new) * tf.tanh(new), new]

# %% peephole_cell
class PeepholeCell(keras.layers.LSTMCell):
    def build(self, input_shape):
        super().build(input_shape)
        self.peephole = self.add_weight(name="peephole", shape=[3, self.units], initializer="zeros", trainable=True)

    def call(self, inputs, states):
        h, c = states
        i, f, g, o = tf.split(tf.matmul(inputs, self.kernel) + tf.matmul(h, self.recurrent_kernel) + self.bias, 4, axis=-1)
        pi, pf, po = tf.unstack(tf.convert_to_tensor(self.peephole))
        new = tf.sigmoid(f + pf * c) * c + tf.sigmoid(i + pi * c) * tf.tanh(g)
        h = tf.sigmoid(o + po * new) * tf.tanh(new)
        return h, (h, new)
