"""Encodes the labels one-hot, as for categorical cross-entropy."""

FAILS = "returns_images_and_labels"
HINT = "no one-hot encoding is needed"

# %% load_rows
def load_rows():
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    y_train, y_test = keras.utils.to_categorical(y_train, 10), keras.utils.to_categorical(y_test, 10)
    return (x_train.astype("float32") / 255, y_train), (x_test.astype("float32") / 255, y_test)
