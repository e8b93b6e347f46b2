"""Runs the model as in evaluation."""

FAILS = "trains_with_dropout"
HINT = "training=True switches dropout on"

# %% loss_and_gradients
def loss_and_gradients(model, inputs, targets, states):
    with tf.GradientTape() as tape:
        log_probabilities, new_states = read(model, inputs, states)
        losses = -tf.gather(log_probabilities, targets, batch_dims=2)
        objective = tf.reduce_mean(tf.reduce_sum(losses, axis=1))
    gradients = tape.gradient(objective, model.trainable_variables)
    return tf.reduce_mean(losses), [tf.convert_to_tensor(gradient) for gradient in gradients], new_states
