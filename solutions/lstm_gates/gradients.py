"""How long gradients are on their way back through time: four recurrent cells in NumPy, each with its own way back, by hand.

A step takes and returns what the cell hands on: its output and its memory (zeros where a cell has none). It also returns a function
that takes the gradient of the loss with respect to what was handed on, and returns that with respect to what came in.
"""

from dataclasses import dataclass

import numpy as np

CELLS = ("plain", "lstm", "gru", "peephole")
WITH_MEMORY = ("lstm", "peephole")
BLOCKS = {"plain": 1, "lstm": 4, "gru": 3, "peephole": 4}  # in Keras's order: i, f, c, o and z, r, h
KEEPING_BLOCK = {"lstm": 1, "gru": 0, "peephole": 1}  # of the gate that keeps what is there: forget gate, update gate


@dataclass(frozen=True)
class Weights:
    """The weights of one cell, in Keras's shapes."""

    kernel: np.ndarray
    """(features, blocks * units)"""
    recurrent_kernel: np.ndarray
    """(units, blocks * units)"""
    bias: np.ndarray
    """(blocks * units,)"""
    peephole: np.ndarray
    """(3, units): p_i, p_f, p_o; zeros but for the peephole cell"""


def draw_weights(cell, radius, gate_bias, features, units, random):
    """Return random weights: every recurrent block has the spectral radius, and every sum a variance of 1 from events of size 1.

    Args:
        gate_bias: of the gate that keeps what is there; the plain cell has none.
    """
    blocks = [scale_to_radius(random.normal(size=(units, units)), radius) for _ in range(BLOCKS[cell])]
    bias = np.zeros((BLOCKS[cell], units))
    if cell in KEEPING_BLOCK:
        bias[KEEPING_BLOCK[cell]] = gate_bias
    kernel = random.normal(size=(features, BLOCKS[cell] * units)) / np.sqrt(features)
    peephole = random.normal(size=(3, units)) if cell == "peephole" else np.zeros((3, units))
    return Weights(kernel, np.concatenate(blocks, axis=1), bias.ravel(), peephole)


def scale_to_radius(matrix, radius):
    """Return a positive multiple of the matrix whose largest eigenvalue has this absolute value."""
    return matrix * radius / np.abs(np.linalg.eigvals(matrix)).max()


def gradient_norms(cell, weights, sequence, to_output, to_memory):
    """Follow the gradient of a loss that looks at all that the cell hands on at the end.

    Args:
        sequence: events, (batch, steps, features); output and memory before them are zero.
        to_output: dL/dh_T, (batch, units).
        to_memory: dL/dc_T, (batch, units); not used by a cell without a memory.

    Returns:
        The norms of dL/dh_t and of dL/dc_t (None for a cell without a memory), each (steps,) in the order of time.
    """
    output, memory, ways_back = np.zeros_like(to_output), np.zeros_like(to_output), []
    for event in np.swapaxes(sequence, 0, 1):  # (batch, features)
        output, memory, way_back = STEPS[cell](weights, event, output, memory)
        ways_back.append(way_back)
    to_memory = to_memory if cell in WITH_MEMORY else np.zeros_like(to_output)
    norms = []
    for way_back in reversed(ways_back):
        norms.append((np.linalg.norm(to_output), np.linalg.norm(to_memory)))
        to_output, to_memory = way_back(to_output, to_memory)
    of_outputs, of_memories = np.array(norms[::-1]).T
    return of_outputs, of_memories if cell in WITH_MEMORY else None


def plain_step(weights, event, output, memory):
    """One step of the plain cell: h_t = tanh(x_t W + h_{t-1} U + b)."""
    new_output = np.tanh(event @ weights.kernel + output @ weights.recurrent_kernel + weights.bias)

    def way_back(to_output, to_memory):
        return to_output * (1 - new_output**2) @ weights.recurrent_kernel.T, to_memory

    return new_output, memory, way_back


def lstm_step(weights, event, output, memory):
    """One step of an LSTM, with peepholes where their weights are not zero."""
    p_i, p_f, p_o = weights.peephole
    sums = event @ weights.kernel + output @ weights.recurrent_kernel + weights.bias  # (batch, 4 * units)
    sum_i, sum_f, sum_c, sum_o = np.split(sums, 4, axis=1)
    i, f, g = sigmoid(sum_i + p_i * memory), sigmoid(sum_f + p_f * memory), np.tanh(sum_c)
    new_memory = f * memory + i * g
    o, shown = sigmoid(sum_o + p_o * new_memory), np.tanh(new_memory)

    def way_back(to_output, to_memory):
        to_o = to_output * shown * o * (1 - o)
        to_new = to_memory + to_output * o * (1 - shown**2) + to_o * p_o
        to_i, to_f, to_g = to_new * g * i * (1 - i), to_new * memory * f * (1 - f), to_new * i * (1 - g**2)
        to_sums = np.concatenate([to_i, to_f, to_g, to_o], axis=1)
        return to_sums @ weights.recurrent_kernel.T, to_new * f + to_i * p_i + to_f * p_f

    return o * shown, new_memory, way_back


def gru_step(weights, event, output, memory):
    """One step of a GRU, the reset gate after the matrix product as in Keras."""
    event_z, event_r, event_h = np.split(event @ weights.kernel + weights.bias, 3, axis=1)
    output_z, output_r, output_h = np.split(output @ weights.recurrent_kernel, 3, axis=1)
    z, r = sigmoid(event_z + output_z), sigmoid(event_r + output_r)
    candidate = np.tanh(event_h + r * output_h)

    def way_back(to_output, to_memory):
        to_candidate = to_output * (1 - z) * (1 - candidate**2)
        to_z, to_r = to_output * (output - candidate) * z * (1 - z), to_candidate * output_h * r * (1 - r)
        to_sums = np.concatenate([to_z, to_r, to_candidate * r], axis=1)  # with respect to h_{t-1} U
        return to_output * z + to_sums @ weights.recurrent_kernel.T, to_memory

    return z * output + (1 - z) * candidate, memory, way_back


def sigmoid(values):
    """Return 1 / (1 + exp(-values)) without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * values))


STEPS = {"plain": plain_step, "lstm": lstm_step, "gru": gru_step, "peephole": lstm_step}


def slope(norms):
    """Return how much the decimal logarithm of the norm changes with one step back, by least squares over all steps.

    Args:
        norms: (steps,) in the order of time.

    Returns:
        Below 0 where the gradient vanishes on its way back, above 0 where it explodes; NaN where a norm is 0 or not finite.
    """
    norms = np.asarray(norms, float)
    if not (np.isfinite(norms) & (norms > 0)).all():
        return float("nan")
    return float(np.polyfit(np.arange(len(norms)), np.log10(norms[::-1]), 1)[0])
