"""What the notes claim about gradients through time, and what our norms say to it. Slopes are powers of ten a step back."""

import math

from solutions.lstm_gates.reference import GATE_BIASES, ORDINARY, RADII, TINY
from solutions.reference.verdicts import IN_PART, NO, NOT_RUN, YES, Hypothesis

FLAT = 0.01  # a slope no lower than -0.01 keeps at least a third of a gradient over 50 steps


def hypotheses(runs):
    """Return the notes' claims with the verdicts of these runs."""
    slope = slopes(runs)
    return [every_step(slope), outside_one(slope), memory_keeps(slope), lstm_explodes(slope), relatives_keep(slope)]


def slopes(runs):
    """Return a function from cell, radius, event size and bias to the mean slope over seeds, None where it was not run."""
    if not len(runs):
        return lambda *_place: None
    usual = runs[runs["steps"] == runs[runs["cell"] == "plain"]["steps"].mode().max()]
    table = usual.groupby(["cell", "radius", "event_size", "gate_bias"])["slope"].mean().to_dict()
    return lambda *place: table.get(place)


def every_step(slope):
    """The norm of a cell that nothing bends follows the radius alone."""
    claim, original = "The recurrent weight enters the gradient at every step, so the norm changes exponentially.", "yes, no figures given"
    found = {radius: slope("plain", radius, TINY, 0) for radius in RADII}
    found = {radius: value for radius, value in found.items() if value is not None}
    if not found:
        return Hypothesis(claim, original, NOT_RUN)
    far = max(abs(value - math.log10(radius)) for radius, value in found.items())
    told = ", ".join(f"{10**value:.2f} at radius {radius:g}" for radius, value in found.items())
    return Hypothesis(claim, original, YES if far < 0.02 else NO, f"with tiny events one step back multiplies the norm by {told}")


def outside_one(slope):
    """Vanishing below a radius of 1, exploding above: true of a straight tanh only."""
    claim = "A plain cell's gradient vanishes below a spectral radius of 1 and explodes above it."
    sizes = {"tiny": TINY, "ordinary": ORDINARY}
    found = {name: (slope("plain", RADII[0], size, 0), slope("plain", RADII[-1], size, 0)) for name, size in sizes.items()}
    if None in [value for pair in found.values() for value in pair]:
        return Hypothesis(claim, "yes, no figures given", NOT_RUN)
    holds = [below < 0 < above for below, above in found.values()]
    told = "; ".join(
        f"with {name} events a step multiplies by {10**below:.2f} at {RADII[0]:g} and by {10**above:.2f} at {RADII[-1]:g}"
        for name, (below, above) in found.items()
    )
    word = YES if all(holds) else IN_PART if any(holds) else NO
    return Hypothesis(claim, "yes, no figures given", word, told + (", since a bent tanh takes its part" if word == IN_PART else ""))


def memory_keeps(slope):
    """The cell state keeps gradients alive: as far as its forget gate is open."""
    claim, original = "The LSTM's cell state keeps gradients alive.", "yes, no figures given"
    found = {bias: slope("lstm", 1.0, ORDINARY, bias) for bias in GATE_BIASES}
    found = {bias: value for bias, value in found.items() if value is not None}
    plain = slope("plain", 1.0, ORDINARY, 0)
    if not found or plain is None:
        return Hypothesis(claim, original, NOT_RUN)
    word = YES if min(found.values()) > -FLAT else IN_PART if max(found.values()) > plain else NO
    told = ", ".join(f"{10**value:.3f} with a forget bias of {bias}" for bias, value in found.items())
    return Hypothesis(claim, original, word, f"at radius 1 a step multiplies by {told}; in the plain cell by {10**plain:.3f}")


def lstm_explodes(slope):
    """Whether there is an exploding gradient among the LSTM's runs."""
    claim, original = "An LSTM's gradient can explode as well.", "does not say; Task 13 asks it"
    found = {(radius, bias): slope("lstm", radius, ORDINARY, bias) for radius in RADII for bias in GATE_BIASES}
    found = {place: value for place, value in found.items() if value is not None}
    if not found:
        return Hypothesis(claim, original, NOT_RUN)
    (radius, bias), steepest = max(found.items(), key=lambda item: item[1])
    told = f"the steepest is radius {radius:g} with a forget bias of {bias}, where 50 steps multiply by {10 ** (50 * steepest):.2g}"
    return Hypothesis(claim, original, YES if steepest > FLAT else NO, told)


def relatives_keep(slope):
    """GRU and peephole cell beside the plain one, each with its keeping gate's bias at 3."""
    claim, original = "GRU and peephole LSTM keep gradients alive as the LSTM does.", "presents them as its relatives, no figures given"
    bias = 3
    found = {name: slope(cell, 1.0, ORDINARY, bias) for name, cell in (("LSTM", "lstm"), ("GRU", "gru"), ("peephole LSTM", "peephole"))}
    plain = slope("plain", 1.0, ORDINARY, 0)
    if plain is None or None in found.values():
        return Hypothesis(claim, original, NOT_RUN)
    others = [value for name, value in found.items() if name != "LSTM"]
    word = YES if min(others) > -FLAT else IN_PART if min(others) > plain else NO
    told = ", ".join(f"{name} {10**value:.3f}" for name, value in found.items())
    return Hypothesis(claim, original, word, f"factor of a step at radius 1 and bias {bias}: {told}; the plain cell {10**plain:.3f}")
