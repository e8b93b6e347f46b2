"""Takes train_epoch for measuring the validation text, too: that trains on it."""

FAILS = "learns_what_can_be_learnt"
HINT = "train_rows alone are trained on"
SPOILS = "trains_and_measures_every_epoch"

# %% train_language_model
def train_language_model(model, train_rows, valid_rows, epochs, steps=20, compute=loss_and_gradients):
    history = []
    for epoch in range(1, epochs + 1):
        rate = learning_rate_schedule(epoch)
        history.append((epoch, rate, *(train_epoch(model, rows, steps, rate, compute=compute) for rows in (train_rows, valid_rows))))
        print(history[-1])
    return pd.DataFrame(history, columns=["epoch", "learning_rate", "train_perplexity", "valid_perplexity"])
