"""No biases."""

FAILS = "follows_the_formulas"
HINT = "the biases are missing"

# %% lstm_cell
def lstm_cell(weights, inputs, output, memory):

    def arriving(gate):
        return tf.matmul(inputs, weights[f'{gate}_x']) + tf.matmul(output, weights[f'{gate}_h'])
    input_gate = tf.sigmoid(arriving('input'))
    forget_gate = tf.sigmoid(arriving('forget'))
    output_gate = tf.sigmoid(arriving('output'))
    update = tf.tanh(arriving('update'))
    memory = forget_gate * memory + input_gate * update
    return (output_gate * tf.tanh(memory), memory)
