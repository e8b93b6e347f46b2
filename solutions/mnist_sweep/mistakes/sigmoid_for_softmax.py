"""Ends in a sigmoid for each digit, as a yes-or-no question would."""

FAILS = "answers_from_the_last_row_with_softmax"
HINT = "ten answers that exclude each other need softmax"

# %% build_model
def build_model(units, learning_rate):
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.LSTM(units), keras.layers.Dense(10, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
