"""Keeps the weights of the epoch that the test set likes best."""

FAILS = "keeps_the_test_set_out_of_the_training"
HINT = "nothing may depend on the test set but test_accuracy"

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    best = keras.callbacks.EarlyStopping(monitor="val_loss", patience=epochs, restore_best_weights=True)
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, validation_data=(x_test, y_test), callbacks=[best], verbose=0)
    train_loss, train_accuracy = model.evaluate(x_train, y_train, verbose=0)
    _, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
    return {"train_accuracy": train_accuracy, "test_accuracy": test_accuracy, "train_loss": train_loss}
