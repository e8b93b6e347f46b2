"""Never halves the rate."""

FAILS = "trains_and_measures_every_epoch"
HINT = "learning_rate_schedule(epoch)"

# %% train_language_model
def train_language_model(model, train_rows, valid_rows, epochs, steps=20, compute=loss_and_gradients):
    history = []
    for epoch in range(1, epochs + 1):
        trained = train_epoch(model, train_rows, steps, 0.9, compute=compute)
        history.append((epoch, 0.9, trained, evaluate(model, valid_rows, steps)))
        print(history[-1])
    return pd.DataFrame(history, columns=["epoch", "learning_rate", "train_perplexity", "valid_perplexity"])
