"""Softmax twice."""

FAILS = "returns_loss_and_state"
HINT = "softmax is applied twice"

# %% training_step
def training_step(weights, batches, output, memory, rate):
    weights = {name: tf.convert_to_tensor(array) for name, array in weights.items()}
    with tf.GradientTape() as tape:
        tape.watch(weights)
        logits, output, memory = unroll(weights, batches[:-1], output, memory)
        losses = tf.nn.softmax_cross_entropy_with_logits(labels=tf.stack(batches[1:]), logits=tf.nn.softmax(logits))
        loss = tf.reduce_mean(losses)
    gradients = tape.gradient(loss, weights, unconnected_gradients='zero')
    return (sgd_step(weights, gradients, rate), output, memory, loss)
