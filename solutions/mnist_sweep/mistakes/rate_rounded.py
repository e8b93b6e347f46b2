"""Rounds the learning rate to four decimals to have it look tidy, which makes 0 of the smallest one."""

FAILS = "follows_any_units_and_rate"
HINT = "hand learning_rate on to the optimizer"

# %% build_model
def build_model(units, learning_rate):
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.LSTM(units), keras.layers.Dense(10, activation="softmax")])
    adam = keras.optimizers.Adam(learning_rate=round(learning_rate, 4))
    model.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
