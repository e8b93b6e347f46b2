"""Goes on from the last pass's states."""

FAILS = "trains_on_any_text"
HINT = "for every pair in order"
SPOILS = "trains_and_measures_every_epoch"  # the same training again is another one, where something is kept

# %% train_epoch
last_states = None


def train_epoch(model, rows, steps, learning_rate, max_norm=5.0, compute=loss_and_gradients):
    global last_states
    states = last_states if np.shape(last_states)[:1] == (len(rows),) else zero_states(model, len(rows))
    losses, counts = [], []
    for inputs, targets in sequences(rows, steps):
        loss, gradients, states = compute(model, inputs, targets, states)
        clipped, _ = clip_by_global_norm(gradients, max_norm)
        for variable, value in zip(model.trainable_variables, sgd_step(model.trainable_variables, clipped, learning_rate)):
            variable.assign(value)
        losses.append(float(loss))
        counts.append(np.size(targets))
    last_states = states
    return perplexity(losses, counts)
