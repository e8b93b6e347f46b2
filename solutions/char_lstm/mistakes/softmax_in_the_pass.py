"""Returns probabilities instead of logits."""

FAILS = "goes_step_by_step"
HINT = "return the logits"

# %% unroll
def unroll(weights, inputs, output, memory):
    logits = []
    for step_inputs in inputs:
        output, memory = lstm_cell(weights, step_inputs, output, memory)
        logits.append(tf.matmul(output, weights['classifier_w']) + weights['classifier_b'])
    return (tf.nn.softmax(tf.stack(logits)), output, memory)
