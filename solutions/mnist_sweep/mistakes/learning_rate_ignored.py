"""Writes a learning rate that worked into the optimizer and forgets the argument."""

FAILS = "trains_with_adam_at_the_given_rate"
HINT = "hand learning_rate on"

# %% build_model
def build_model(units, learning_rate):
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.LSTM(units), keras.layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(learning_rate=0.05), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
