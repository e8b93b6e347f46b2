"""What the loaders of text share: the three parts of a corpus, its edition, and words out of lines.

    from datasets.corpus import Splits, words_of
    words_of("the cat\nsat\n")  # ["the", "cat", "<eos>", "sat", "<eos>"]

Only the standard library is needed.
"""

import sys
from dataclasses import dataclass
from typing import NamedTuple

from datasets.files import DataError, say

END_OF_SENTENCE = "<eos>"
UNKNOWN = "<unk>"


class Splits(NamedTuple):
    """The three parts of a corpus, each a list of tokens or a string of characters."""

    train: list | str
    """to learn from"""
    valid: list | str
    """to choose by"""
    test: list | str
    """to report on, once"""


@dataclass(frozen=True)
class Edition:
    """Which text was loaded, so that what is made from it can say so."""

    source_name: str
    """what tables, figures and reports carry, such as "text8", "text8-prefix" or "pydoc-text" """
    unit: str
    """what is counted: "characters" or "tokens" """
    sizes: tuple[int, ...]
    """how many there are: of the text, or of train, valid and test"""
    python_version: str = ""
    """of a text that differs between Python versions: the version it came with"""


class Last:
    """What a loader returned last: it is told when it is loaded, and remembered for describe().

    Args:
        title: the data set's name, before each line that is printed.
    """

    def __init__(self, title):
        self.title = title
        self.edition = None

    def remember(self, edition, line):
        """Print the line, once in this process, and keep the edition."""
        self.edition = edition
        say(self.title, line)

    def remember_sample(self, edition, why=""):
        """Remember that Python's help pages stand in, and say why."""
        pages = f"Python {edition.python_version}'s help pages"
        self.remember(edition, f"a SAMPLE of {sum(edition.sizes):,} {edition.unit} from {pages}, not {self.title}{why}")

    def describe(self):
        """Return the edition kept last, or raise DataError where there is none."""
        if self.edition is None:
            raise DataError(f"Nothing of {self.title} has been loaded yet", "Call one of the module's load functions first")
        return self.edition


def words_of(text):
    """Return the words of a text, <eos> at the end of each line.

    Args:
        text: words between blanks; every line ends with a newline.

    Returns:
        list of str; equal words are one object, so a corpus takes little memory.
    """
    words = []
    *lines, rest = text.split("\n")  # not splitlines, which ends lines at other characters too
    for line in [*lines, rest] if rest else lines:
        words.extend(map(sys.intern, line.split()))
        words.append(END_OF_SENTENCE)
    return words
