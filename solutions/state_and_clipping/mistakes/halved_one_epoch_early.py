"""Counts epochs from 0 inside."""

FAILS = "follows_the_protocol"
HINT = "one epoch too early"

# %% learning_rate_schedule
def learning_rate_schedule(epoch, initial_rate=0.9, constant_epochs=5):
    return initial_rate if epoch < constant_epochs else initial_rate / 2 ** (epoch - constant_epochs + 1)

# %% train_language_model
def train_language_model(model, train_rows, valid_rows, epochs, steps=20, compute=loss_and_gradients):
    history = []
    for epoch in range(1, epochs + 1):
        rate = 0.9 * 0.5 ** max(0, epoch - 5)
        trained = train_epoch(model, train_rows, steps, rate, compute=compute)
        history.append((epoch, rate, trained, evaluate(model, valid_rows, steps)))
        print(history[-1])
    return pd.DataFrame(history, columns=["epoch", "learning_rate", "train_perplexity", "valid_perplexity"])
