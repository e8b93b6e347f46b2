"""Keras's own operations for the arrays and the figures; every argument by its keyword."""

# %% load_rows
def load_rows():
    def as_rows(images):
        return keras.ops.convert_to_numpy(keras.ops.divide(keras.ops.cast(images, "float32"), 255.0))

    train, test = mnist.load_data()
    return [as_rows(train[0]), train[1]], [as_rows(test[0]), test[1]]

# %% count_parameters
def count_parameters(units):
    return sum(math.prod(shape) for shape in [(28 + units, 4 * units), (4 * units,), (units, 10), (10,)])

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    keras.utils.set_random_seed(seed=seed)
    model = build_model(units=units, learning_rate=learning_rate)
    (x_train, y_train), (x_test, y_test) = data
    model.fit(x=x_train, y=y_train, batch_size=batch_size, epochs=epochs, verbose=0)

    def measured(images, labels):
        probabilities = keras.ops.convert_to_tensor(model.predict(images, verbose=0))
        right = keras.ops.equal(keras.ops.argmax(probabilities, axis=-1), keras.ops.cast(labels, "int64"))
        losses = keras.losses.sparse_categorical_crossentropy(labels, probabilities)
        return keras.ops.mean(keras.ops.cast(right, "float32")), keras.ops.mean(losses)

    train_accuracy, train_loss = measured(x_train, y_train)
    test_accuracy, _ = measured(x_test, y_test)
    return {"train_accuracy": float(train_accuracy), "test_accuracy": float(test_accuracy), "train_loss": float(train_loss)}

# %% results_table
def results_table(frame):
    widths, rates = np.unique(frame["units"]), np.unique(frame["learning_rate"])
    values = np.full((len(widths), len(rates)), np.nan)
    values[np.searchsorted(widths, frame["units"]), np.searchsorted(rates, frame["learning_rate"])] = frame["test_accuracy"]
    return pd.DataFrame(data=values, index=pd.Index(widths, name="units"), columns=pd.Index(rates, name="learning_rate"))
