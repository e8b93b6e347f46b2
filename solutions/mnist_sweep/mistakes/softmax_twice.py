"""Adds a softmax layer behind a softmax activation."""

FAILS = "answers_from_the_last_row_with_softmax"
HINT = "softmax twice"

# %% build_model
def build_model(units, learning_rate):
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.LSTM(units),
            keras.layers.Dense(10, activation="softmax"),
            keras.layers.Softmax(),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
