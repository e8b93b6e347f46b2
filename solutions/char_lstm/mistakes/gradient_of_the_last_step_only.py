"""The gradient stops between the steps of one batch."""

FAILS = "moves_against_the_gradient"
HINT = "tape.gradient(loss, weights)"

# %% training_step
def training_step(weights, batches, output, memory, rate):
    weights = {name: tf.convert_to_tensor(array) for name, array in weights.items()}
    with tf.GradientTape() as tape:
        tape.watch(weights)
        logits = []
        for one in batches[:-1]:
            output, memory = tf.stop_gradient(output), tf.stop_gradient(memory)
            one_logits, output, memory = unroll(weights, [one], output, memory)
            logits.append(one_logits[0])
        logits = tf.stack(logits)
        losses = tf.nn.softmax_cross_entropy_with_logits(labels=tf.stack(batches[1:]), logits=logits)
        loss = tf.reduce_mean(losses)
    gradients = tape.gradient(loss, weights, unconnected_gradients='zero')
    return (sgd_step(weights, gradients, rate), output, memory, loss)
