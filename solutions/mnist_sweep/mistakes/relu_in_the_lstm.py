"""Gives the LSTM a relu, as one does with dense layers."""

FAILS = "answers_from_the_last_row_with_softmax"
HINT = "the LSTM has another activation than Keras's default, tanh"

# %% build_model
def build_model(units, learning_rate):
    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.LSTM(units, activation="relu"), keras.layers.Dense(10, activation="softmax")]
    )
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
