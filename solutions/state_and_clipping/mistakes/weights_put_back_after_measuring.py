"""Keeps the best weights in mind, and puts the old ones back after each epoch: the model that is handed in never changes."""

FAILS = "learns_what_can_be_learnt"
HINT = "the weights are what they were before the training"
SPOILS = "trains_and_measures_every_epoch"

# %% train_language_model
def train_language_model(model, train_rows, valid_rows, epochs, steps=20, compute=loss_and_gradients):
    history, start = [], model.get_weights()
    for epoch in range(1, epochs + 1):
        rate = learning_rate_schedule(epoch)
        history.append((epoch, rate, train_epoch(model, train_rows, steps, rate, compute=compute), evaluate(model, valid_rows, steps)))
        model.set_weights(start)
        print(history[-1])
    return pd.DataFrame(history, columns=["epoch", "learning_rate", "train_perplexity", "valid_perplexity"])
