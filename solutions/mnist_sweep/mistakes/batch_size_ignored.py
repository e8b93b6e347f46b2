"""Trains in batches of 128, whatever is asked for."""

FAILS = "trains_in_the_given_batches"
HINT = "hand batch_size on to fit()"

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    model.fit(x_train, y_train, epochs=epochs, batch_size=128, verbose=0)
    loss, accuracy = model.evaluate(x_train, y_train, verbose=0)
    _, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
    return {"train_accuracy": accuracy, "test_accuracy": test_accuracy, "train_loss": loss}
