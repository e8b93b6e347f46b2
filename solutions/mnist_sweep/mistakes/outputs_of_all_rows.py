"""Leaves return_sequences on and flattens what comes out, so that Dense sees all 28 rows."""

FAILS = "has_one_lstm_and_one_dense_layer"
HINT = "Dense sees the outputs of all 28 rows"

# %% build_model
def build_model(units, learning_rate):
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.LSTM(units, return_sequences=True),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
