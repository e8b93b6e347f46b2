"""Measures with dropout."""

FAILS = "measures_without_dropout_from_zero_states"
HINT = "no dropout"

# %% evaluate
def evaluate(model, rows, steps):
    states, losses, counts = zero_states(model, len(rows)), [], []
    for inputs, targets in sequences(rows, steps):
        logs, states = read(model, inputs, states, training=True)
        losses.append(-np.mean(np.take_along_axis(np.asarray(logs), targets[:, :, None], axis=-1)))
        counts.append(targets.size)
    return perplexity(losses, counts)
