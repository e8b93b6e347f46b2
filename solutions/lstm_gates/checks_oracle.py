"""The cells in plain NumPy, and what comes out of them when something is mistaken: what the checks compare with.

Every function also takes complex numbers: a number's imaginary part, made tiny, comes out as the derivative by that number, exact
to the last digits and without any back-propagation (the complex-step method; central differences do the same less exactly).
"""

import numpy as np


def logistic(z):
    return 1 / (1 + np.exp(-z))


def weighed(event, output, block):
    """The sum of event, output and bias under one block of weights."""
    return sum((np.dot(event, block[0]), np.dot(output, block[1]), block[2]))


def mistaken_sums(event, output, block):
    """What the sum becomes through mistakes that every cell knows, by the hint."""
    kernel, recurrent, bias = block
    found = {
        "the bias is missing": weighed(event, output, (kernel, recurrent, 0)),
        "the last output is missing: add output @ recurrent_kernel": weighed(event, 0 * output, block),
        "the event is missing: add event @ kernel": weighed(0 * event, output, block),
        "the bias is subtracted: it is added": weighed(event, output, (kernel, recurrent, -bias)),
        "the last output is subtracted: it is added": weighed(event, -output, block),
        "event and output are multiplied with each other: their sums are added": np.dot(event, kernel) * np.dot(output, recurrent) + bias,
    }
    if np.shape(recurrent)[0] == np.shape(recurrent)[1]:
        found["recurrent_kernel is transposed: with rows on the left it is output @ recurrent_kernel"] = weighed(
            event, output, (kernel, recurrent.T, bias)
        )
    if np.shape(kernel)[0] == np.shape(kernel)[1]:
        found["kernel is transposed: with rows on the left it is event @ kernel"] = weighed(event, output, (kernel.T, recurrent, bias))
    return found


def cut(weights, count):
    """Keras's wide arrays as `count` blocks (W, U, b)."""
    kernel, recurrent, bias = weights
    units = len(recurrent)
    places = [slice(number * units, (number + 1) * units) for number in range(count)]
    return [(kernel[:, place], recurrent[:, place], bias[..., place]) for place in places]


def same(value):
    return value


def cut_off(value):
    """The value without its derivative: a path that a gradient does not take."""
    return np.real(value)


def slope_one(function):
    """The function with a derivative of 1: an activation whose slope is forgotten."""
    return lambda value: function(np.real(value)) + 1j * np.imag(value)


def lstm_cell(
    event, output, memory, weights, order="ifgo", gate=logistic, squash=np.tanh, shown=np.tanh, peephole=None, looks="old old new"
):
    """One step of an LSTM, with or without peepholes: (output, memory).

    Args:
        order: which block is which.
        gate, squash, shown: the functions of the gates, of the candidate and of the memory when it is said.
        peephole: (3, units), rows for input, forget and output gate.
        looks: which memory, old or new, each of the three gates looks at.
    """
    z = {letter: weighed(event, output, block) for letter, block in zip(order, cut(weights, 4), strict=True)}
    look = np.zeros((3, np.shape(memory)[-1])) if peephole is None else peephole
    first, second, third = looks.split()

    def opened(which, letter, memories, at):
        return gate(z[letter] + look[which] * memories[at])

    memories = {"old": memory, "new": memory, "none": 0 * memory}
    learnt = opened(0, "i", memories, first) * squash(z["g"])
    memories["new"] = opened(1, "f", memories, second) * memory + learnt
    return opened(2, "o", memories, third) * shown(memories["new"]), memories["new"]


def lstm_run(sequence, weights, state=None, between=same, between_memory=same, **changes):
    """An LSTM over sequences: (outputs, last output, last memory). What `between` does stands between two steps."""
    batch, steps, _ = np.shape(sequence)
    output = memory = np.zeros((batch, len(weights[1])))
    if state is not None:
        output, memory = state
    outputs = []
    for step in range(steps):
        output, memory = lstm_cell(sequence[:, step], between(output), between_memory(memory), weights, **changes)
        outputs += [output]
    return np.moveaxis(np.array(outputs), 0, 1), output, memory


def gru_cell(event, output, weights, reset_after=True, order="zrh", keeps="z", reset=True):
    """One step of a GRU; the bias holds one row for the event and one for the output, the second only where reset_after."""
    kernel, recurrent, bias = weights
    rows = bias if reset_after else (bias, 0 * bias)
    seen = dict(zip(order, np.split(np.dot(event, kernel) + rows[0], 3, -1), strict=True))
    recalled = dict(zip(order, np.split(np.dot(output, recurrent) + rows[1], 3, -1), strict=True))
    update, openness = (logistic(seen[letter] + recalled[letter]) for letter in "zr")
    openness = openness if reset else np.ones_like(openness)
    block = np.split(recurrent, 3, -1)[order.index("h")]
    candidate = np.tanh(seen["h"] + (openness * recalled["h"] if reset_after else np.dot(openness * output, block)))
    old, new = (update, 1 - update) if keeps == "z" else (1 - update, update)
    return old * output + new * candidate


def plain_cell(event, output, block):
    return np.tanh(weighed(event, output, block))


def derivatives(function, values):
    """The derivative of a function of several arrays by each of their numbers, arrays of the same shapes."""
    found = []
    for place, value in enumerate(values):
        slopes = np.zeros(np.shape(value))
        for index in np.ndindex(np.shape(value)):
            nudged = np.array(value, dtype=complex)
            nudged[index] += 1e-30j
            slopes[index] = np.imag(function(*values[:place], nudged, *values[place + 1 :])) / 1e-30
        found.append(slopes)
    return found
