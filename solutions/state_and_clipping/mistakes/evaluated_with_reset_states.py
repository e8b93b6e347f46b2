"""Resets the state at every chunk of the validation text."""

FAILS = "measures_without_dropout_from_zero_states"
HINT = "the state is reset at every chunk"

# %% evaluate
def evaluate(model, rows, steps):
    losses, counts = [], []
    for inputs, targets in sequences(rows, steps):
        logs, _ = read(model, inputs, zero_states(model, len(rows)))
        losses.append(-np.mean(np.take_along_axis(np.asarray(logs), targets[:, :, None], axis=-1)))
        counts.append(targets.size)
    return perplexity(losses, counts)
