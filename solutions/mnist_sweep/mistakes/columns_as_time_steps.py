"""Swaps rows and columns, so that the network would read from left to right."""

FAILS = "keeps_every_pixel_in_its_place"
HINT = "rows and columns are swapped"

# %% load_rows
def load_rows():
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    x_train = x_train.transpose(0, 2, 1).astype("float32") / 255
    x_test = x_test.transpose(0, 2, 1).astype("float32") / 255
    return (x_train, y_train), (x_test, y_test)
