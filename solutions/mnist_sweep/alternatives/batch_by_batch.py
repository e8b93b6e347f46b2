"""Trains with train_on_batch, in an order of its own; labels and figures by NumPy."""

# %% load_rows
def load_rows():
    train, test = mnist.load_data()
    return [[np.multiply(images, 1 / 255, dtype=np.float32), labels.astype("int64")] for images, labels in (train, test)]

# %% run_cell
def measured(model, images, labels):
    probabilities = np.concatenate([np.asarray(model.predict_on_batch(images[at : at + 500])) for at in range(0, len(images), 500)])
    losses = -np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-7))
    return np.mean(probabilities.argmax(axis=1) == labels), np.mean(losses)


def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    order = np.random.default_rng(seed)
    for _ in range(epochs):
        places = order.permutation(len(x_train))
        for start in range(0, len(places), batch_size):
            batch = places[start : start + batch_size]
            model.train_on_batch(x_train[batch], y_train[batch])
    (train_accuracy, train_loss), (test_accuracy, _) = measured(model, x_train, y_train), measured(model, x_test, y_test)
    return {"train_accuracy": train_accuracy, "test_accuracy": test_accuracy, "train_loss": train_loss}
