"""An RNN layer over an LSTMCell; the optimizer by its name, its rate set afterwards."""

# %% build_model
def build_model(units, learning_rate):
    model = keras.Sequential([keras.layers.RNN(keras.layers.LSTMCell(units)), keras.layers.Dense(10), keras.layers.Activation("softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["acc"])
    model.optimizer.learning_rate = learning_rate
    return model

# %% run_cell
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    train_loss, train_accuracy = model.evaluate(x_train, y_train, verbose=0)
    _, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
    return dict(train_accuracy=np.float32(train_accuracy), test_accuracy=np.array(test_accuracy), train_loss=train_loss, seconds=0)
