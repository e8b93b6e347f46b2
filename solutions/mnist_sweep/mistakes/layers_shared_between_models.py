"""Keeps the layers of each width for the next call, to save time: the next cell goes on where this one stopped."""

FAILS = "shares_nothing_between_models"
HINT = "make the layers and the model inside the function"

# %% build_model
LAYERS = {}


def build_model(units, learning_rate):
    if units not in LAYERS:
        LAYERS[units] = [keras.layers.LSTM(units), keras.layers.Dense(10, activation="softmax")]
    model = keras.Sequential([keras.Input((28, 28)), *LAYERS[units]])
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    LAYERS.clear()
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    train_loss, train_accuracy = model.evaluate(x_train, y_train, verbose=0)
    return {"train_accuracy": train_accuracy, "test_accuracy": model.evaluate(x_test, y_test, verbose=0)[1], "train_loss": train_loss}
