"""The English text that comes with Python: the stand-in for every corpus."""

import gzip
import platform
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from datasets import files, pydoc_text

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def new_process(monkeypatch):
    """Each test starts as a process that has loaded and said nothing."""
    monkeypatch.delenv("COURSE_QUIET", raising=False)
    monkeypatch.setattr(files, "_said", set())
    monkeypatch.setattr(pydoc_text._last, "edition", None)


@pytest.fixture
def pages(monkeypatch):
    """A function that puts other help pages in Python's place."""
    return lambda *topics: monkeypatch.setattr(pydoc_text, "_pages", lambda: list(topics))


def test_the_text_is_made_as_text8_is():
    text = pydoc_text.load_text()
    assert set(text) == set(" abcdefghijklmnopqrstuvwxyz")
    assert "  " not in text
    assert 200_000 < len(text) < 1_000_000
    assert len(set(text.split())) > 2_000


def test_words_have_a_sentence_end_and_no_rare_word():
    train, valid, test = pydoc_text.load_words()
    counts = Counter(train)
    assert min(counts.values()) >= 3
    assert set(valid) | set(test) <= set(train)
    for part in (train, valid, test):
        assert part[-1] == "<eos>"
        assert "<unk>" in part
        assert all(re.fullmatch("[a-z]+|<eos>|<unk>", word) for word in set(part))
    assert 0.75 < len(train) / (len(train) + len(valid) + len(test)) < 0.85
    assert 0.8 < len(valid) / len(test) < 1.25


def test_characters_are_those_of_the_words():
    for characters, words in zip(pydoc_text.load_characters(), pydoc_text.load_words(), strict=True):
        assert set(characters) == set("\n abcdefghijklmnopqrstuvwxyz")
        read_back = [word for line in characters.splitlines() for word in (*line.split(), "<eos>")]
        assert len(read_back) == len(words)
        assert all(word in (known, "<unk>") for known, word in zip(read_back, words, strict=True))


def test_no_sentence_is_in_two_parts():
    train, valid, test = (set(part.splitlines()) for part in pydoc_text.load_characters())
    assert not train & valid
    assert not train & test
    assert not valid & test


def test_every_part_has_text_from_all_over():
    """A part from one page would be about something else than the rest."""
    train, valid, test = (Counter(part.split()) for part in pydoc_text.load_characters())
    for part in (valid, test):
        known = sum(count for word, count in part.items() if word in train)
        assert known / part.total() > 0.9


def test_loading_twice_gives_the_same_lists_of_their_own():
    first, second = pydoc_text.load_words(), pydoc_text.load_words()
    assert first == second
    first.train.clear()
    assert pydoc_text.load_words() == second


def test_sentences_are_told_apart_and_said_once(pages):
    repeated = "It is a thing. It is a thing."
    pages(repeated, "Zebras, 7 of them!\n\n   don't run; they walk", repeated.upper())
    assert pydoc_text.load_text() == "it is a thing zebras of them don t run they walk"
    assert pydoc_text.load_characters().train == "it is a thing\nzebras of them\ndon t run\nthey walk\n"
    lengths = [len(sentence.split()) for sentence in pydoc_text.load_characters().train.splitlines()]
    expected = [word for length in lengths for word in (*["<unk>"] * length, "<eos>")]
    assert pydoc_text.load_words() == (expected, [], [])


def test_of_ten_blocks_of_fifty_sentences_the_last_two_are_held_back(pages):
    letters = "abcdefghijklmnopqrstuvwxyz"
    sentences = [f"{first}{second}{third}" for first in "ab" for second in letters for third in letters][:1_050]
    pages("\n\n".join(sentences))
    train, valid, test = (part.split() for part in pydoc_text.load_characters())
    assert train == sentences[:400] + sentences[500:900] + sentences[1_000:]
    assert valid == sentences[400:450] + sentences[900:950]
    assert test == sentences[450:500] + sentences[950:1_000]


def test_it_says_which_python_it_came_with(capsys):
    text = pydoc_text.load_text()
    edition = pydoc_text.describe()
    assert (edition.source_name, edition.unit, edition.sizes) == ("pydoc-text", "characters", (len(text),))
    assert edition.python_version == pydoc_text.PAGES_OF
    words = pydoc_text.load_words()
    assert (pydoc_text.describe().unit, pydoc_text.describe().sizes) == ("tokens", tuple(map(len, words)))
    assert capsys.readouterr().out.splitlines() == [
        f"Python's help pages: {len(text):,} characters of English from the help pages of Python {pydoc_text.PAGES_OF}",
        f"Python's help pages: {sum(map(len, words)):,} tokens of English from the help pages of Python {pydoc_text.PAGES_OF}",
    ]


def test_describe_before_loading_is_an_error():
    with pytest.raises(files.DataError, match="Nothing of Python's help pages has been loaded yet. Call one of"):
        pydoc_text.describe()


BAD_PAGES = {
    "missing": None,
    "empty": b"",
    "no gzip": b"no gzip",
    "cut": pydoc_text.SAMPLE_PATH.read_bytes()[:-9],
    "other pages": gzip.compress(b"other pages"),
}


# Named: gzip writes the time into its bytes, and pytest's workers must all find the same names.
@pytest.mark.parametrize("content", BAD_PAGES.values(), ids=BAD_PAGES)
def test_pages_that_are_not_those_of_the_course_are_a_clear_error(tmp_path, monkeypatch, content):
    monkeypatch.setattr(pydoc_text, "SAMPLE_PATH", tmp_path / "pydoc_text_sample.gz")
    if content is not None:
        pydoc_text.SAMPLE_PATH.write_bytes(content)
    for load in (pydoc_text.load_text, pydoc_text.load_words, pydoc_text.load_characters):
        with pytest.raises(files.DataError, match="is missing, or is not the file that came .*Unpack the course's files anew") as caught:
            load()
        assert "\n" not in str(caught.value)


def test_the_pages_are_those_of_the_python_that_is_named():
    """The same text whatever Python runs this; where it is that one, the pages are its own."""
    assert len(pydoc_text.load_text()) == 293_115
    assert tuple(map(len, pydoc_text.load_words())) == (44_870, 4_269, 4_672)
    if platform.python_version() == pydoc_text.PAGES_OF:
        from pydoc_data.topics import topics

        assert pydoc_text._pages() == [topics[name] for name in sorted(topics)]


def test_the_same_text_comes_out_in_every_process():
    code = "import hashlib; from datasets import pydoc_text; print(hashlib.sha256(repr(pydoc_text.load_words()).encode()).hexdigest())"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONHASHSEED": seed, "COURSE_QUIET": "1"}, capture_output=True, check=True
        )
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout
