"""What crosses the wall: values round-trip as plain ones, and no message from the other side does anything but fail."""

import contextlib
import json
import math
import subprocess
import sys
import tracemalloc
from collections import OrderedDict, namedtuple
from enum import IntEnum, StrEnum

import numpy as np
import pandas
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.checks import wire
from autograder.checks.wire import DTYPES, Handle, Raise, Scripted, WireError, decode, encode

quick = settings(max_examples=60, deadline=None)

texts = st.text(st.characters(exclude_categories=["Cs"]))  # lone surrogates are no text
scalars = st.none() | st.booleans() | st.integers() | st.integers(-(2**200), 2**200) | st.floats() | texts
keys = st.booleans() | st.integers() | texts
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner) | st.lists(inner).map(tuple), max_leaves=30)


def crossed(value):
    return decode(encode(value))


def sent(tree, *buffers):
    """Decodes a message made by hand, as a hostile submission would."""
    return decode([tree if isinstance(tree, bytes) else json.dumps(tree).encode(), *buffers])


def identical(one, other):
    """Equal in value and in type, all the way down; nan is nan."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return one == other and math.copysign(1, one) == math.copysign(1, other) or math.isnan(one) and math.isnan(other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(identical, one, other))
    if isinstance(one, dict):
        return identical(list(one.items()), list(other.items()))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    return one == other


@quick
@given(values)
@example([math.nan, math.inf, -math.inf, -0.0, 2**53, -(2**53), 2**53 + 1, "ß😀\0\u2028"])
def test_plain_values_come_back_identical(value):
    assert identical(crossed(value), value)


@quick
@given(arrays.arrays(st.sampled_from(list(DTYPES.values())), arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)))
def test_arrays_come_back_identical(array):
    assert identical(crossed(array), array)


@pytest.mark.parametrize(
    "laid_out",
    [
        lambda array: array.astype(">f8"),
        np.asfortranarray,
        lambda array: array[::2, ::-1],
        lambda array: array.T,
        lambda array: array[:0],
        lambda array: np.broadcast_to(array[0], (5, 6)),
        lambda array: array.astype(">i2"),
        lambda array: array.astype(">f2")[:, 1:2],
    ],
)
def test_the_layout_of_an_array_does_not_matter(laid_out):
    array = laid_out(np.arange(24.0).reshape(4, 6))
    back = crossed(array)
    assert back.dtype == array.dtype.newbyteorder("=")
    assert back.flags.c_contiguous and back.flags.writeable and back.flags.owndata
    np.testing.assert_array_equal(back, array)


def test_a_decoded_array_is_a_copy_of_its_own():
    buffer = bytearray(np.arange(3.0).tobytes())
    array = sent({"array": ["float64", [3], 0]}, buffer)
    buffer[:] = bytes(24)
    assert array.tolist() == [0, 1, 2]


@pytest.mark.parametrize("kind", [*(dtype.type for dtype in DTYPES.values()), np.longdouble])
def test_numpy_scalars_become_plain_ones(kind):
    assert identical(crossed(kind(1)), True if kind is np.bool else 1.0 if issubclass(kind, np.floating) else 1)


@pytest.mark.parametrize("array", [np.array(["a", "ßß", ""]), np.array([["x"], ["y"]]), np.array("alone"), np.array([], dtype=str)])
def test_arrays_of_text_cross(array):
    back = crossed(array)
    assert back.shape == array.shape and back.tolist() == array.tolist()


def test_an_array_of_objects_crosses_as_what_it_holds():
    assert crossed(np.array(["a", "bc"], dtype=object)).tolist() == ["a", "bc"]
    assert crossed(np.array([1, None, "a"], dtype=object)) == [1, None, "a"]


@pytest.mark.parametrize(
    "value",
    [
        1j,
        b"bytes",
        {1, 2},
        object(),
        iter([1]),
        range(3),
        np.array([1j]),
        np.array([b"bytes"]),
        np.array([object()]),
        np.zeros(2, [("x", "f8")]),
        np.datetime64("2020-01-01"),
        np.timedelta64(1, "s"),
        int,
        len,
        {(1, 2): object()},
    ],
)
def test_what_is_not_plain_is_refused_by_name(value):
    with pytest.raises(WireError):
        encode(value)


def test_a_value_within_itself_is_refused():
    loop = []
    loop.append(loop)
    objects = np.empty(1, dtype=object)
    objects[0] = objects
    for value in (loop, objects):
        with pytest.raises(WireError, match="deep"):
            encode(value)


def test_handles_and_scripts_cross():
    script = Scripted(("units", "rate"), (((4, 0.1), Raise("no")), ((4, 1.0), (1, np.arange(2)))))
    back = crossed([Handle("model", 3), script])
    assert back[0] == Handle("model", 3)
    assert back[1].parameters == script.parameters and back[1].answers[0] == script.answers[0]
    assert back[1].answers[1][1][1].tolist() == [0, 1]


def test_an_object_may_stay_where_it_is():
    stays = object()
    assert decode(encode({"in": [stays]}, hold=lambda value: Handle("model", 7) if value is stays else None)) == {
        "in": [Handle("model", 7)]
    }


# tables


FRAMES = {
    "numbers": pandas.DataFrame({"a": [1, 2], "b": [0.5, np.nan]}),
    "mixed": pandas.DataFrame({"text": ["x", "y"], "number": [1, 2], "flag": [True, False], "mixed": [1, "z"]}),
    "named index": pandas.DataFrame({"x": [1.0, 2.0]}, index=pandas.Index([16, 32], name="units")),
    "named columns": pandas.DataFrame([[1, 2]], columns=pandas.Index([0.001, 0.01], name="rate")),
    "names that are numbers": pandas.DataFrame([[1, 2]], columns=pandas.Index([3, 4], name=np.int64(5))),
    "equal labels": pandas.DataFrame([[1, 2]], columns=["a", "a"]),
    "float32": pandas.DataFrame({"x": np.array([0.1, 0.2], dtype=np.float32)}),
    "no rows": pandas.DataFrame({"x": np.array([], dtype=float)}),
    "no columns": pandas.DataFrame(index=[1, 2, 3]),
    "nothing": pandas.DataFrame(),
    "text index": pandas.DataFrame({"x": [1]}, index=["only"]),
    "levels": pandas.DataFrame({"x": [1, 2]}, index=pandas.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=["units", "rate"])),
}


@pytest.mark.parametrize("name", FRAMES)
def test_tables_come_back_equal(name):
    frame = FRAMES[name]
    back = crossed(frame)
    pandas.testing.assert_frame_equal(back, frame, check_index_type=False, check_column_type=False)
    assert list(back.index.names) == list(frame.index.names) and list(back.columns.names) == list(frame.columns.names)


def test_a_table_of_pandas_own_types_comes_back_in_plain_ones():
    frame = pandas.DataFrame(
        {
            "text": pandas.Series(["a", None], dtype="string"),
            "whole": pandas.Series([1, None], dtype="Int64"),
            "kind": pandas.Categorical(["u", "v"]),
        }
    )
    back = crossed(frame)
    assert back["text"][0] == "a" and pandas.isna(back["text"][1])
    assert back["whole"][0] == 1 and pandas.isna(back["whole"][1])
    assert back["kind"].tolist() == ["u", "v"]


def test_a_series_crosses_as_its_values():
    assert crossed(pandas.Series([1.5, 2.5])).tolist() == [1.5, 2.5]
    assert list(crossed(pandas.Series(["a", "b"]))) == ["a", "b"]
    assert list(crossed(pandas.Index(["a", 1]))) == ["a", 1]
    assert np.isnan(crossed(pandas.Series([1, None], dtype="Int64"))[1])


def test_dates_are_refused():
    with pytest.raises(WireError):
        encode(pandas.DataFrame({"when": pandas.to_datetime(["2020-01-01"])}))


@quick
@given(
    st.lists(
        st.lists(st.floats() | st.integers(-(2**60), 2**60) | texts.filter(lambda text: "\0" not in text), min_size=2, max_size=2),
        max_size=4,
    )
)
def test_any_table_of_numbers_and_text_comes_back_equal(rows):
    frame = pandas.DataFrame(rows, columns=["left", "right"])
    pandas.testing.assert_frame_equal(crossed(frame), frame, check_dtype=False, check_index_type=False)


# values that lie


class LyingFloat(float):
    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __eq__
    __hash__ = float.__hash__

    def __float__(self):
        return 7.0

    def __add__(self, other):
        return 7.0


class LyingInt(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__

    def __int__(self):
        return 7

    __index__ = __int__


class LyingText(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__

    def __str__(self):
        return "lie"

    def __iter__(self):
        return iter("lie")


class LyingList(list):
    def __iter__(self):
        return iter([7])

    def __len__(self):
        return 1

    def __eq__(self, other):
        return True

    __hash__ = None


class LyingDict(dict):
    def items(self):
        return [("lie", 7)]

    def __eq__(self, other):
        return True

    __hash__ = None


class LyingArray(np.ndarray):
    def __eq__(self, other):
        return np.True_

    __hash__ = None

    def __array__(self, *arguments, **keywords):
        return np.full(3, 7.0)

    def __array_ufunc__(self, *arguments, **keywords):
        return np.True_

    def __array_function__(self, *arguments, **keywords):
        return True

    def tobytes(self, *arguments):
        return np.full(3, 7.0).tobytes()


class Number(IntEnum):
    ONE = 1


class Word(StrEnum):
    YES = "yes"


@pytest.mark.parametrize(
    ("lie", "truth"),
    [
        (LyingFloat(2.5), 2.5),
        (LyingFloat(-0.0), -0.0),
        (LyingInt(3), 3),
        (LyingText("wrong"), "wrong"),
        (LyingList([1, 2]), [1, 2]),
        (LyingDict(a=1), {"a": 1}),
        (np.arange(3.0).view(LyingArray), np.arange(3.0)),
        ([LyingFloat(2.5), {"k": LyingInt(3)}], [2.5, {"k": 3}]),
        (namedtuple("Pair", "a b")(1, 2), (1, 2)),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (Number.ONE, 1),
        (Word.YES, "yes"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_subclass_crosses_as_what_it_is_based_on(lie, truth):
    assert identical(crossed(lie), truth)


def test_a_class_that_poses_as_another_comes_out_plain_or_not_at_all():
    class Poser:
        @property
        def __class__(self):
            return np.float64

        def item(self):
            return self

        __array__ = None

    with pytest.raises((WireError, RecursionError, TypeError)):  # on the student's side: the agent tells it as an error of theirs
        encode(Poser())


# hostile messages

ONE = np.zeros(1).tobytes()

HOSTILE = {
    "no message": [],
    "nothing in it": [b""],
    "not JSON": [b"\x80\x04\x95pickle"],
    "not unicode": [b'"\xff\xfe\xff"'],
    "bare list": [b"[1, 2]"],
    "empty object": [b"{}"],
    "two tags": [b'{"list": [], "tuple": []}'],
    "unknown tag": [b'{"pickle": "gASV"}'],
    "dunder tag": [b'{"_init__": []}'],
    "init": [b'{"__init__": [[]]}'],
    "rebuild": [b'{"rebuild": [1, 0]}'],
    "tag of nothing": [b'{"": 1}'],
    "tag with a surrogate": [b'{"\\ud800": 1}'],
    "NaN literal": [b"NaN"],
    "infinity literal": [b"[-Infinity]"],
    "NaN literal inside": [b'{"list": [NaN]}'],
    "too deep": [b'{"list": [' * 40 + b"]}" * 40],
    "far too deep": [b"[" * 200_000],
    "deep objects": [b'{"a":' * 200_000],
    "integer of 5,000 digits": [b"1" * 5000],
    "hex of 5,000 digits": [json.dumps({"int": "0x" + "f" * 5000}).encode()],
    "int of nothing": [b'{"int": ""}'],
    "int of a list": [b'{"int": [1]}'],
    "int of null": [b'{"int": null}'],
    "float of a list": [b'{"float": [1]}'],
    "float of a word": [b'{"float": "1.5"}'],
    "list of a text": [b'{"list": "ab"}'],
    "list of an object": [b'{"list": {"a": 1}}'],
    "dict of a text": [b'{"dict": "ab"}'],
    "dict of texts": [b'{"dict": ["ab"]}'],
    "dict of an object": [b'{"dict": {"ab": 1}}'],
    "dict of triples": [b'{"dict": [[1, 2, 3]]}'],
    "dict with a list as key": [b'{"dict": [[{"list": []}, 1]]}'],
    "dict with an array as key": [b'{"dict": [[{"array": ["float64", [1], 0]}, 1]]}', ONE],
    "no buffer": [b'{"array": ["float64", [1], 0]}'],
    "buffer -1": [b'{"array": ["float64", [1], -1]}', ONE],
    "buffer true": [b'{"array": ["float64", [1], true]}', ONE, ONE],
    "buffer 0.0": [b'{"array": ["float64", [1], 0.0]}', ONE],
    "huge shape": [b'{"array": ["float64", [1000000000, 1000000000], 0]}', ONE],
    "product that overflows": [b'{"array": ["float64", [4294967296, 4294967296, 1], 0]}', b""],
    "product that overflows to one": [b'{"array": ["uint8", [-1, -1], 0]}', b"a"],
    "negative size": [b'{"array": ["float64", [-1], 0]}', ONE],
    "size true": [b'{"array": ["float64", [true], 0]}', ONE],
    "size 1.0": [b'{"array": ["float64", [1.0], 0]}', ONE],
    "nothing times a lot": [b'{"array": ["float64", [0, 4611686018427387904, 8], 0]}', b""],
    "size beyond C": [b'{"array": ["float64", [0, 1180591620717411303424], 0]}', b""],
    "40 dimensions": [json.dumps({"array": ["float64", [1] * 40, 0]}).encode(), ONE],
    "shape is a text": [b'{"array": ["float64", "", 0]}', ONE],
    "shape is an object": [b'{"array": ["float64", {}, 0]}', ONE],
    "shape is a number": [b'{"array": ["float64", 1, 0]}', ONE],
    "object dtype": [b'{"array": ["object", [1], 0]}', ONE],
    "dtype O": [b'{"array": ["O", [1], 0]}', ONE],
    "structured dtype": [b'{"array": [[["f0", "O"]], [1], 0]}', ONE],
    "dtype is a list": [b'{"array": [[], [1], 0]}', ONE],
    "short array": [b'{"array": ["float64", [1]]}', ONE],
    "array is null": [b'{"array": null}'],
    "one buffer twice": [b'{"list": [{"array": ["float64", [1], 0]}, {"array": ["float64", [1], 0]}]}', ONE],
    "strings of another count": [b'{"strings": [[3], ["a"]]}'],
    "strings of numbers": [b'{"strings": [[1], [1]]}'],
    "strings of negative shape": [b'{"strings": [[-1, -1], ["a"]]}'],
    "strings of shape true": [b'{"strings": [[true], ["a"]]}'],
    "strings of shape 1.0": [b'{"strings": [[1.0], ["a"]]}'],
    "strings is a text": [b'{"strings": [[1], "a"]}'],
    "handle of texts": [b'{"handle": ["model", "0"]}'],
    "handle true": [b'{"handle": ["model", true]}'],
    "handle of a list": [b'{"handle": [["model"], 0]}'],
    "raise of a list": [b'{"raise": ["a"]}'],
    "script of nothing": [b'{"scripted": null}'],
    "script of a text": [b'{"scripted": ["ab", []]}'],
    "frame of nothing": [b'{"frame": null}'],
    "frame with a short column": [b'{"frame": [[1, 2], ["a"], [null], [null], [{"list": [1]}]]}'],
    "frame with a text as column": [b'{"frame": [[1, 2], ["a"], [null], [null], ["xy"]]}'],
    "frame with a number as column": [b'{"frame": [[1], ["a"], [null], [null], [5]]}'],
    "frame with a dict as column": [b'{"frame": [[1], ["a"], [null], [null], [{"dict": [[1, 2]]}]]}'],
    "frame with a deep column": [b'{"frame": [[1], ["a"], [null], [null], [{"array": ["float64", [1, 1], 0]}]]}', ONE],
    "frame with a missing column": [b'{"frame": [[1], ["a", "b"], [null], [null], [{"list": [1]}]]}'],
    "frame with lists as labels": [b'{"frame": [[{"list": []}], ["a"], [null], [null], [{"list": [1]}]]}'],
    "frame with a list as name": [b'{"frame": [[1], ["a"], [{"list": []}], [null], [{"list": [1]}]]}'],
    "frame with too many names": [b'{"frame": [[1], ["a"], ["x", "y"], [null], [{"list": [1]}]]}'],
    "frame with float16 labels": [b'{"frame": [[{"array": ["float16", [], 0]}], ["a"], [null], [null], [{"list": [1]}]]}', b"ab"],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_is_a_wire_error(name):
    with pytest.raises(WireError):
        decode(HOSTILE[name])


@pytest.mark.parametrize("message", [None, 5, [5], [None], ["text"], [[1, 2]], [b"1", 5]])
def test_what_is_no_message_at_all_is_a_wire_error(message):
    with pytest.raises(WireError):
        decode(message)


def test_only_the_last_of_equal_keys_counts():
    assert sent(b'{"list": [1], "list": [2]}') == [2]


def test_a_message_within_the_limit_passes_and_one_byte_more_does_not():
    message = encode(np.zeros(10))
    size = sum(map(len, message))
    assert decode(message, size).shape == (10,)
    with pytest.raises(WireError, match="bytes"):
        decode(message, size - 1)


def allocated(message, **limits):
    """The peak of memory, in bytes, while a message is refused."""
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            decode(message, **limits)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_million_values_are_too_many():
    message = [json.dumps({"list": [0] * (wire.MAX_VALUES + 1)}).encode()]
    assert allocated(message) < 100e6


def test_a_flood_of_empty_values_is_refused_before_it_is_parsed():
    """Each of these bytes would cost 20 of memory and more."""
    for part in (b"[],", b'{"":0},', b"{},", b'[""],'):
        assert allocated([b"[" + part * 4_000_000 + b"0]"]) < 100e6


def test_one_buffer_does_not_make_a_thousand_arrays():
    tree = {"list": [{"array": ["uint8", [1_000_000], 0]}] * 1000}
    assert allocated([json.dumps(tree).encode(), bytes(1_000_000)]) < 20e6


def test_one_long_text_does_not_widen_a_million_short_ones():
    """An array of text gives each the room of the longest."""
    tree = {"strings": [[100_001], ["x" * 1_000_000] + [""] * 100_000]}
    assert allocated([json.dumps(tree).encode()]) < 50e6


def test_many_wide_arrays_of_text_together_are_refused():
    tree = {"list": [{"strings": [[1001], ["x" * 1000] + [""] * 1000]}] * 100}
    assert allocated([json.dumps(tree).encode()], max_bytes=50_000_000) < 100e6


def test_keys_that_collide_do_not_stall_the_grader():
    """Python's dict takes quadratic time for integers of one hash; texts have salted hashes."""
    modulus = sys.hash_info.modulus
    with pytest.raises(WireError):
        sent({"dict": [[{"int": hex(number * modulus)}, 0] for number in range(1, 100_000)]})
    assert len(sent({"dict": [[str(number), 0] for number in range(100_000)]})) == 100_000


def test_every_integer_that_arrives_can_be_printed():
    """repr() refuses integers of more than 4,300 digits, and a check shows what it got."""
    for size in (3000, 3600, 4000, 4096):
        try:
            number = sent({"int": "0x" + "f" * size})
        except WireError:
            continue
        assert repr(number)


def test_text_that_is_not_unicode_arrives_as_text_that_can_be_written():
    for value in (sent(b'"a\\ud800b"'), sent(b'{"strings": [[1], ["a\\ud800b"]]}').item(), sent(b'{"raise": "a\\ud800b"}').message):
        assert value.encode().startswith(b"a") and len(value) == 3


@quick
@given(st.lists(st.binary(max_size=60), max_size=3))
def test_random_bytes_are_a_wire_error_or_plain(message):
    with contextlib.suppress(WireError):
        plain(decode(message))


MESSAGES = [
    encode({"value": [np.arange(6.0).reshape(2, 3), "text", 2**70, math.nan], "printed": ""}),
    encode([FRAMES["mixed"], FRAMES["levels"], np.array(["a", "b"])]),
    encode([Handle("model", 1), Scripted(("a",), (((1,), Raise("no")),)), {1: (True, None)}]),
]
MUTATIONS = st.sampled_from(
    [
        "null",
        "true",
        "-1",
        "0",
        "1e999",
        "1.5",
        "[]",
        "{}",
        '""',
        '"a"',
        '{"list": []}',
        '{"int": "0x1"}',
        "4611686018427387904",
        '{"float": "nan"}',
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MESSAGES), st.integers(0, 60), MUTATIONS, st.booleans())
def test_a_valid_message_with_a_part_replaced_is_a_wire_error_or_plain(message, place, part, by_hand):
    """Replaces one node of the message's tree, at any depth, or cuts a byte out of it."""
    tree = json.loads(message[0])
    nodes = list(walk(tree))
    holder, key = nodes[place % len(nodes)]
    holder[key] = json.loads(part)
    text = json.dumps(tree).encode()
    if by_hand:
        text = text[: place % len(text)] + text[place % len(text) + 1 :]
    with contextlib.suppress(WireError):
        plain(decode([text, *message[1:]]))


@quick
@given(st.sampled_from(MESSAGES), st.data())
def test_a_buffer_of_another_length_is_a_wire_error(message, data):
    assume(len(message) > 1)
    place = data.draw(st.integers(1, len(message) - 1))
    cut = data.draw(st.integers(0, len(message[place]) - 1))
    with pytest.raises(WireError):
        decode([*message[:place], message[place][:cut], *message[place + 1 :]])


def walk(tree):
    """Every (container, key) of a JSON tree."""
    for key in tree if isinstance(tree, dict) else range(len(tree)):
        yield tree, key
        if isinstance(tree[key], dict | list):
            yield from walk(tree[key])


def plain(value):
    """Asserts that a value is made of plain parts only."""
    if type(value) in (list, tuple):
        for item in value:
            plain(item)
    elif type(value) is dict:
        for item in value.items():
            plain(item)
    elif type(value) is pandas.DataFrame:
        plain(value.to_numpy().ravel().tolist())
    elif type(value) is Scripted:
        plain([value.parameters, value.answers])
    else:
        assert value is None or type(value) in (bool, int, float, str, np.ndarray, Handle, Raise)


def test_the_wire_needs_no_pandas():
    """A student's process that never imported pandas does not get it from here."""
    code = (
        "import sys, numpy as np; from autograder.checks.wire import *; decode(encode([1, np.zeros(3)])); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("place", ["list", "column"])
def test_integers_that_hash_alike_are_few(place):
    """A check that puts a reply's integers into a set would take hours over a million of one hash."""
    alike = [number * (2**61 - 1) for number in range(1, 1_500)]
    value = alike if place == "list" else pandas.DataFrame({"checksum": pandas.Series(alike, dtype=object)})
    with pytest.raises(WireError, match="integers beyond"):
        decode(encode(value))
    assert decode(encode(alike[:900])) == alike[:900]
    assert decode(encode(np.array([2**63 - 1] * 5_000))).shape == (5_000,)
