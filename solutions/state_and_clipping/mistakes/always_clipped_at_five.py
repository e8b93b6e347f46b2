"""Clips at 5 whatever it is told."""

FAILS = "steps_chunk_after_chunk"
HINT = "not clipped, or not at the max_norm"

# %% train_epoch
def train_epoch(model, rows, steps, learning_rate, max_norm=5.0, compute=loss_and_gradients):
    states = zero_states(model, len(rows))
    losses, counts = [], []
    for inputs, targets in sequences(rows, steps):
        loss, gradients, states = compute(model, inputs, targets, states)
        clipped, _ = clip_by_global_norm(gradients, 5.0)
        for variable, value in zip(model.trainable_variables, sgd_step(model.trainable_variables, clipped, learning_rate)):
            variable.assign(value)
        losses.append(float(loss))
        counts.append(np.size(targets))
    return perplexity(losses, counts)
