"""How values cross the wall between a submission and its grader: JSON and raw array bytes, nothing that can execute.

A message is a list of byte strings: first JSON, then one raw buffer an array. Whatever is decoded is rebuilt into plain
Python numbers, strings, lists, tuples and dicts, plain NumPy arrays, pandas DataFrames made of those, and handles. Bytes
from the other side are hostile until then: every shape, type, length and reference is checked before it is used.
"""

import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MAX_BYTES = 1 << 30
"""Largest message that is decoded, in bytes; a grader sets a smaller one."""
MAX_DEPTH = 32
"""Deepest nesting of lists and dicts."""
MAX_VALUES = 1_000_000
"""Most values outside arrays."""

DTYPES = {
    name: np.dtype(name)
    for name in ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64")
}
"""The array types that cross the wall, by name."""


class WireError(Exception):
    """A value cannot cross the wall, or a message is not what it should be."""


@dataclass(frozen=True)
class Handle:
    """Stands for an object that stays on the student's side, such as a Keras model."""

    kind: str
    """Which list of operations it answers to: "model", "axes", …"""
    number: int
    """Its place in the agent's table of objects."""


@dataclass(frozen=True)
class Scripted:
    """A function made of data: given these arguments it answers with these values. Checks hand it to code that takes a function."""

    parameters: tuple[str, ...]
    """The names of the arguments that select the answer, in order."""
    answers: tuple[tuple[tuple, object], ...]
    """Pairs of those arguments' values and the answer; an answer that is a Raise raises."""


@dataclass(frozen=True)
class Raise:
    """The answer of a scripted function that fails."""

    message: str
    """The text of the RuntimeError that it raises."""


def encode(value: object, hold: Callable[[object], Handle | None] = lambda value: None) -> list[bytes]:
    """Turns a value into a message.

    Args:
        value: what is sent.
        hold: asked first about every value that is not plain; returns the handle of an object that stays where it is,
            or None to send the value itself.

    Raises:
        WireError: the value is of a type that does not cross the wall.
    """
    buffers: list[bytes] = []
    tree = _encode(value, buffers, hold, 0)
    return [json.dumps(tree).encode(), *buffers]


def decode(message: list[bytes], max_bytes: int = MAX_BYTES) -> object:
    """Rebuilds the value of a message out of plain parts.

    Raises:
        WireError: the message is malformed, too large, too deep, or names a type that does not cross the wall.
    """
    if not message or sum(len(part) for part in message) > max_bytes:
        raise WireError(f"a message must have 1 to {max_bytes:,} bytes")
    try:
        tree = json.loads(bytes(message[0]))
    except (ValueError, RecursionError) as error:
        raise WireError(f"a message does not begin with JSON: {error}") from None
    return _Decoder(list(message[1:])).rebuild(tree, 0)


def _encode(value: object, buffers: list[bytes], hold: Callable, depth: int) -> object:
    if depth > MAX_DEPTH:
        raise WireError(f"a value is nested more than {MAX_DEPTH} deep")
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if abs(value) < 1 << 53 else {"int": hex(value)}
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if kind in (list, tuple):
        return {kind.__name__: [_encode(item, buffers, hold, depth + 1) for item in value]}
    if kind is dict:
        return {"dict": [[_encode(k, buffers, hold, depth + 1), _encode(v, buffers, hold, depth + 1)] for k, v in value.items()]}
    if kind is Handle:
        return {"handle": [value.kind, value.number]}
    if kind is Raise:
        return {"raise": value.message}
    if kind is Scripted:
        answers = [[_encode(tuple(key), buffers, hold, depth + 1), _encode(answer, buffers, hold, depth + 1)] for key, answer in value.answers]
        return {"scripted": [list(value.parameters), answers]}
    return _encode_object(value, buffers, hold, depth)


def _encode_object(value: object, buffers: list[bytes], hold: Callable, depth: int) -> object:
    held = hold(value)
    if held is not None:
        return {"handle": [held.kind, held.number]}
    if isinstance(value, np.bool_ | np.number):
        return _encode(value.item(), buffers, hold, depth)
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        columns = [_encode_column(value.iloc[:, place], buffers, hold, depth) for place in range(value.shape[1])]
        names = [[_encode(label, buffers, hold, depth + 1) for label in axis.tolist()] for axis in (value.index, value.columns)]
        return {"frame": [*names, list(value.index.names)[:1], list(value.columns.names)[:1], columns]}
    if pandas is not None and isinstance(value, pandas.Series | pandas.Index):
        return _encode_column(value, buffers, hold, depth)
    for base in (bool, int, float, str, list, tuple, dict):
        if isinstance(value, base):  # a subclass crosses as what it is based on, read by the base's own methods
            plain = base.__iter__(value) if base in (list, tuple) else dict.items(value) if base is dict else value
            return _encode(_plain(base, plain), buffers, hold, depth)
    return _encode_array(value, buffers)


def _plain(base: type, value: object) -> object:
    if base is str:
        return str.__str__(value)
    if base is int or base is bool:
        return int.__index__(value)
    if base is float:
        return float.__add__(value, 0.0)
    return base(value)


def _encode_column(column: object, buffers: list[bytes], hold: Callable, depth: int) -> object:
    array = column.to_numpy()
    if array.dtype.name in DTYPES:
        return _encode_array(array, buffers)
    return {"list": [_encode(item, buffers, hold, depth + 1) for item in column.tolist()]}


def _encode_array(value: object, buffers: list[bytes]) -> object:
    if not hasattr(value, "__array__"):
        raise WireError(f"a value of type {type(value).__name__} is neither a number, text, list, array, table nor model")
    array = np.asarray(value)
    if array.dtype.kind in "US":
        return {"strings": [list(array.shape), [str(text) for text in array.ravel().tolist()]]}
    if array.dtype.name == "bfloat16":
        array = array.astype(np.float32)
    if array.dtype.name not in DTYPES:
        raise WireError(f"an array of type {array.dtype} does not hold plain numbers")
    buffers.append(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("="), copy=False).tobytes())
    return {"array": [array.dtype.name, list(array.shape), len(buffers) - 1]}


class _Decoder:
    """Rebuilds one message, counting what it makes."""

    def __init__(self, buffers: list[bytes]) -> None:
        self.buffers = buffers
        self.count = 0

    def rebuild(self, tree: object, depth: int) -> object:
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_VALUES:
            raise WireError("a message is nested too deep or holds too many values")
        if tree is None or type(tree) in (bool, int, float, str):
            return tree
        if type(tree) is not dict or len(tree) != 1:
            raise WireError("a message holds something that is not a value")
        [(tag, body)] = tree.items()
        build = getattr(self, f"_build_{tag}", None)
        if build is None:
            raise WireError(f"a message holds a value of the unknown type {tag[:40]!r}")
        try:
            return build(body, depth + 1)
        except (TypeError, ValueError, KeyError, IndexError, OverflowError, AttributeError) as error:
            raise WireError(f"a message holds a malformed {tag}: {error}") from None

    def _items(self, body: object, depth: int) -> list:
        if type(body) is not list:
            raise WireError("a message holds a list that is none")
        return [self.rebuild(item, depth) for item in body]

    def _build_list(self, body: object, depth: int) -> list:
        return self._items(body, depth)

    def _build_tuple(self, body: object, depth: int) -> tuple:
        return tuple(self._items(body, depth))

    def _build_dict(self, body: object, depth: int) -> dict:
        return {self.rebuild(key, depth): self.rebuild(value, depth) for key, value in body}

    def _build_int(self, body: object, depth: int) -> int:
        if len(body) > 4096:
            raise WireError("a message holds an integer of more than 4,096 digits")
        return int(body, 16)

    def _build_float(self, body: object, depth: int) -> float:
        return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[body]

    def _build_array(self, body: object, depth: int) -> np.ndarray:
        name, shape, place = body
        dtype = DTYPES[name]
        if type(place) is not int or place < 0 or len(shape) > 32 or any(type(size) is not int or size < 0 for size in shape):
            raise WireError("a message holds an array of an impossible shape")
        data = self.buffers[place]
        if math.prod(shape) * dtype.itemsize != len(data):
            raise WireError(f"an array of shape {tuple(shape)} and type {name} does not have {len(data):,} bytes")
        return np.frombuffer(bytes(data), dtype=dtype).reshape(shape).copy()

    def _build_strings(self, body: object, depth: int) -> np.ndarray:
        shape, texts = body
        if math.prod(shape) != len(texts) or any(type(text) is not str for text in texts):
            raise WireError("a message holds a malformed array of strings")
        return np.array(texts, dtype=str).reshape(shape)

    def _build_frame(self, body: object, depth: int) -> object:
        import pandas

        index, columns, index_name, columns_name, data = body
        data = [self.rebuild(column, depth) for column in data]
        index, columns = self._items(index, depth), self._items(columns, depth)
        if len(columns) != len(data) or any(len(column) != len(index) for column in data):
            raise WireError("a message holds a table whose columns differ in length")
        frame = pandas.DataFrame({place: column for place, column in enumerate(data)}, index=pandas.Index(index))
        frame.columns = pandas.Index(columns)
        frame.index.name, frame.columns.name = _label(index_name), _label(columns_name)
        return frame

    def _build_handle(self, body: object, depth: int) -> Handle:
        kind, number = body
        if type(kind) is not str or type(number) is not int:
            raise WireError("a message holds a malformed handle")
        return Handle(kind, number)

    def _build_raise(self, body: object, depth: int) -> Raise:
        return Raise(str(body))

    def _build_scripted(self, body: object, depth: int) -> Scripted:
        parameters, answers = body
        pairs = tuple((self.rebuild(key, depth), self.rebuild(answer, depth)) for key, answer in answers)
        return Scripted(tuple(str(parameter) for parameter in parameters), pairs)


def _label(names: object) -> str | None:
    return names[0] if names and type(names[0]) is str else None
