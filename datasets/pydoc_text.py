"""English text that comes with Python: CPython's own help pages, `pydoc_data.topics`.

    from datasets import pydoc_text
    text = pydoc_text.load_text()                      # a to z and space, as text8 is
    train, valid, test = pydoc_text.load_words()       # tokens, with <eos> and <unk>

About 300,000 characters or 50,000 words. The pages differ between Python versions, and a figure is worth something only beside
another one of the same text: so those of one version stand in pydoc_text_sample.gz. Origin and licence: pydoc_text.md.
"""

import gzip
import hashlib
import re
import zlib
from collections import Counter
from pathlib import Path

from datasets.corpus import UNKNOWN, Edition, Last, Splits, words_of
from datasets.files import DataError

SOURCE_NAME = "pydoc-text"
SAMPLE_PATH = Path(__file__).with_name("pydoc_text_sample.gz")
PAGES_OF = "3.11.7"  # whose pages they are; make_pydoc_text.py made the file
DIGEST = "d816f8d22e0cf35d139a6b91ddbf71926779433fc91cdc3a126e599d8445e57e"  # SHA-256 of the pages, "\0" between two of them
MINIMUM_COUNT = 3  # a word seen fewer times in the training part is <unk>
BLOCK = 50  # sentences that stay together; of every ten blocks the ninth is for validation, the tenth for the test

_last = Last("Python's help pages")


def load_text():
    """Return the text as one string of a to z and single spaces: lower case, everything else a space.

    Raises:
        DataError: the file with the pages is missing or is not what it was.
    """
    return _remember(*text_and_edition())


def load_words():
    """Return the text as three token lists: lower-case words, <eos> at the end of a sentence, <unk> for rare words.

    Words that the training part has fewer than 3 times are <unk>, in all three parts.

    Returns:
        Splits(train, valid, test), lists of str. About 80, 10 and 10 %, in blocks of 50 sentences.

    Raises:
        DataError: the file with the pages is missing or is not what it was.
    """
    return _remember(*words_and_edition())


def load_characters():
    """Return the same sentences as load_words as three strings: a to z and space, every sentence ends with a newline.

    Returns:
        Splits(train, valid, test), str. No word is replaced by <unk>.

    Raises:
        DataError: the file with the pages is missing or is not what it was.
    """
    return _remember(*characters_and_edition())


def describe():
    """Return the Edition that was loaded last.

    Raises:
        DataError: nothing has been loaded in this process.
    """
    return _last.describe()


def text_and_edition():
    """Return what load_text returns, and its Edition; for loaders whose sample it is."""
    text = " ".join(" ".join(sentence) for sentence in _sentences())
    return text, _edition("characters", text)


def words_and_edition():
    """Return what load_words returns, and its Edition."""
    parts = [words_of(part) for part in _parts()]
    counts = Counter(parts[0])
    words = Splits(*([word if counts[word] >= MINIMUM_COUNT else UNKNOWN for word in part] for part in parts))
    return words, _edition("tokens", *words)


def characters_and_edition():
    """Return what load_characters returns, and its Edition."""
    characters = Splits(*_parts())
    return characters, _edition("characters", *characters)


def _edition(unit, *parts):
    return Edition(SOURCE_NAME, unit, tuple(len(part) for part in parts), PAGES_OF)


def _remember(data, edition):
    line = f"{sum(edition.sizes):,} {edition.unit} of English from the help pages of Python {edition.python_version}"
    _last.remember(edition, line)
    return data


def _parts():
    """The sentences of train, valid and test, a line each."""
    parts = ([], [], [])
    for index, sentence in enumerate(_sentences()):
        parts[max(0, index // BLOCK % 10 - 7)].append(" ".join(sentence))
    return ["".join(f"{sentence}\n" for sentence in part) for part in parts]


def _sentences():
    """Every sentence once, as a list of words.

    Pages repeat one another whole paragraphs long; a repeated one would put validation text into the training text.
    """
    seen, sentences = set(), []
    for page in _pages():
        for paragraph in re.split(r"\n\s*\n", page.lower()):
            for sentence in re.split(r"[.:;?!]\s+", paragraph):
                words = tuple(re.findall("[a-z]+", sentence))
                if words and words not in seen:
                    seen.add(words)
                    sentences.append(words)
    return sentences


def _pages():
    """The pages in alphabetical order of their names."""
    try:
        pages = gzip.decompress(SAMPLE_PATH.read_bytes())
    except (OSError, EOFError, zlib.error):
        pages = b""
    if hashlib.sha256(pages).hexdigest() != DIGEST:
        problem = f"{SAMPLE_PATH} is missing, or is not the file that came with the course"
        raise DataError(problem, "Unpack the course's files anew, or set COURSE_DATA=full to work with full data")
    return pages.decode().split("\0")
