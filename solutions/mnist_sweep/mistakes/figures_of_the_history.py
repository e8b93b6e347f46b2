"""Takes the training figures out of fit's history, which averages over the epoch."""

FAILS = "measures_after_the_training"
HINT = "fit()'s history is an average over the epoch"

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    history = model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0).history
    _, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
    return {"train_accuracy": history["accuracy"][-1], "test_accuracy": test_accuracy, "train_loss": history["loss"][-1]}
