"""Compiles without metrics, and counts the right answers in run_cell."""

FAILS = "reports_accuracy"
HINT = 'metrics=["accuracy"]'

# %% build_model
def build_model(units, learning_rate):
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.LSTM(units),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss="sparse_categorical_crossentropy")
    return model

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    train_accuracy = np.mean(model.predict(x_train, verbose=0).argmax(axis=1) == y_train)
    test_accuracy = np.mean(model.predict(x_test, verbose=0).argmax(axis=1) == y_test)
    train_loss = model.evaluate(x_train, y_train, verbose=0)
    return {"train_accuracy": float(train_accuracy), "test_accuracy": float(test_accuracy), "train_loss": float(train_loss)}
