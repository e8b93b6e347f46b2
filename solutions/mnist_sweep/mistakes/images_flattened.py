"""Makes a sequence of 784 single pixels of each image."""

FAILS = "returns_images_and_labels"
HINT = "keep every image as 28 rows of 28 pixels"

# %% load_rows
def load_rows():
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    x_train = x_train.reshape(-1, 784, 1).astype("float32") / 255
    x_test = x_test.reshape(-1, 784, 1).astype("float32") / 255
    return (x_train, y_train), (x_test, y_test)
