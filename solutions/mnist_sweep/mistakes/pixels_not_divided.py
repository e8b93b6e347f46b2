"""Converts the pixels to float32 and leaves them between 0 and 255."""

FAILS = "scales_the_pixels"
HINT = "these are the loader's own numbers, 0 to 255: divide by 255"

# %% load_rows
def load_rows():
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    return (x_train.astype("float32"), y_train), (x_test.astype("float32"), y_test)
