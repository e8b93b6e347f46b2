"""A corpus in three parts, as words or as characters: what the loaders of Penn Treebank and WikiText-2 share.

    corpus = SplitCorpus("WikiText-2", "wikitext-2", read)
    train, valid, test = corpus.load_words()

Where read() says that the corpus cannot be had, Python's own help pages stand in, and that is said.
"""

from datasets import pydoc_text
from datasets.corpus import Edition, Last, Splits, words_of
from datasets.files import full_or_sample


class SplitCorpus:
    """A corpus for which Python's help pages may stand in.

    Args:
        title: its name in what is printed.
        source_name: its name in tables and figures.
        read: a function that returns where the corpus lies and its three texts, or raises DataError.
    """

    def __init__(self, title, source_name, read):
        self.source_name, self.read = source_name, read
        self.last = Last(title)

    def load_words(self, source=None):
        """Return Splits of token lists, <eos> at the end of each line; source is as full_or_sample takes it."""
        return self._load(source, "tokens", words_of, pydoc_text.words_and_edition)

    def load_characters(self, source=None):
        """Return Splits of str, the files' own text; source is as full_or_sample takes it."""
        return self._load(source, "characters", str, pydoc_text.characters_and_edition)

    def describe(self):
        """Return the Edition that was loaded last, or raise DataError where there is none."""
        return self.last.describe()

    def _load(self, source, unit, convert, read_sample):
        def full(_):
            place, texts = self.read()
            parts = Splits(*map(convert, texts))
            edition = Edition(self.source_name, unit, tuple(map(len, parts)))
            self.last.remember(edition, f"all {sum(edition.sizes):,} {unit} from {place}")
            return parts

        def sample(why):
            parts, edition = read_sample()
            self.last.remember_sample(edition, why)
            return parts

        return full_or_sample(source, full, sample)
