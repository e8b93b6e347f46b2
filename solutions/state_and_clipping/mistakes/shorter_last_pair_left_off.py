"""Leaves the last, shorter pair off."""

FAILS = "keeps_the_shorter_last_pair"
HINT = "the last pair is left off"

# %% sequences
def sequences(rows, steps):
    for start in range(0, rows.shape[1] - steps, steps):
        yield rows[:, start : start + steps], rows[:, start + 1 : start + steps + 1]

# %% train_epoch
def train_epoch(model, rows, steps, learning_rate, max_norm=5.0, compute=loss_and_gradients):
    states, losses, counts = zero_states(model, len(rows)), [], []
    for start in range(0, rows.shape[1] - 1, steps):
        targets = rows[:, start + 1 : start + 1 + steps]
        loss, gradients, states = compute(model, rows[:, start : start + targets.shape[1]], targets, states)
        clipped, _ = tf.clip_by_global_norm(gradients, max_norm)
        for variable, gradient in zip(model.trainable_variables, clipped):
            variable.assign_sub(learning_rate * gradient)
        losses.append(float(loss))
        counts.append(targets.size)
    return perplexity(losses, counts)

# %% evaluate
def evaluate(model, rows, steps):
    logs, _ = read(model, rows[:, :-1], zero_states(model, len(rows)))
    return math.exp(-np.mean(np.take_along_axis(np.asarray(logs), rows[:, 1:, None], axis=-1)))
