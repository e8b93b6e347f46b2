"""Compiles with RMSprop."""

FAILS = "trains_with_adam_at_the_given_rate"
HINT = "compile the model with keras.optimizers.Adam"

# %% build_model
def build_model(units, learning_rate):
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.LSTM(units),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer=keras.optimizers.RMSprop(learning_rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
