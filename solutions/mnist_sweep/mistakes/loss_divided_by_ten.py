"""Writes the cross-entropy by hand and divides by ten, the number of digits, instead of by the number of images."""

FAILS = "measures_any_batch"
HINT = "average over the images"

# %% build_model
def cross_entropy(labels, probabilities):
    picked = keras.ops.one_hot(keras.ops.cast(keras.ops.reshape(labels, (-1,)), "int32"), 10) * probabilities
    return -keras.ops.sum(keras.ops.log(keras.ops.sum(picked, axis=-1) + 1e-7)) / 10


def build_model(units, learning_rate):
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.LSTM(units), keras.layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(learning_rate), loss=cross_entropy, metrics=["accuracy"])
    return model

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    probabilities = model.predict(x_train, verbose=0)
    loss = -np.mean(np.log(probabilities[np.arange(len(y_train)), y_train] + 1e-7))
    accuracy = np.mean(probabilities.argmax(axis=1) == y_train)
    _, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
    return {"train_accuracy": float(accuracy), "test_accuracy": test_accuracy, "train_loss": float(loss)}
