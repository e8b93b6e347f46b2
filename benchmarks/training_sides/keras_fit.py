"""Keras as its users write it: layers, compile, fit."""

import itertools

import keras
import numpy as np


def char(batch_size, nodes, unrollings, text):
    """A stateful LSTM, fit on a generator of windows."""
    layers = [
        keras.Input(batch_shape=(batch_size, unrollings, 27)),
        keras.layers.LSTM(nodes, return_sequences=True, stateful=True),
        keras.layers.Dense(27),
    ]
    model = keras.Sequential(layers)
    rate = keras.optimizers.schedules.ExponentialDecay(10.0, 5000, 0.1, staircase=True)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate, global_clipnorm=1.25), loss)
    one_hot, starts = np.eye(27, dtype="float32"), np.arange(batch_size)[:, None] * (len(text) // batch_size)

    def windows():
        for step in itertools.count():
            ids = text[(starts + step * unrollings + np.arange(unrollings + 1)) % len(text)]
            yield one_hot[ids[:, :-1]], ids[:, 1:].astype("int32")

    read = windows()
    return lambda steps: model.fit(read, steps_per_epoch=steps, verbose=0).history["loss"][-1]


def mnist(units, batch_size, images, labels):
    """One LSTM and one Dense, fit with Adam."""
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.LSTM(units), keras.layers.Dense(10)])
    model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    rows = images / np.float32(255)

    def train(steps):
        count = steps * batch_size
        return model.fit(rows[:count], labels[:count], batch_size=batch_size, verbose=0).history["loss"][-1]

    return train
