"""What an assignment's reference.py declares: cells, presets and how one cell is trained."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

NAME = re.compile(r"[A-Za-z0-9_.+-]+")


@dataclass(frozen=True)
class Cell:
    """One run of the grid. Its identity is everything below: change one value, and it is another cell in another file."""

    parameters: Mapping[str, int | float | str]
    """what the grid varies, in the order of the table: {"units": 16, "learning_rate": 0.001} """
    seed: int
    """where the initial weights and the order of the examples come from"""
    data: str
    """the data set's edition, as its loader calls it: "mnist", "mnist-sample" """
    protocol: Mapping[str, int | float | str] = field(default_factory=dict)
    """what is the same all over the grid and would change the result: {"epochs": 1, "batch_size": 128} """

    def __post_init__(self):
        for key, value in self.identity.items():
            if not NAME.fullmatch(key) or not NAME.fullmatch(str(value)):
                raise ValueError(f"expected letters, digits and _.+- in a cell's names and values, got {key!r}={value!r}")
        if len(self.identity) != len(self.parameters) + len(self.protocol) + 2:
            raise ValueError(f"a name stands twice among {[*self.parameters, 'seed', 'data', *self.protocol]}")

    @property
    def identity(self):
        """All names and values in a fixed order."""
        return {**self.parameters, "seed": self.seed, "data": self.data, **self.protocol}

    @property
    def name(self):
        """The stem of the cell's file: "units=16,learning_rate=0.001,seed=0,data=mnist,epochs=1,batch_size=128"."""
        return ",".join(f"{key}={value}" for key, value in self.identity.items())

    @property
    def title(self):
        """What a person reads on the screen: "units=16 learning_rate=0.001 seed=0"."""
        return " ".join(f"{key}={value}" for key, value in {**self.parameters, "seed": self.seed}.items())

    @property
    def place(self):
        """The cell without its seed: runs of one place are repetitions of one another."""
        return tuple((key, value) for key, value in self.identity.items() if key != "seed")


@dataclass(frozen=True)
class Preset:
    """A named set of cells that belong into one table: one data set, and one protocol unless it says otherwise."""

    name: str
    """what --preset takes"""
    about: str
    """one line for people: what it runs, and on what"""
    cells: tuple[Cell, ...]
    """every cell, in the order of the table"""
    warning: str = ""
    """what every table and figure made from it must say on its face; empty for the real thing"""
    several_protocols: bool = False
    """whether its table sets runs of several protocols beside each other, and says which is which"""

    def __post_init__(self):
        if len({cell.name for cell in self.cells}) != len(self.cells):
            raise ValueError(f"preset {self.name}: a cell stands twice")
        if len({(cell.data, *(() if self.several_protocols else cell.protocol.items())) for cell in self.cells}) != 1:
            raise ValueError(f"preset {self.name}: expected one data set and one protocol for all its cells")

    @property
    def data(self):
        """The one data set of all its cells."""
        return self.cells[0].data

    @property
    def places(self):
        """Every place of the table once, in order, without seeds."""
        return tuple(dict.fromkeys(cell.place for cell in self.cells))

    def with_protocol(self, **values):
        """Return the same places under a protocol that says more."""
        cells = tuple(Cell(cell.parameters, cell.seed, cell.data, {**cell.protocol, **values}) for cell in self.cells)
        return replace(self, cells=cells)

    def with_seeds(self, seeds):
        """Return the same places, each with exactly these seeds."""
        first = {cell.place: cell for cell in reversed(self.cells)}
        cells = tuple(replace(first[place], seed=seed) for place in self.places for seed in seeds)
        return replace(self, cells=cells)

    def with_only(self, values):
        """Return the same preset with fewer cells, or None where none is left.

        Args:
            values: {parameter: those of its values that are kept}; a cell stays where all parameters named have one of theirs.
        """
        cells = tuple(cell for cell in self.cells if all(cell.parameters.get(name) in kept for name, kept in values.items()))
        return replace(self, cells=cells) if cells else None


@dataclass(frozen=True)
class Findings:
    """What a report is made from: the cells of one preset, and nothing else."""

    preset: Preset
    """the places that the table has, run or not"""
    frame: Any
    """pandas DataFrame, one row a finished run: parameters, seed, results, data, protocol, seconds, threads, versions"""
    failed: Mapping[str, str]
    """title of each cell whose last attempt raised, with the reason"""
    missing: tuple[Cell, ...]
    """the preset's cells with no result, failed ones among them"""


@dataclass(frozen=True)
class Reference:
    """One assignment's grid: what solutions/<assignment>/reference.py exports as REFERENCE."""

    presets: tuple[Preset, ...]
    """from the smallest to the widest; `report` takes the last one that has results"""
    operations: Callable[[Cell], float]
    """the cell's cost in floating-point operations, for the order of running and the time left"""
    train: Callable[..., dict]
    """runs one cell in a worker and returns its results: numbers, strings, lists. A true "diverged" among them marks
    a training that ended in NaN: a result like any other. An exception is a failure, tried again at the next run.
    Called as train(cell), or train(cell, checkpoint) where `resumes` is true"""
    report: Callable[[Findings, Path], None]
    """writes tables and figures into an existing folder"""
    prepare: Callable[[str], None] = lambda _data: None
    """is called once with the data's name before any worker starts: fetches it, or raises and says what is missing"""
    warm_up: Callable[[Cell], None] = lambda _cell: None
    """is called in the worker before the clock of each cell starts: for imports and data, which only the first one pays"""
    is_large: Callable[[Cell], bool] = lambda _cell: False
    """true for a cell that trains faster alone with all cores than side by side with others"""
    resumes: bool = False
    """whether a cell that was killed goes on from its last checkpoint, with the same result to the last bit"""
    mixed_precision: bool = False
    """whether train heeds a protocol with precision=mixed_float16"""
    order: int = 0
    """its place in the course, for pages that show several"""
    packages: tuple[str, ...] = ("numpy",)
    """distributions whose versions are recorded with every result"""

    def with_protocol(self, about, **values):
        """Return the same grid under a protocol that says more; all that is made of it says what.

        Args:
            about: what is other about it, for people.
        """
        presets = (replace(preset, warning="; ".join(filter(None, (preset.warning, about)))) for preset in self.presets)
        return replace(self, presets=tuple(preset.with_protocol(**values) for preset in presets))

    def preset(self, name):
        """Return the preset of that name, or None."""
        return next((preset for preset in self.presets if preset.name == name), None)
