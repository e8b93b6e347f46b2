"""The reference runs of the gates: how long gradients are on their way back through time, in four kinds of cells.

The original (a student's notes) has no figures. These are of Task 3's protocol: 20 units read 3 random features a step, in a batch of
8, with random weights that nothing has trained; a loss looks at the last state, and the norm of its gradient is taken at every step
before. What is varied: the cell, the spectral radius of its recurrent blocks, the size of the events (tiny ones leave tanh straight), the
bias of the gate that keeps what is there (forget gate, or the GRU's update gate), the number of steps.
"""

import math

import numpy as np

from solutions.lstm_gates import gradients
from solutions.reference.plan import Cell, Preset, Reference

DATA = "random-events"
RADII = (0.5, 0.75, 1.0, 1.25, 1.5)
TINY, ORDINARY = 1e-12, 1.0  # sizes of the events
GATE_BIASES = (0, 1, 3, 5)
STEPS = 50
LENGTHS = (25, 50, 100, 200)
SEEDS = 5
PROTOCOL = {"units": 20, "features": 3, "batch_size": 8}
NAMES = ("cell", "radius", "event_size", "gate_bias", "steps")
DIGITS = 4  # significant ones of a recorded norm


def place(cell, radius=1.0, event_size=ORDINARY, gate_bias=0, steps=STEPS):
    """Return the parameters of one place."""
    return dict(zip(NAMES, (cell, radius, event_size, gate_bias, steps), strict=True))


def cells(places, seeds):
    """Return the cells of some places, each once with every seed."""
    once = {tuple(each.values()): each for each in places}
    return tuple(Cell(each, seed, DATA, PROTOCOL) for each in once.values() for seed in range(seeds))


PLAIN = [place("plain", radius, size) for size in (TINY, ORDINARY) for radius in RADII]
GATED = [place(cell, radius, ORDINARY, bias) for cell in gradients.CELLS[1:] for bias in GATE_BIASES for radius in RADII]
BY_LENGTH = [
    place(cell, 1.0, size, bias, steps)
    for cell, size, bias in (("plain", TINY, 0), ("plain", ORDINARY, 0), ("lstm", ORDINARY, 1), ("lstm", ORDINARY, 3))
    for steps in LENGTHS
]
SMALL = [place("plain", radius, size, 0, 20) for size in (TINY, ORDINARY) for radius in (0.5, 1.0, 1.5)]
SMALL += [place("lstm", 1.0, ORDINARY, bias, 20) for bias in (0, 1)]

PRESETS = (
    Preset("demo", "plain cell and LSTM over 20 steps, seconds", cells(SMALL, 2), warning="SMALL: 20 steps and two seeds"),
    Preset("full", "four cells, five radii, four biases, 25 to 200 steps, five seeds, seconds", cells(PLAIN + GATED + BY_LENGTH, SEEDS)),
)


def operations(cell):
    """Return the floating-point operations of one way there and one back."""
    blocks, units = gradients.BLOCKS[cell.parameters["cell"]], PROTOCOL["units"]
    return 2 * cell.parameters["steps"] * PROTOCOL["batch_size"] * blocks * units * (2 * units + PROTOCOL["features"])


def train(cell):
    """Measure one cell, without any training: the norms at every step and the slope of their logarithm."""
    kind, radius, event_size, gate_bias, steps = (cell.parameters[name] for name in NAMES)
    units, features, batch_size = cell.protocol.values()
    random = np.random.default_rng(cell.seed)
    weights = gradients.draw_weights(kind, radius, gate_bias, features, units, random)
    sequence = event_size * random.normal(size=(batch_size, steps, features))
    to_output, to_memory = random.normal(size=(2, batch_size, units))
    outputs, memories = gradients.gradient_norms(kind, weights, sequence, to_output, to_memory)
    carried = outputs if memories is None else memories
    return {
        "slope": gradients.slope(carried),
        "first_to_last": float(carried[0] / carried[-1]),
        "output_slope": gradients.slope(outputs),
        "output_norms": rounded(outputs),
        "memory_norms": None if memories is None else rounded(memories),
        "diverged": not math.isfinite(gradients.slope(carried)),
    }


def rounded(norms):
    """Return norms as floats of a few significant digits."""
    return [float(f"{norm:.{DIGITS}g}") for norm in norms]


def report(found, folder):
    """Write the tables, the figures and report.md; see reporting.py."""
    from solutions.lstm_gates.reporting import write  # here, as every worker imports this module and none of them draws

    write(found, folder)


REFERENCE = Reference(presets=PRESETS, order=1, operations=operations, train=train, report=report, packages=("numpy",))
