"""Averages the batches' perplexities."""

FAILS = "weighs_the_batches"
HINT = "mean of perplexities"

# %% perplexity
def perplexity(losses, counts):
    return float(np.average(np.exp(losses), weights=counts))


def bits_per_character(losses, counts):
    return float(np.average(losses, weights=counts) / np.log(2))

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
    return math.exp(np.average(losses, weights=counts))

# %% evaluate
def evaluate(model, rows, steps):
    logs, _ = read(model, rows[:, :-1], zero_states(model, len(rows)))
    return math.exp(-np.mean(np.take_along_axis(np.asarray(logs), rows[:, 1:, None], axis=-1)))
