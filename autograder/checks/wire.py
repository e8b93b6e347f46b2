"""How values cross the wall between a submission and its grader: JSON and raw array bytes, nothing that can execute.

A message is a list of byte strings: first JSON, then one raw buffer an array. Whatever is decoded is rebuilt into plain
Python numbers, strings, lists, tuples and dicts, plain NumPy arrays, pandas DataFrames made of those, and handles. Bytes
from the other side are hostile until then: every shape, type, length and reference is checked before it is used.
"""

import json
import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

MAX_BYTES = 1 << 30
"""Largest message that is decoded, in bytes; a grader sets a smaller one."""
MAX_DEPTH = 32
"""Deepest nesting of lists and dicts."""
MAX_VALUES = 1_000_000
"""Most values outside arrays."""
MAX_TREE_BYTES = 1 << 25
"""Longest JSON of a message, in bytes."""
MAX_KEYS = 1_000
"""Most keys that are neither text nor small whole numbers: their hashes can be chosen so that a dict of them takes for ever."""
MAX_DIGITS = 3_500
"""Most hexadecimal digits of an integer: in decimal still few enough for Python to print it."""
MAX_DIMENSIONS = 32
"""Most dimensions of an array."""

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
    if not isinstance(message, list) or not all(isinstance(part, bytes | bytearray) for part in message):
        raise WireError("a message must be a list of byte strings")
    if not message or sum(len(part) for part in message) > max_bytes:
        raise WireError(f"a message must have 1 to {max_bytes:,} bytes")
    return _Decoder(message[1:], max_bytes).rebuild(_parse(message[0]), 0)


def _parse(text: bytes) -> object:
    """The JSON of a message. Parsed values take many times the bytes of their text: too many are not parsed at all."""
    if len(text) > MAX_TREE_BYTES or sum(text.count(mark) for mark in (b",", b"[", b"{")) > 4 * MAX_VALUES:
        raise WireError("a message holds too many values, or too much text")
    try:
        return json.loads(text.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise WireError(f"a message does not begin with JSON: {error}") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is none")


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
        answers = [[_encode(part, buffers, hold, depth + 1) for part in (tuple(key), answer)] for key, answer in value.answers]
        return {"scripted": [list(value.parameters), answers]}
    return _encode_object(value, buffers, hold, depth)


def _encode_object(value: object, buffers: list[bytes], hold: Callable, depth: int) -> object:
    held = hold(value)
    if held is not None:
        return {"handle": [held.kind, held.number]}
    if isinstance(value, np.longdouble):  # its item() is no plain number
        return _encode(float(value), buffers, hold, depth)
    if isinstance(value, np.bool_ | np.number) and not isinstance(value, np.timedelta64):
        return _encode(value.item(), buffers, hold, depth + 1)
    pandas = sys.modules.get("pandas")
    if pandas is not None and value is pandas.NA:
        return {"float": "nan"}
    if pandas is not None and isinstance(value, pandas.DataFrame):
        columns = [_encode_column(value.iloc[:, place], buffers, hold, depth) for place in range(value.shape[1])]
        names = [[_encode(label, buffers, hold, depth + 1) for label in axis.tolist()] for axis in (value.index, value.columns)]
        names += [[_encode(name, buffers, hold, depth + 1) for name in axis.names] for axis in (value.index, value.columns)]
        return {"frame": [*names, columns]}
    if pandas is not None and isinstance(value, pandas.Series | pandas.Index):
        return _encode_column(value, buffers, hold, depth)
    for base in (bool, int, float, str, list, tuple, dict):
        if isinstance(value, base):  # a subclass crosses as what it is based on, read by the base's own methods
            plain = base.__iter__(value) if base in (list, tuple) else dict.items(value) if base is dict else value
            return _encode(_plain(base, plain), buffers, hold, depth)
    return _encode_array(value, buffers, hold, depth)


def _plain(base: type, value: object) -> object:
    if base is str:
        return str.__str__(value)
    if base is int or base is bool:
        return int.__index__(value)
    if base is float:
        return float.__float__(value)
    return base(value)


def _encode_column(column: object, buffers: list[bytes], hold: Callable, depth: int) -> object:
    array = column.to_numpy()
    if array.dtype.name in DTYPES:
        return _encode_array(array, buffers, hold, depth)
    return {"list": [_encode(item, buffers, hold, depth + 1) for item in column.tolist()]}


def _encode_array(value: object, buffers: list[bytes], hold: Callable, depth: int) -> object:
    if not hasattr(value, "__array__"):
        raise WireError(f"a value of type {type(value).__name__} is neither a number, text, list, array, table nor model")
    array = np.asarray(value)
    if array.dtype.kind == "U" or array.dtype.kind == "O" and array.ndim and all(type(item) is str for item in array.flat):
        return {"strings": [list(array.shape), array.ravel().tolist()]}
    if array.dtype.kind == "O":
        return _encode(array.tolist(), buffers, hold, depth + 1)
    if array.dtype.name == "bfloat16":
        array = array.astype(np.float32)
    if array.dtype.name not in DTYPES:
        raise WireError(f"an array of type {array.dtype} does not hold plain numbers")
    buffers.append(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("="), copy=False).tobytes())
    return {"array": [array.dtype.name, list(array.shape), len(buffers) - 1]}


class _Decoder:
    """Rebuilds one message, counting what it makes."""

    def __init__(self, buffers: list[bytes], max_bytes: int) -> None:
        self.buffers: list[bytes | None] = list(buffers)
        self.count = 0
        self.hashed = 0
        self.large = 0
        self.room = max_bytes
        """Bytes that arrays of text may still take: each text in one takes the room of the longest."""

    def rebuild(self, tree: object, depth: int) -> object:
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_VALUES:
            raise WireError("a message is nested too deep or holds too many values")
        if type(tree) is str:
            return _text(tree)
        if tree is None or type(tree) in (bool, int, float):
            if type(tree) is int and abs(tree) >= 1 << 53:
                self._count_large()
            return tree
        if type(tree) is not dict or len(tree) != 1:
            raise WireError("a message holds something that is not a value")
        [(tag, body)] = tree.items()
        build = getattr(self, f"_build_{tag}", None)
        if build is None:
            raise WireError(f"a message holds a value of the unknown type {tag[:40]!r}")
        try:
            return build(body, depth + 1)
        except WireError:
            raise
        except Exception as error:  # NumPy and pandas have exceptions of many kinds for what is malformed
            raise WireError(f"a message holds a malformed {tag}: {str(error)[:200]}") from None

    def _items(self, body: object, depth: int) -> list:
        return [self.rebuild(item, depth) for item in _list(body)]

    def _pairs(self, body: object, depth: int) -> list[tuple]:
        return [(self.rebuild(key, depth), self.rebuild(value, depth)) for key, value in map(_list, _list(body))]

    def _build_list(self, body: object, depth: int) -> list:
        return self._items(body, depth)

    def _build_tuple(self, body: object, depth: int) -> tuple:
        return tuple(self._items(body, depth))

    def _build_dict(self, body: object, depth: int) -> dict:
        pairs = self._pairs(body, depth)
        self._hash(key for key, _ in pairs)
        return dict(pairs)

    def _hash(self, keys: Iterable[object]) -> None:
        """Counts the keys whose hashes the other side could have chosen, before they are hashed."""
        self.hashed += sum(type(key) is not str and not (type(key) is int and abs(key) < 1 << 16) for key in keys)
        if self.hashed > MAX_KEYS:
            raise WireError(f"a message holds more than {MAX_KEYS:,} keys that are neither text nor small whole numbers")

    def _build_int(self, body: object, depth: int) -> int:
        if type(body) is not str or len(body) > MAX_DIGITS:
            raise WireError(f"a message holds an integer of more than {MAX_DIGITS:,} hexadecimal digits")
        self._count_large()
        return int(body, 16)

    def _count_large(self) -> None:
        """Counts integers whose hashes the other side could have chosen all alike: a check may put them into a set."""
        self.large += 1
        if self.large > MAX_KEYS:
            raise WireError(f"a message holds more than {MAX_KEYS:,} integers beyond 2**53 outside of arrays")

    def _build_float(self, body: object, depth: int) -> float:
        return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[body]

    def _build_array(self, body: object, depth: int) -> np.ndarray:
        name, shape, place = body
        dtype = DTYPES[name]
        if type(place) is not int or place < 0:
            raise WireError("a message holds an array without a place")
        data, self.buffers[place] = self.buffers[place], None
        if data is None:
            raise WireError("a message uses the bytes of an array twice")
        if math.prod(_shape(shape)) * dtype.itemsize != len(data):
            raise WireError(f"an array of shape {tuple(shape)} and type {name} does not have {len(data):,} bytes")
        return np.frombuffer(data, dtype=dtype).reshape(shape).copy()

    def _build_strings(self, body: object, depth: int) -> np.ndarray:
        shape, texts = body
        if math.prod(_shape(shape)) != len(_list(texts)) or any(type(text) is not str for text in texts):
            raise WireError("a message holds a malformed array of strings")
        self.room -= 4 * len(texts) * max(map(len, texts), default=0)
        if self.room < 0:
            raise WireError("a message holds an array of strings that is too wide")
        return np.array([_text(text) for text in texts], dtype=str).reshape(shape)

    def _build_frame(self, body: object, depth: int) -> object:
        import pandas

        rows, columns, row_names, column_names, data = body
        data = self._items(data, depth)
        index, header = self._axis(rows, row_names, depth), self._axis(columns, column_names, depth)
        if any(type(column) not in (list, np.ndarray) or len(column) != len(index) for column in data) or len(header) != len(data):
            raise WireError("a message holds a table whose columns differ in length")
        frame = pandas.DataFrame(dict(enumerate(data)), index=index)
        frame.columns = header
        return frame

    def _axis(self, labels: object, names: object, depth: int) -> object:
        """A table's rows or columns: their labels, in one level or several, and the levels' names."""
        import pandas

        labels, names = self._items(labels, depth), self._items(names, depth)
        if not all(map(_is_label, [*labels, *names])):
            raise WireError("a message holds a table with a label that is neither text nor a number")
        if len(names) == 1:
            return pandas.Index(labels, name=names[0], tupleize_cols=False)
        for label in labels:
            self._hash(label)
        return pandas.MultiIndex.from_tuples(labels, names=names)

    def _build_handle(self, body: object, depth: int) -> Handle:
        kind, number = body
        if type(kind) is not str or type(number) is not int:
            raise WireError("a message holds a malformed handle")
        return Handle(kind, number)

    def _build_raise(self, body: object, depth: int) -> Raise:
        if type(body) is not str:
            raise WireError("a message holds an exception without a message")
        return Raise(_text(body))

    def _build_scripted(self, body: object, depth: int) -> Scripted:
        parameters, answers = body
        pairs = tuple(self._pairs(answers, depth))
        if any(type(name) is not str for name in _list(parameters)) or any(type(key) is not tuple for key, _ in pairs):
            raise WireError("a message holds a malformed script")
        return Scripted(tuple(parameters), pairs)


def _list(body: object) -> list:
    if type(body) is not list:
        raise WireError("a message holds a list that is none")
    return body


def _shape(body: object) -> list[int]:
    if len(_list(body)) > MAX_DIMENSIONS or any(type(size) is not int or size < 0 for size in body):
        raise WireError("a message holds an array of an impossible shape")
    return body


def _text(text: str) -> str:
    """Text that can be written to a file: JSON may bring halves of characters, which cannot."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def _is_label(value: object) -> bool:
    return value is None or type(value) in (bool, int, float, str) or type(value) is tuple and all(map(_is_label, value))
