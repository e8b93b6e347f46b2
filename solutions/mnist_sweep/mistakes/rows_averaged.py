"""Averages the outputs of all rows."""

FAILS = "answers_from_the_last_row_with_softmax"
HINT = "this averages the outputs of all rows"

# %% build_model
def build_model(units, learning_rate):
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.LSTM(units, return_sequences=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
