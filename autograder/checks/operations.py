"""What a check may ask of an object that stays on the student's side: a short list for each kind.

Public Keras and matplotlib names only, so that any right way of building a model or a figure answers alike.
"""

import sys

import numpy as np


def kind_of(value: object) -> str | None:
    """The kind of handle an object is held by, or None when it crosses the wall by value."""
    keras = sys.modules.get("keras")
    if keras is not None and isinstance(value, keras.Model):
        return "model"
    axes = sys.modules.get("matplotlib.axes")
    if axes is not None and isinstance(value, axes.Axes):
        return "axes"
    return None


def _predict(model, inputs) -> object:
    """The model's output for a batch: an array, or a list or dict of arrays where it has several."""
    outputs = model.predict_on_batch(np.asarray(inputs))
    return outputs if isinstance(outputs, list | tuple | dict) else np.asarray(outputs)


def _get_weights(model) -> list:
    """All weights, in Keras's order."""
    return [np.asarray(weight) for weight in model.get_weights()]


def _set_weights(model, weights) -> None:
    """Puts arrays into the weights, in the order of get_weights()."""
    model.set_weights(weights)


def _count_params(model) -> int:
    """How many numbers the weights hold."""
    return int(model.count_params())


def _evaluate(model, inputs, targets) -> dict:
    """Keras's own evaluate: each metric's name and value, the loss among them."""
    results = model.evaluate(np.asarray(inputs), np.asarray(targets), verbose=0, return_dict=True)
    return {str(name): float(value) for name, value in results.items()}


def _fit(model, inputs, targets, epochs=1, batch_size=32) -> dict:
    """Trains, and returns each metric's values, one an epoch."""
    history = model.fit(np.asarray(inputs), np.asarray(targets), epochs=epochs, batch_size=batch_size, verbose=0)
    return {str(name): [float(value) for value in values] for name, values in history.history.items()}


def _optimizer(model) -> dict:
    """The optimizer's class and its learning rate."""
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return {"class": None, "learning_rate": None}
    return {"class": type(optimizer).__name__, "learning_rate": float(np.asarray(optimizer.learning_rate))}


def _layers(model) -> list:
    """Class and name of every layer of the model."""
    return [{"class": type(layer).__name__, "name": layer.name} for layer in model.layers]


def _heatmap(axes) -> np.ndarray:
    """The numbers that the heatmap's cells show, row by row from the top; an empty cell is nan."""
    mesh = _mesh(axes)
    values = np.ma.filled(np.ma.asarray(mesh.get_array()).astype(float), np.nan)
    rows, columns = (size - 1 for size in mesh.get_coordinates().shape[:2])
    return values.reshape(rows, columns)


def _color_limits(axes) -> tuple:
    """The numbers at the two ends of the colour scale."""
    return tuple(float(limit) for limit in _mesh(axes).get_clim())


def _mesh(axes):
    for collection in axes.collections:
        if type(collection).__name__ == "QuadMesh":
            return collection
    raise ValueError("these Axes hold no heatmap (draw it with seaborn.heatmap)")


def _labels(axes) -> dict:
    """Title and the two axes' labels."""
    return {"title": axes.get_title(), "x": axes.get_xlabel(), "y": axes.get_ylabel()}


def _tick_labels(axes) -> dict:
    """The texts along the two axes."""
    return {"x": [tick.get_text() for tick in axes.get_xticklabels()], "y": [tick.get_text() for tick in axes.get_yticklabels()]}


def _texts(axes) -> list:
    """The texts written into the drawing: (x, y, text), x and y in the drawing's own units."""
    return [(float(text.get_position()[0]), float(text.get_position()[1]), text.get_text()) for text in axes.texts]


def _read(value) -> object:
    """A kept value as it is now."""
    return value


OPERATIONS = {
    "model": {
        "predict": _predict,
        "get_weights": _get_weights,
        "set_weights": _set_weights,
        "count_params": _count_params,
        "evaluate": _evaluate,
        "fit": _fit,
        "optimizer": _optimizer,
        "layers": _layers,
    },
    "axes": {
        "heatmap": _heatmap,
        "color_limits": _color_limits,
        "labels": _labels,
        "tick_labels": _tick_labels,
        "texts": _texts,
    },
    "value": {
        "read": _read,
    },
}
"""Every operation that crosses the wall, by the kind of object and its name."""
