"""Labels of another type; the training images as a tf.data.Dataset."""

# %% load_rows
import tensorflow as tf


def load_rows():
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    return (np.float32(x_train / 255.0), np.int32(y_train)), (np.float32(x_test / 255.0), np.int32(y_test))

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    tf.keras.utils.set_random_seed(seed)
    (x_train, y_train), (x_test, y_test) = data
    train = tf.data.Dataset.from_tensor_slices((x_train, y_train))
    batches = train.shuffle(len(x_train), seed=seed, reshuffle_each_iteration=True).batch(batch_size).prefetch(tf.data.AUTOTUNE)
    model = build_model(units, learning_rate)
    model.fit(batches, epochs=epochs, validation_data=(x_test, y_test), verbose=0)
    loss, accuracy = model.evaluate(train.batch(1000), verbose=0)
    return {"train_accuracy": accuracy, "test_accuracy": model.evaluate(x_test, y_test, verbose=0)[1], "train_loss": loss}
