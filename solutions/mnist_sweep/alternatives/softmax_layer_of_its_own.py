"""Softmax as the model's last layer; Adam with its other settings said."""

# %% build_model
def build_model(units, learning_rate):
    layers = [keras.layers.LSTM(units, activation="tanh", recurrent_activation="sigmoid"), keras.layers.Dense(units=10), keras.layers.Softmax()]
    model = keras.Sequential([keras.layers.InputLayer(shape=(28, 28)), *layers])
    adam = keras.optimizers.get({"class_name": "adam", "config": {"learning_rate": learning_rate, "beta_1": 0.9}})
    model.compile(optimizer=adam, loss=keras.losses.sparse_categorical_crossentropy, metrics=["accuracy"])
    return model
