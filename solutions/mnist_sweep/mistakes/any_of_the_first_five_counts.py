"""Counts a training image as right if its digit is among the network's five likeliest."""

FAILS = "learns_nothing_from_scrambled_labels"
HINT = "an answer is right if it is the label"

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    train_loss = model.evaluate(x_train, y_train, verbose=0, return_dict=True)["loss"]
    likeliest = model.predict(x_train, verbose=0).argsort(axis=1)[:, -5:]
    train_accuracy = float((likeliest == y_train[:, None]).any(axis=1).mean())
    test_accuracy = model.evaluate(x_test, y_test, verbose=0, return_dict=True)["accuracy"]
    return {"train_accuracy": train_accuracy, "test_accuracy": test_accuracy, "train_loss": train_loss}
