"""Makes its own step, which clips nothing."""

FAILS = "clips_long_gradients"
HINT = "make the step with sgd_step"

# %% training_step
def training_step(weights, batches, output, memory, rate):
    weights = {name: tf.convert_to_tensor(array) for name, array in weights.items()}
    with tf.GradientTape() as tape:
        tape.watch(weights)
        logits, output, memory = unroll(weights, batches[:-1], output, memory)
        losses = tf.nn.softmax_cross_entropy_with_logits(labels=tf.stack(batches[1:]), logits=logits)
        loss = tf.reduce_mean(losses)
    gradients = tape.gradient(loss, weights, unconnected_gradients='zero')
    return ({name: weights[name] - rate * gradients[name] for name in weights}, output, memory, loss)
