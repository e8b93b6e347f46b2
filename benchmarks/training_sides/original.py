"""The original coursework's way: a TensorFlow 1 graph, unrolled step by step, gate by gate, and fed one-hot batches from Python."""

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_eager_execution()
VOCABULARY = 27


class Batches:
    """One-hot windows, each row reading on in its own segment."""

    def __init__(self, text, batch_size, unrollings):
        self.text, self.unrollings = text, unrollings
        self.cursors = np.arange(batch_size) * (len(text) // batch_size)
        self.last = self.one()

    def one(self):
        batch = np.zeros((len(self.cursors), VOCABULARY), np.float32)
        batch[np.arange(len(self.cursors)), self.text[self.cursors]] = 1
        self.cursors = (self.cursors + 1) % len(self.text)
        return batch

    def next(self):
        batches = [self.last, *(self.one() for _ in range(self.unrollings))]
        self.last = batches[-1]
        return batches


def char(batch_size, nodes, unrollings, text):
    """Build the graph of that size, and return what runs it step by step."""
    graph = tf.Graph()
    with graph.as_default():
        fed = [tf.placeholder(tf.float32, (batch_size, VOCABULARY)) for _ in range(unrollings + 1)]
        kernels = [tf.Variable(tf.truncated_normal((VOCABULARY, nodes), -0.1, 0.1)) for _ in range(4)]
        recurrent = [tf.Variable(tf.truncated_normal((nodes, nodes), -0.1, 0.1)) for _ in range(4)]
        biases = [tf.Variable(tf.zeros((1, nodes))) for _ in range(4)]
        saved_output, saved_state = (tf.Variable(tf.zeros((batch_size, nodes)), trainable=False) for _ in range(2))
        output_weights, output_bias = tf.Variable(tf.truncated_normal((nodes, VOCABULARY), -0.1, 0.1)), tf.Variable(tf.zeros((VOCABULARY,)))
        output, state, outputs = saved_output, saved_state, []
        for letters in fed[:-1]:
            gates = [letters @ kernel + output @ own + bias for kernel, own, bias in zip(kernels, recurrent, biases, strict=True)]
            state = tf.sigmoid(gates[1]) * state + tf.sigmoid(gates[0]) * tf.tanh(gates[2])
            output = tf.sigmoid(gates[3]) * tf.tanh(state)
            outputs.append(output)
        with tf.control_dependencies([saved_output.assign(output), saved_state.assign(state)]):
            logits = tf.nn.xw_plus_b(tf.concat(outputs, 0), output_weights, output_bias)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=tf.concat(fed[1:], 0), logits=logits))
        step = tf.Variable(0)
        optimizer = tf.train.GradientDescentOptimizer(tf.train.exponential_decay(10.0, step, 5000, 0.1, staircase=True))
        gradients, variables = zip(*optimizer.compute_gradients(loss), strict=True)
        clipped, _ = tf.clip_by_global_norm(gradients, 1.25)
        update = optimizer.apply_gradients(zip(clipped, variables, strict=True), global_step=step)
        initialise = tf.global_variables_initializer()
    session = tf.Session(graph=graph)
    session.run(initialise)
    batches = Batches(text, batch_size, unrollings)

    def train(steps):
        for _ in range(steps):
            _, found = session.run([update, loss], dict(zip(fed, batches.next(), strict=True)))
        return found

    return train
