"""A functional model; the optimizer, the loss and the metric as objects."""

# %% build_model
def build_model(units, learning_rate):
    images = keras.Input((28, 28), name="rows")
    last = keras.layers.LSTM(units, name="memory")(images)
    model = keras.Model(images, keras.layers.Dense(10, "softmax")(last))
    model.compile(
        keras.optimizers.Adam(learning_rate),
        keras.losses.SparseCategoricalCrossentropy(),
        metrics=[keras.metrics.SparseCategoricalAccuracy("accuracy")],
    )
    return model
