"""Stops the gradient at the peepholes."""

FAILS = "lets_keras_train_every_weight"
HINT = "NumPy cuts the gradient"

# %% peephole_cell
class PeepholeCell(keras.layers.LSTMCell):
    def build(self, input_shape):
        super().build(input_shape)
        self.peephole = self.add_weight(shape=(3, self.units), initializer="zeros", name="peephole")

    def call(self, inputs, states, training=False):
        output, memory = states
        z = keras.ops.matmul(inputs, self.kernel) + keras.ops.matmul(output, self.recurrent_kernel) + self.bias
        i, f, g, o = keras.ops.split(z, 4, axis=-1)
        p = keras.ops.stop_gradient(self.peephole)
        old = memory
        memory = keras.ops.sigmoid(f + p[1] * old) * old + keras.ops.sigmoid(i + p[0] * old) * keras.ops.tanh(g)
        output = keras.ops.sigmoid(o + p[2] * memory) * keras.ops.tanh(memory)
        return output, [output, memory]
