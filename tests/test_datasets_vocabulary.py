"""The vocabulary: by its properties, over any text."""

import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.vocabulary import Vocabulary

TOKENS = st.lists(st.sampled_from(["the", "cat", "sat", "on", "mat", "<unk>", "<eos>", "ō"]) | st.text(max_size=3), max_size=40)
steady = settings(deadline=None, derandomize=True)
SIZES = st.none() | st.integers(1, 12)


@steady
@given(TOKENS)
def test_decoding_gives_the_text_back(tokens):
    vocabulary = Vocabulary(tokens)
    assert vocabulary.decode(vocabulary.encode(tokens)) == tokens


@steady
@given(TOKENS, TOKENS, SIZES)
def test_what_is_outside_is_unknown_and_everything_else_itself(tokens, others, size):
    vocabulary = Vocabulary(tokens, size)
    expected = [token if token in vocabulary else "<unk>" for token in others]
    assert vocabulary.decode(vocabulary.encode(others)) == expected


@steady
@given(TOKENS, SIZES)
def test_the_most_frequent_come_first_and_ties_by_the_alphabet(tokens, size):
    vocabulary, counts = Vocabulary(tokens, size), Counter(tokens)
    listed = [token for token in vocabulary.tokens if token in counts]
    natural = [token for token in listed if token != "<unk>" or size is None]
    assert natural == sorted(natural, key=lambda token: (-counts[token], token))
    left_out = [counts[token] for token in counts if token not in vocabulary]
    kept = [counts[token] for token in natural if token != "<unk>"]
    assert not left_out or not kept or max(left_out) <= min(kept)


@steady
@given(TOKENS, SIZES)
def test_unknown_is_always_there_and_the_size_is_kept(tokens, size):
    vocabulary = Vocabulary(tokens, size)
    everything = len(set(tokens) | {"<unk>"})
    assert len(vocabulary) == len(set(vocabulary.tokens)) == (everything if size is None else min(size, everything))
    assert "<unk>" in vocabulary
    assert vocabulary.tokens[vocabulary.unknown_id] == "<unk>"


@steady
@given(TOKENS)
def test_the_order_of_the_text_does_not_matter(tokens):
    assert Vocabulary(tokens).tokens == Vocabulary(sorted(tokens)).tokens


@steady
@given(st.text(max_size=40))
def test_a_string_is_its_characters(text):
    vocabulary = Vocabulary(text)
    assert vocabulary.tokens == Vocabulary(list(text)).tokens
    np.testing.assert_array_equal(vocabulary.encode(text), vocabulary.encode(list(text)))
    assert "".join(vocabulary.decode(vocabulary.encode(text))) == text


def test_a_small_one_is_as_expected():
    vocabulary = Vocabulary(["b", "a", "c", "a", "b"])
    assert vocabulary.tokens == ("a", "b", "c", "<unk>")
    assert (len(vocabulary), "a" in vocabulary, "d" in vocabulary) == (4, True, False)
    ids = vocabulary.encode(["a", "d", "c"])
    np.testing.assert_array_equal(ids, [0, 3, 2])
    assert ids.dtype == np.int32
    assert Vocabulary(["b", "a", "c", "a", "b"], 2).tokens == ("a", "<unk>")
    assert Vocabulary([]).tokens == ("<unk>",)


def test_unknown_keeps_the_place_that_its_count_gives_it():
    assert Vocabulary(["<unk>", "<unk>", "a"]).tokens == ("<unk>", "a")
    assert Vocabulary(["b", "b", "a", "a", "<unk>"], 2).tokens == ("a", "<unk>")


def test_any_iterable_will_do():
    vocabulary = Vocabulary(token for token in ["a", "b", "a"])
    np.testing.assert_array_equal(vocabulary.encode(token for token in "ab"), [0, 1])
    assert vocabulary.decode((1, 0)) == ["b", "a"]
    assert vocabulary.encode([]).shape == (0,)
    assert vocabulary.decode([]) == []


def test_a_number_outside_is_an_error_not_a_word_from_the_end():
    vocabulary = Vocabulary("ab")
    for bad in ([-1], [3], [0, 99]):
        with pytest.raises(IndexError, match="expected numbers from 0 to 2"):
            vocabulary.decode(bad)


@pytest.mark.parametrize("size", [0, -1])
def test_a_size_without_room_for_unknown_is_an_error(size):
    with pytest.raises(ValueError, match="expected a size of at least 1"):
        Vocabulary("ab", size)


def test_a_million_tokens_take_about_a_second():
    words = [f"word{index}" for index in range(10_000)]
    tokens = [words[index] for index in np.random.default_rng(0).integers(0, 10_000, 1_000_000)]
    start = time.process_time()
    vocabulary = Vocabulary(tokens)
    ids = vocabulary.encode(tokens)
    assert time.process_time() - start < 3  # measured: 0.3
    assert ids.shape == (1_000_000,)
