"""The old memory is not added."""

FAILS = "follows_the_formulas"
HINT = "memory of the step before is missing"

# %% lstm_cell
def lstm_cell(weights, inputs, output, memory):

    def arriving(gate):
        return tf.matmul(inputs, weights[f'{gate}_x']) + tf.matmul(output, weights[f'{gate}_h']) + weights[f'{gate}_b']
    input_gate = tf.sigmoid(arriving('input'))
    forget_gate = tf.sigmoid(arriving('forget'))
    output_gate = tf.sigmoid(arriving('output'))
    update = tf.tanh(arriving('update'))
    memory = input_gate * update
    return (output_gate * tf.tanh(memory), memory)
