"""Mixes up the loader's four arrays: the test images get the first training labels."""

FAILS = "keeps_every_label"
HINT = "return the labels as the loader gives them"

# %% load_rows
def load_rows():
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    x_train = x_train.astype("float32") / 255
    x_test = x_test.astype("float32") / 255
    return (x_train, y_train), (x_test, y_train[: len(x_test)])
