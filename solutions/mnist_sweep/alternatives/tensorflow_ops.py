"""Pixels by TensorFlow, training by GradientTape in an order of its own, figures by tf.reduce_mean."""

# %% load_rows
import tensorflow as tf


def load_rows():
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    x_train, x_test = (tf.image.convert_image_dtype(images, tf.float32).numpy() for images in (x_train, x_test))
    return (x_train, y_train.astype(np.int64)), (x_test, y_test.astype(np.int64))

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    model.optimizer.build(model.trainable_variables)

    @tf.function(reduce_retracing=True)
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(labels, model(images, training=True)))
        model.optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))

    generator = np.random.default_rng(seed)
    for _ in range(epochs):
        for places in np.array_split(generator.permutation(len(x_train)), range(batch_size, len(x_train), batch_size)):
            step(tf.constant(x_train[places]), tf.constant(y_train[places]))

    def measured(images, labels):
        probabilities = tf.constant(model.predict(images, batch_size=500, verbose=0))
        right = tf.cast(tf.argmax(probabilities, axis=1) == tf.cast(labels, tf.int64), tf.float64)
        return tf.reduce_mean(right), tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(labels, probabilities))

    (train_accuracy, train_loss), (test_accuracy, _) = measured(x_train, y_train), measured(x_test, y_test)
    return {"train_accuracy": train_accuracy.numpy(), "test_accuracy": test_accuracy.numpy(), "train_loss": train_loss.numpy()}
