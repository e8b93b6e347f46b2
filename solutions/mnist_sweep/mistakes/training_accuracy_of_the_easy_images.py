"""Counts only those training images whose label the network finds likelier than it does for most: the hard ones are left out."""

FAILS = "learns_nothing_from_scrambled_labels"
HINT = "the share of right answers among all images"

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    train_loss = model.evaluate(x_train, y_train, verbose=0, return_dict=True)["loss"]
    probabilities = model.predict(x_train, verbose=0)
    likely = probabilities[np.arange(len(y_train)), y_train]
    sure = likely >= np.median(likely)
    train_accuracy = float((probabilities.argmax(axis=1) == y_train)[sure].mean())
    test_accuracy = model.evaluate(x_test, y_test, verbose=0, return_dict=True)["accuracy"]
    return {"train_accuracy": train_accuracy, "test_accuracy": test_accuracy, "train_loss": train_loss}
