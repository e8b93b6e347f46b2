"""Evaluates before each pass."""

FAILS = "trains_and_measures_every_epoch"
HINT = "measured before the epoch's training"

# %% train_language_model
def train_language_model(model, train_rows, valid_rows, epochs, steps=20, compute=loss_and_gradients):
    history = []
    for epoch in range(1, epochs + 1):
        rate = learning_rate_schedule(epoch)
        valid = evaluate(model, valid_rows, steps)
        history.append((epoch, rate, train_epoch(model, train_rows, steps, rate, compute=compute), valid))
        print(history[-1])
    return pd.DataFrame(history, columns=["epoch", "learning_rate", "train_perplexity", "valid_perplexity"])
