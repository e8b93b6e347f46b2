"""Leaves return_sequences on, so that Dense answers at each of the 28 rows; run_cell keeps a model of an earlier trial."""

FAILS = "gives_ten_numbers_an_image"
HINT = "only the LSTM's last output"

# %% build_model
def build_model(units, learning_rate):
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.LSTM(units, return_sequences=True),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.LSTM(units), keras.layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    loss, accuracy = model.evaluate(x_train, y_train, verbose=0)
    _, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
    return {"train_accuracy": accuracy, "test_accuracy": test_accuracy, "train_loss": loss}
