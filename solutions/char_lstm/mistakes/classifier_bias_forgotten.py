"""The classifier has no bias."""

FAILS = "goes_step_by_step"
HINT = "biases of the classifier"

# %% unroll
def unroll(weights, inputs, output, memory):
    logits = []
    for step_inputs in inputs:
        output, memory = lstm_cell(weights, step_inputs, output, memory)
        logits.append(tf.matmul(output, weights['classifier_w']))
    return (tf.stack(logits), output, memory)
