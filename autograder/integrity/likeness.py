"""Finds submissions that are nearly alike in what is their own: released text, the solution and what many wrote do not count.

Winnowing (Schleimer, Wilkerson and Aiken, 2003): of every window of neighbouring token runs the one with the smallest
checksum is a cell's fingerprint. An index by fingerprint finds the pairs; only pairs that share much are laid side by side.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from autograder.integrity.tokens import code_lines, word_lines

RUN = 10
"""Tokens in a run: shorter ones are everybody's idioms."""
WINDOW = 6
"""Neighbouring runs of which one is kept."""
LEAST_SHARED = 10
"""Fingerprints that two must share to be listed: about sixty tokens."""
LEAST_SHARE = 0.5
"""Share of the smaller one's own fingerprints that two must have in common to be listed."""
MANY = 0.1
"""What more than this share of the class wrote is nobody's own."""
AT_LEAST_MANY = 3
"""The same as a number, for small classes."""
MOST_RUNS = 40_000
"""Most runs of one submission that are compared."""
MOST_PAIRS = 300
"""Most pairs that are listed."""
BASE, MODULUS = 1_000_003, 2**61 - 1
"""Of a run's checksum, which rolls on from token to token."""
LEAVES = pow(BASE, RUN, MODULUS)
"""The weight of the token that leaves a run."""


@dataclass(frozen=True)
class Cell:
    """A cell that the student wrote."""

    name: str
    """Its id."""
    source: str
    """Its text."""
    is_code: bool = True
    """Whether it is code; else it is a written answer."""


@dataclass(frozen=True)
class SharedCell:
    """Two cells with something in common, line by line."""

    one: str
    """The first one's id."""
    other: str
    """The second one's id."""
    lines_one: tuple[tuple[str, bool], ...]
    """The first one's lines, each with whether it holds something shared."""
    lines_other: tuple[tuple[str, bool], ...]
    """The second one's."""


@dataclass(frozen=True)
class Pair:
    """Two submissions that are nearly alike: a fact, no accusation."""

    one: str
    """A student."""
    other: str
    """Another."""
    share: float
    """How much of the smaller one's own text stands in the other."""
    shared: int
    """Fingerprints in common."""
    cells: tuple[str, ...]
    """The first one's cells in which they stand."""


@dataclass(frozen=True)
class Likeness:
    """All that was found alike in a class."""

    pairs: tuple[Pair, ...]
    """The most alike first."""
    groups: tuple[tuple[str, ...], ...]
    """Students whom pairs join, three or more of them."""
    left_out: int = 0
    """Pairs beyond MOST_PAIRS."""


class Class:
    """A class's cells by fingerprint.

    Args:
        cells: each student's own cells.
        everybody: the cells that everybody has or that the course itself wrote: releases, solutions.
    """

    def __init__(self, cells: dict[str, list[Cell]], everybody: Iterable[Cell]) -> None:
        self.cells = cells
        self._known = {run for cell in everybody for run in runs(cell)}
        marks = {student: _marks(own, self._known) for student, own in cells.items()}
        count = Counter(mark for own in marks.values() for mark in own)
        many = max(AT_LEAST_MANY, int(MANY * len(cells)))
        self.own = {student: {mark: name for mark, name in own.items() if count[mark] <= many} for student, own in marks.items()}

    def likeness(self) -> Likeness:
        """The pairs and groups that share much."""
        owners: dict[int, list[str]] = defaultdict(list)
        for student in sorted(self.own):
            for mark in self.own[student]:
                owners[mark].append(student)
        shared = Counter(pair for students in owners.values() for pair in combinations(students, 2))
        found = []
        for (one, other), number in shared.items():
            share = number / min(len(self.own[one]), len(self.own[other]))
            if number >= LEAST_SHARED and share >= LEAST_SHARE:
                names = tuple(sorted({name for mark, name in self.own[one].items() if mark in self.own[other]}))
                found.append(Pair(one, other, share, number, names))
        found.sort(key=lambda pair: (-pair.share, -pair.shared, pair.one, pair.other))
        return Likeness(tuple(found[:MOST_PAIRS]), _groups(found), max(0, len(found) - MOST_PAIRS))

    def side_by_side(self, pair: Pair) -> list[SharedCell]:
        """The cells in which two share something, the shared lines marked."""
        common = set(self.own[pair.one]) & set(self.own[pair.other])
        there = {cell.name: cell for cell in self.cells[pair.other]}
        found = []
        for cell in self.cells[pair.one]:
            marks = {mark for mark in common if self.own[pair.one][mark] == cell.name}
            if not marks:
                continue
            name = Counter(self.own[pair.other][mark] for mark in sorted(marks)).most_common(1)[0][0]
            both = set(runs(cell)) & set(runs(there[name])) - self._known
            found.append(SharedCell(cell.name, name, _marked(cell, both), _marked(there[name], both)))
        return found


def runs(cell: Cell) -> tuple[int, ...]:
    """A checksum of every run of tokens of a cell."""
    return _runs(cell.source, cell.is_code)[0]


@lru_cache(maxsize=20_000)
def _runs(source: str, is_code: bool) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The checksum of every run of tokens, and the line of every token. Most cells of a class are the released ones: read once."""
    tokens, places = [], []
    for number, line in enumerate(code_lines(source) if is_code else word_lines(source)):
        tokens += line
        places += [number] * len(line)
    checksums, rolling = [], 0
    for place, token in enumerate(tokens):
        rolling = rolling * BASE + _checksum(token)
        if place >= RUN:
            rolling -= _checksum(tokens[place - RUN]) * LEAVES
        rolling %= MODULUS
        if place >= RUN - 1:
            checksums.append(rolling)
    return tuple(checksums), tuple(places)


@lru_cache(maxsize=100_000)
def _checksum(token: str) -> int:
    return zlib.crc32(token.encode("utf-8", "replace")) + 1


def _marks(cells: list[Cell], known: set[int]) -> dict[int, str]:
    """A submission's fingerprints, each with the cell that it stands in."""
    marks: dict[int, str] = {}
    left = MOST_RUNS
    for cell in cells:
        checksums = [MODULUS if checksum in known else checksum for checksum in runs(cell)[:left]]
        left -= len(checksums)
        for place in range(max(1, len(checksums) - WINDOW + 1)):
            smallest = min(checksums[place : place + WINDOW], default=MODULUS)
            if smallest < MODULUS:
                marks.setdefault(smallest, cell.name)
    return marks


def _marked(cell: Cell, shared: set[int]) -> tuple[tuple[str, bool], ...]:
    """The cell's lines, each with whether a shared run stands on it."""
    checksums, places = _runs(cell.source, cell.is_code)
    marked: set[int] = set()
    for place, checksum in enumerate(checksums):
        if checksum in shared:
            marked.update(places[place : place + RUN])
    return tuple((line, number in marked) for number, line in enumerate(cell.source.split("\n")))


def _groups(pairs: list[Pair]) -> tuple[tuple[str, ...], ...]:
    group: dict[str, set[str]] = {}
    for pair in pairs:
        joined = group.get(pair.one, {pair.one}) | group.get(pair.other, {pair.other})
        for student in joined:
            group[student] = joined
    return tuple(sorted({tuple(sorted(students)) for students in group.values() if len(students) > 2}))
