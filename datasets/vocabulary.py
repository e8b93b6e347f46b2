"""Words or characters as numbers, the most frequent first.

    from datasets.vocabulary import Vocabulary
    vocabulary = Vocabulary(train)  # a list of words, or a string for characters
    ids = vocabulary.encode(valid)  # int32; what is not in the vocabulary is <unk>
    vocabulary.decode(ids)

Made from the training part alone: what only the other parts have is unknown.
"""

from collections import Counter
from itertools import repeat

import numpy as np

from datasets.corpus import UNKNOWN


class Vocabulary:
    """The tokens of a corpus, each with a number: 0 for the most frequent, ties by the alphabet, and <unk> always there.

    Args:
        tokens: the training part: an iterable of str (a string is an iterable of characters).
        size: how many tokens to keep, <unk> among them; None keeps all.
    """

    def __init__(self, tokens, size=None):
        if size is not None and size < 1:
            raise ValueError(f"expected a size of at least 1, got {size}")
        counts = Counter(tokens)
        ordered = sorted(counts, key=lambda token: (-counts[token], token))[:size]
        if UNKNOWN not in ordered:  # it takes the rarest one's place where there is no other
            ordered = [*ordered[: None if size is None else size - 1], UNKNOWN]
        self.tokens = tuple(ordered)
        self._ids = {token: index for index, token in enumerate(ordered)}
        self.unknown_id = self._ids[UNKNOWN]

    def encode(self, tokens):
        """Return the tokens' numbers, int32 of shape (n,); a token outside the vocabulary has that of <unk>."""
        tokens = tokens if hasattr(tokens, "__len__") else list(tokens)
        return np.fromiter(map(self._ids.get, tokens, repeat(self.unknown_id)), np.int32, len(tokens))

    def decode(self, ids):
        """Return the tokens of these numbers, a list of str.

        Raises:
            IndexError: a number is outside 0 to len(self) - 1.
        """
        ids = np.asarray(ids)
        if ids.size and (ids.min() < 0 or ids.max() >= len(self)):
            raise IndexError(f"expected numbers from 0 to {len(self) - 1}, got {ids.min()} to {ids.max()}")
        return [self.tokens[index] for index in ids.tolist()]

    def __len__(self):
        return len(self.tokens)

    def __contains__(self, token):
        return token in self._ids
