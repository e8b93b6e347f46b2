"""The classifier's weights stay as they are."""

FAILS = "moves_against_the_gradient"
HINT = "does it change"

# %% training_step
def training_step(weights, batches, output, memory, rate):
    weights = {name: tf.convert_to_tensor(array) for name, array in weights.items()}
    with tf.GradientTape() as tape:
        tape.watch(weights)
        logits, output, memory = unroll(weights, batches[:-1], output, memory)
        losses = tf.nn.softmax_cross_entropy_with_logits(labels=tf.stack(batches[1:]), logits=logits)
        loss = tf.reduce_mean(losses)
    gradients = tape.gradient(loss, weights, unconnected_gradients='zero')
    gradients['classifier_w'] = tf.zeros_like(gradients['classifier_w'])
    return (sgd_step(weights, gradients, rate), output, memory, loss)
