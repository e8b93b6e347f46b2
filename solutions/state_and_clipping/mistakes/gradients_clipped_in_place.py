"""Multiplies the arrays that it was given."""

FAILS = "leaves_the_gradients_as_they_are"
HINT = "writes into the arrays that were handed in"

# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    gradients = [np.asarray(gradient) for gradient in gradients]
    norm = np.sqrt(sum(np.sum(np.square(gradient)) for gradient in gradients))
    if norm > max_norm:
        for gradient in gradients:
            gradient *= max_norm / norm
    return gradients, norm

# %% clip_three_ways
def clip_three_ways(gradients, limit):
    norm = np.sqrt(sum(np.sum(np.square(gradient)) for gradient in gradients))
    norms = [np.linalg.norm(gradient) for gradient in gradients]
    return {
        "global_clipnorm": [gradient * limit / max(norm, limit) for gradient in gradients],
        "clipnorm": [gradient * limit / max(own, limit) for gradient, own in zip(gradients, norms)],
        "clipvalue": [np.clip(gradient, -limit, limit) for gradient in gradients],
    }

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
