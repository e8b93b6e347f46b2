"""Builds the model at the rate of an earlier trial."""

FAILS = "trains_the_given_cell"
HINT = "hand learning_rate on to build_model"

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, 0.001)
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    train_loss, train_accuracy = model.evaluate(x_train, y_train, verbose=0)
    _, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
    return {"train_accuracy": train_accuracy, "test_accuracy": test_accuracy, "train_loss": train_loss}
