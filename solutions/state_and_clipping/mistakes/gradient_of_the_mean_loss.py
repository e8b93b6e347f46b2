"""Minimises the mean over the steps, too: the protocol's rate is then too small."""

FAILS = "gives_loss_gradients_and_states"
HINT = "gradient of the mean over the steps"

# %% loss_and_gradients
def loss_and_gradients(model, inputs, targets, states):
    with tf.GradientTape() as tape:
        log_probabilities, new_states = read(model, inputs, states, training=True)
        losses = -tf.gather(log_probabilities, targets, batch_dims=2)
        objective = tf.reduce_mean(losses)
    gradients = tape.gradient(objective, model.trainable_variables)
    return tf.reduce_mean(losses), [tf.convert_to_tensor(gradient) for gradient in gradients], new_states
