"""The reference runs of the character LSTM: six published figures, four sweeps, the surface, and the controls that the original lacks.

The protocol is the original's: text8's first 1,000 characters validate, the rest trains; batches of one-hot windows whose rows
read on in segments of their own; the plain LSTM with truncated normal initial weights (mean -0.1, deviation 0.1) and zero biases;
mean softmax cross-entropy; gradient descent at 10 times 0.1 every 5,000 steps, gradients clipped to a global norm of 1.25; the
perplexity of the validation text with probabilities floored at 1e-10. One thing is added: the last 100,000 characters are kept out
of training as well, and read in 100 pieces of 1,000, since the perplexity of one piece is a noisy figure.

Seed 0 begins to read where the original does; every other seed draws other weights and begins somewhere else as well. At a rate of 10 the
last characters before the end weigh so much that 65 steps of 1 character, read from 20 places of the text, end at 12.3 to 15.5, while
five initial weights at one place differ by 0.1: weights alone would make the spread look far too small.
"""

import functools
from pathlib import Path

import numpy as np

from solutions.reference.plan import Cell, Preset, Reference

TEXT8, PREFIX, SAMPLE = "text8", "text8-prefix", "pydoc-text"  # as datasets.text8.describe().source_name says them
VALID = 1_000  # characters at the beginning, kept for validation
PIECES = 100  # of as many characters at the end, kept for the second validation
SHIFT = 1_000_003  # characters by which each further seed begins later; what was skipped is read at the end
PROTOCOL = {"first_rate": 10, "clip_norm": 1.25}
NAMES = ("batch_size", "num_nodes", "num_unrollings", "num_steps")
USUAL = {"batch_size": 64, "num_nodes": 64, "num_unrollings": 10, "num_steps": 3001}
POWERS = (2, 4, 8, 16, 32, 64, 128, 256)
UNROLLINGS = (1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 50)
STEPS = tuple(range(1001, 10002, 1000))
PUBLISHED = Path(__file__).with_name("published.csv")
SINGLE = ((64, 64, 10, 3001), (32, 64, 10, 3001), (64, 32, 10, 3001), (64, 64, 100, 65), (64, 64, 1, 65), (64, 12, 15, 3001))


def cells(places, seeds=range(1), data=PREFIX):
    """Return the cells of some places, each with these seeds.

    Args:
        places: dicts of those of NAMES that are not as usual.
    """
    return tuple(Cell(USUAL | dict(place), seed, data, PROTOCOL) for place in places for seed in seeds)


def at_equal_characters(name, values):
    """Return the places of a sweep that all see as many characters as the usual run: what is larger gets fewer steps."""
    steps = [round(USUAL["num_steps"] * USUAL[name] / value) for value in values]
    return [{name: value, "num_steps": count} for value, count in zip(values, steps, strict=True)]


SINGLES = [dict(zip(NAMES, place, strict=True)) for place in SINGLE]
SURFACE = [{"num_nodes": nodes, "num_unrollings": unrollings} for nodes in POWERS for unrollings in UNROLLINGS]
SWEEPS = {
    "batch_sizes": [{"batch_size": value} for value in POWERS],
    "nodes": [{"num_nodes": value} for value in POWERS],
    "unrollings": [{"num_unrollings": value} for value in UNROLLINGS],
    "steps": [{"num_steps": value} for value in STEPS],
    "equal_batch_sizes": at_equal_characters("batch_size", POWERS),
    "equal_unrollings": at_equal_characters("num_unrollings", UNROLLINGS),
}
"""The places of every sweep; the last two are the controls at an equal number of characters."""


def once(*groups):
    """Return every cell of some groups once: the usual run stands in every sweep."""
    return tuple({cell.name: cell for group in groups for cell in group}.values())


SWEPT_CELLS = once(*(cells(places, range(3)) for places in SWEEPS.values()))

PRESETS = (
    Preset(
        "demo",
        "a corner of the surface on Python's help pages, seconds",
        cells([{"num_nodes": n, "num_unrollings": u, "num_steps": 301} for n in (8, 16, 32) for u in (1, 5, 10)], data=SAMPLE),
        warning="SAMPLE: Python's own help pages, not text8, and a tenth of the steps",
    ),
    Preset("single", "the six published runs, five seeds, minutes", cells(SINGLES, range(5))),
    Preset("sweeps", "four sweeps and two controls, three seeds, an hour", SWEPT_CELLS),
    Preset("surface", "nodes × unrollings, 88 cells, hours", cells(SURFACE)),
    Preset("full", "everything above, each cell once", once(cells(SINGLES, range(5)), SWEPT_CELLS, cells(SURFACE))),
)


def operations(cell):
    """Return the floating-point operations of training: the inputs are looked up; 2 forward and 4 backward for each other weight."""
    batch_size, nodes, unrollings, steps = (cell.parameters[name] for name in NAMES)
    return 6 * batch_size * unrollings * steps * (4 * nodes * nodes + nodes * 27)


def load(data):
    """Return the text of that edition, or raise its DataError. The prefix is the whole text's beginning, where that is what is here."""
    from datasets import text8
    from datasets.text8 import DataError

    text = text8.load_text({TEXT8: "full", PREFIX: "auto", SAMPLE: "sample"}[data])
    found = text8.describe().source_name
    if data == PREFIX and found == TEXT8:
        return text[: text8.PREFIX.size]
    if found != data:
        raise DataError(
            f"the text here is {found}, not {data}",
            "Put text8.zip or text8_prefix.zip into the folder COURSE_DATA_DIR, or run the preset demo",
        )
    return text


def prepare(data):
    """Read the text once before the workers do, or say what helps."""
    load(data)


@functools.cache
def split(data):
    """Return the validation text (1, 1,000), the 100 pieces (100, 1,000) and the training text, as whole numbers 0 to 26."""
    codes = np.frombuffer(load(data).encode("ascii"), np.uint8)
    ids = np.where(codes == ord(" "), 0, codes - ord("a") + 1).astype(np.uint8)
    behind = len(ids) - PIECES * VALID
    return ids[:VALID][None], ids[behind:].reshape(PIECES, VALID), ids[VALID:behind]


def warm_up(cell):
    """Import TensorFlow, read the text and compile the program, once a worker and shape and not on any cell's time."""
    from solutions.char_lstm import training

    batch_size, nodes, unrollings, _ = (cell.parameters[name] for name in NAMES)
    training.train(split(cell.data)[2], batch_size, nodes, unrollings, 2, cell.seed)


def train(cell, checkpoint):
    """Train one cell, going on from its checkpoint where there is one, and return its perplexities and its learning curve."""
    from solutions.char_lstm import training

    batch_size, nodes, unrollings, steps = (cell.parameters[name] for name in NAMES)
    valid, pieces, text = split(cell.data)
    text = np.roll(text, -SHIFT * cell.seed)

    def save(state):
        arrays = {name: state[name] for name in ("output", "memory")} | dict(zip(training.NAMES, state["weights"], strict=True))
        checkpoint.save(arrays, {"step": state["step"], "losses": state["losses"]})
        checkpoint.watch(state["step"], loss=state["losses"][-1][1])

    saved = checkpoint.load()
    if saved is not None:
        arrays, values = saved
        saved = {**values, **arrays, "weights": [arrays[name] for name in training.NAMES]}
    weights, losses = training.train(text, batch_size, nodes, unrollings, steps, cell.seed, saved, save)
    of_pieces = training.perplexities(weights, pieces)
    return {
        "valid_perplexity": float(training.perplexities(weights, valid)[0]),
        "long_valid_perplexity": float(np.exp(np.log(of_pieces).mean())),
        "piece_perplexity_std": float(of_pieces.std(ddof=1)),
        "train_loss": losses[-1][1],
        "curve_steps": [step for step, _ in losses],
        "curve_losses": [round(loss, 5) for _, loss in losses],
        "characters": batch_size * unrollings * steps,
        "diverged": not all(np.isfinite(loss) for _, loss in losses),
    }


def report(found, folder):
    """Write the tables, the figures and report.md; see reporting.py."""
    from solutions.char_lstm.reporting import write  # here, as every worker imports this module and none of them draws

    write(found, folder)


REFERENCE = Reference(
    presets=PRESETS,
    order=3,
    operations=operations,
    train=train,
    report=report,
    prepare=prepare,
    warm_up=warm_up,
    resumes=True,
    packages=("numpy", "tensorflow"),
)
