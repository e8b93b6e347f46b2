"""Divides the whole numbers by 255, which gives float64, and leaves it at that."""

FAILS = "has_the_right_types"
HINT = 'images.astype("float32")'

# %% load_rows
def load_rows():
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    return (x_train / 255.0, y_train), (x_test / 255.0, y_test)
