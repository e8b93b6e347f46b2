"""Adds the gradient."""

FAILS = "steps_against_the_gradient"
HINT = "this goes up the gradient"

# %% sgd_step
def sgd_step(weights, gradients, learning_rate):
    return [np.asarray(weight) + learning_rate * np.asarray(gradient) for weight, gradient in zip(weights, gradients)]

# %% train_epoch
def train_epoch(model, rows, steps, learning_rate, max_norm=5.0, compute=loss_and_gradients):
    states, losses, counts = zero_states(model, len(rows)), [], []
    for inputs, targets in sequences(rows, steps):
        loss, gradients, states = compute(model, inputs, targets, states)
        clipped, _ = tf.clip_by_global_norm(gradients, max_norm)
        for variable, gradient in zip(model.trainable_variables, clipped):
            variable.assign_sub(learning_rate * gradient)
        losses.append(float(loss))
        counts.append(targets.size)
    return perplexity(losses, counts)
