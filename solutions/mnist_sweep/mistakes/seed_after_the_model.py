"""Sets the seed after the model is built: the order of the images follows it, the initial weights do not."""

FAILS = "follows_its_seed"
HINT = "before the model is built"

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    model = build_model(units, learning_rate)
    keras.utils.set_random_seed(seed)
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    loss, accuracy = model.evaluate(x_train, y_train, verbose=0)
    _, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
    return {"train_accuracy": accuracy, "test_accuracy": test_accuracy, "train_loss": loss}
