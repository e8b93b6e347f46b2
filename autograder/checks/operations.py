"""What a check may ask of an object that stays on the student's side: a short list for each kind.

Public Keras and matplotlib names only, so that any right way of building a model or a figure answers alike.
"""

import itertools
import sys
from collections.abc import Callable, Iterator

import numpy as np

PLAIN = (bool, int, float, str, list, tuple, dict, Callable)
"""Values of a notebook's own classes that cross the wall as what they are based on, or are called like functions."""
MOST_ITEMS = 10_000
"""Most items that are taken from an iterator at once."""


def kind_of(value: object) -> str | None:
    """The kind of handle an object is held by, or None when it crosses the wall by value."""
    if isinstance(value, type):
        return None
    keras = sys.modules.get("keras")
    if keras is not None and isinstance(value, keras.Model):
        return "model"
    if keras is not None and isinstance(value, keras.layers.Layer):
        return "layer"
    axes = sys.modules.get("matplotlib.axes")
    if axes is not None and isinstance(value, axes.Axes):
        return "axes"
    if type(value).__module__ == "__main__" and not isinstance(value, PLAIN) and not hasattr(value, "__array__"):
        return "object"
    if isinstance(value, Iterator):
        return "iterator"
    return None


def _predict(model, inputs) -> object:
    """The model's output for a batch: an array, or a list or dict of arrays where it has several."""
    outputs = model.predict_on_batch(np.asarray(inputs))
    return outputs if isinstance(outputs, list | tuple | dict) else np.asarray(outputs)


def _call(layer, *inputs, **keywords) -> object:
    """What a layer or a model answers: arrays in, arrays out, in the lists and tuples that it gives them in."""
    return _as_arrays(layer(*_as_tensors(inputs), **{name: _as_tensors(value) for name, value in keywords.items()}))


def _run_over(cell, sequences, initial_state=None) -> tuple:
    """A cell inside keras.layers.RNN, over sequences (batch, steps, features): all outputs, and the list of final states."""
    keras = sys.modules["keras"]
    layer = keras.layers.RNN(cell, return_sequences=True, return_state=True)
    outputs, *states = layer(_as_tensors(sequences), initial_state=_as_tensors(initial_state))
    return np.asarray(outputs), [np.asarray(state) for state in states]


def _as_tensors(value: object) -> object:
    """Arrays as tensors, inside lists and tuples too; a model that is handed plain arrays may compute in another type."""
    if isinstance(value, list | tuple):
        return type(value)(_as_tensors(item) for item in value)
    return sys.modules["keras"].ops.convert_to_tensor(value) if isinstance(value, np.ndarray) else value


def _as_arrays(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_as_arrays(item) for item in value]
    if isinstance(value, dict):
        return {name: _as_arrays(item) for name, item in value.items()}
    return np.asarray(value) if hasattr(value, "__array__") else value


def _build(layer, shape) -> None:
    """Makes the weights for inputs of this shape."""
    layer.build(tuple(shape))


def _config(layer) -> dict:
    """Those of its settings, as get_config() tells them, that are plain values."""
    plain = (bool, int, float, str, type(None))
    return {str(name): value for name, value in layer.get_config().items() if isinstance(value, plain)}


def _reset_state(model) -> None:
    """Sets the states that are carried from batch to batch to zero, in every layer that carries any."""
    for layer in model.layers:
        if getattr(layer, "stateful", False):
            layer.reset_state()


def _layer(model, place) -> object:
    """One of a model's layers."""
    return model.layers[place]


def _call_method(thing, method, *arguments, **keywords) -> object:
    """Calls a method of an object of the notebook's own."""
    return getattr(thing, _public(method))(*arguments, **keywords)


def _get(thing, attribute) -> object:
    """An attribute of an object of the notebook's own."""
    return getattr(thing, _public(attribute))


def _public(name: str) -> str:
    if name.startswith("_"):
        raise AttributeError(f"{name} is not asked for")
    return name


def _next(iterator, count=1) -> list:
    """Up to `count` further items."""
    return list(itertools.islice(iterator, min(count, MOST_ITEMS)))


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
    """Class, name and plain settings of every layer of the model."""
    return [{"class": type(layer).__name__, "name": layer.name, "config": _config(layer)} for layer in model.layers]


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
    """Title and the axes' labels, three of them where the drawing has depth."""
    depth = {"z": axes.get_zlabel()} if hasattr(axes, "get_zlabel") else {}
    return {"title": axes.get_title(), "x": axes.get_xlabel(), "y": axes.get_ylabel()} | depth


def _lines(axes) -> list:
    """Every line that is drawn: its label and the numbers along both axes (three in a drawing with depth)."""
    found = []
    for line in axes.get_lines():
        numbers = line.get_data_3d() if hasattr(line, "get_data_3d") else line.get_data()
        names = ("x", "y", "z")[: len(numbers)]
        found.append({"label": str(line.get_label())} | {name: np.asarray(part) for name, part in zip(names, numbers, strict=True)})
    return found


def _legend(axes) -> list:
    """The texts of the legend; empty where there is none."""
    legend = axes.get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]


def _scales(axes) -> dict:
    """Whether each axis is "linear" or "log"."""
    return {"x": axes.get_xscale(), "y": axes.get_yscale()}


def _limits(axes) -> dict:
    """The two ends of each axis, in the order in which they are drawn: an inverted axis begins with its larger end."""
    found = {"x": axes.get_xlim(), "y": axes.get_ylim()} | ({"z": axes.get_zlim()} if hasattr(axes, "get_zlim") else {})
    return {name: tuple(float(end) for end in ends) for name, ends in found.items()}


def _surface(axes) -> dict:
    """What a drawing with depth shows: how many surfaces, and the box around their points, {"x": (low, high), "y": …, "z": …}."""
    if not hasattr(axes, "get_zlim"):
        raise ValueError("these Axes are flat (draw with projection='3d')")
    names = ("x", "y", "z")
    data = axes.xy_dataLim.intervalx, axes.xy_dataLim.intervaly, axes.zz_dataLim.intervalx
    return {"count": len(axes.collections)} | {name: tuple(float(end) for end in ends) for name, ends in zip(names, data, strict=True)}


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
        "layer": _layer,
        "call": _call,
        "reset_state": _reset_state,
    },
    "layer": {
        "call": _call,
        "run_over": _run_over,
        "build": _build,
        "get_weights": _get_weights,
        "set_weights": _set_weights,
        "count_params": _count_params,
        "config": _config,
    },
    "object": {
        "call": _call_method,
        "get": _get,
    },
    "iterator": {
        "next": _next,
    },
    "axes": {
        "heatmap": _heatmap,
        "color_limits": _color_limits,
        "labels": _labels,
        "tick_labels": _tick_labels,
        "texts": _texts,
        "lines": _lines,
        "legend": _legend,
        "scales": _scales,
        "limits": _limits,
        "surface": _surface,
    },
    "value": {
        "read": _read,
    },
}
"""Every operation that crosses the wall, by the kind of object and its name."""
