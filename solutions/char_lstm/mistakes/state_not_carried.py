"""Every step starts from the first state."""

FAILS = "goes_step_by_step"
HINT = "every step starts from the first state"

# %% unroll
def unroll(weights, inputs, output, memory):
    logits = []
    for step_inputs in inputs:
        shown, memory_now = lstm_cell(weights, step_inputs, output, memory)
        logits.append(tf.matmul(shown, weights['classifier_w']) + weights['classifier_b'])
    return (tf.stack(logits), shown, memory_now)
