"""Leaves the initial peepholes to Keras, which draws them at random."""

FAILS = "has_the_weights_of_a_peephole_lstm"
HINT = "it begins as a plain LSTM"

# %% peephole_cell
class PeepholeCell(keras.layers.LSTMCell):
    def build(self, input_shape):
        super().build(input_shape)
        self.peephole = self.add_weight(shape=(3, self.units), name="peephole")

    def call(self, inputs, states, training=False):
        output, memory = states
        z = keras.ops.matmul(inputs, self.kernel) + keras.ops.matmul(output, self.recurrent_kernel) + self.bias
        i, f, g, o = keras.ops.split(z, 4, axis=-1)
        p = self.peephole
        old = memory
        memory = keras.ops.sigmoid(f + p[1] * old) * old + keras.ops.sigmoid(i + p[0] * old) * keras.ops.tanh(g)
        output = keras.ops.sigmoid(o + self.peephole[2] * memory) * keras.ops.tanh(memory)
        return output, [output, memory]
