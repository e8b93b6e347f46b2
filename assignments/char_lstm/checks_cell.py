"""The character LSTM: public checks of the tasks on weights, the cell and unrolling; the cell in NumPy, double precision."""

import numpy as np
from course_checks import GATES, one_hot, parts_of

from autograder.checks.expectations import expect, expect_close, expect_equal, expect_shape
from autograder.checks.specification import check

SINGLE = {"rtol": 1e-5, "atol": 1e-6}
"""How far a result in single precision may lie from the one in double precision: some twenty times what rounding moved in 20 seeds.

Weights, inputs and state are float32 here, and TensorFlow keeps to that type, so there is no double precision to ask for.
"""

# Task 5


def shapes_of(num_nodes):
    """Every weight's name and shape."""
    shapes = {"classifier_w": (num_nodes, 27), "classifier_b": (27,)}
    for gate in GATES:
        shapes |= {f"{gate}_x": (27, num_nodes), f"{gate}_h": (num_nodes, num_nodes), f"{gate}_b": (num_nodes,)}
    return shapes


def expect_weights(weights, num_nodes, what, on):
    """Fails unless this is a dict of the 14 weights; returns them as arrays."""
    expect(isinstance(weights, dict), f"{what} is {type(weights).__name__}, not a dict", "a dict of 14 arrays by name", on)
    shapes = shapes_of(num_nodes)
    expect_equal(sorted(weights), sorted(shapes), "the list of the weights' names", on, "four gates with _x, _h and _b, and the classifier")
    hints = {
        "x": "weights from the 27 characters to the nodes: (27, num_nodes)",
        "h": "weights from the nodes to the nodes: (num_nodes, num_nodes)",
        "b": "one bias a node (or character, in the classifier): one dimension",
        "w": "weights from the nodes to the 27 characters: (num_nodes, 27)",
    }
    for name, shape in shapes.items():
        expect_shape(weights[name], shape, f"the weight {name}", on, hints[name[-1]])
    return {name: np.asarray(weight) for name, weight in weights.items()}


TRUNCATED = 0.0879626
"""The standard deviation that is left of 0.1 when whatever is further than 0.2 away is drawn again."""


def expect_distribution(weights, on):
    """Fails unless the matrices hold truncated normal numbers."""
    for name, weight in weights.items():
        expect_equal(str(weight.dtype), "float32", f"the type of {name}", on, '.astype("float32") converts an array')
        if name.endswith("_b"):
            expect(not weight.any(), f"{name} is not all zeros", "biases start at 0, that of the forget gate too", on)
    numbers = np.concatenate([weight.ravel() for name, weight in weights.items() if not name.endswith("_b")])
    error = 6 / np.sqrt(len(numbers))
    far = float(np.max(np.abs(numbers + 0.1)))
    mean, spread = float(numbers.mean()), float(numbers.std())
    hint = "the mean is -0.1, not 0" if abs(mean) < 0.1 * error else "normal numbers with mean -0.1"
    hint = "the mean is -0.1, not 0.1: mind the sign" if abs(mean - 0.1) < 0.1 * error else hint
    expect(abs(mean + 0.1) < 0.1 * error, f"the mean of all matrices is {mean:.4f}, not -0.1", hint, on)
    hint = "draw again whatever is further than two standard deviations from the mean"
    expect(far < 0.2 + 1e-6, f"a number is {far:.3f} away from the mean, more than 0.2", hint, on)
    hint = "the standard deviation is 0.1 before the truncation, and 0.088 after it"
    if abs(spread - 0.1155) < 0.003:
        hint = "these numbers are uniform: the distribution is normal"
    if np.mean(np.abs(np.abs(numbers + 0.1) - 0.2) < 1e-6) > 0.02:
        hint = "numbers beyond the limits are drawn again, not set to the limit"
    expect(abs(spread - TRUNCATED) < 0.1 * error, f"the standard deviation of all matrices is {spread:.4f}", hint, on)


@check(task="initial_weights", points=1)
def has_the_fourteen_arrays(student, rng):
    """returns the 14 arrays by their names, in their shapes"""
    for num_nodes in (1, 5):
        expect_weights(student.initial_weights(num_nodes), num_nodes, "initial_weights", f"initial_weights({num_nodes})")


@check(task="initial_weights", points=1, after=has_the_fourteen_arrays)
def draws_truncated_normal_numbers(student, rng):
    """draws every matrix from the truncated normal distribution, and sets the biases to 0"""
    for seed in (0, 5):
        expect_distribution(expect_weights(student.initial_weights(60, seed), 60, "initial_weights", ""), f"initial_weights(60, {seed})")


@check(task="initial_weights", points=1, after=has_the_fourteen_arrays)
def follows_its_seed(student, rng):
    """gives the same weights for the same seed, and others for another seed"""
    first, again, other = (student.initial_weights(3, seed) for seed in (7, 7, 2**31 - 1))
    default, zero = student.initial_weights(3), student.initial_weights(3, 0)
    for name in shapes_of(3):
        hint = "make a generator from the seed inside the function: np.random.default_rng(seed)"
        expect_close(again[name], first[name], f"{name} of a second call", "initial_weights(3, 7), twice", hint, rtol=0, atol=0)
        hint = "seed=0 is the default"
        expect_close(
            default[name], zero[name], f"{name} without a seed", "initial_weights(3) and initial_weights(3, 0)", hint, rtol=0, atol=0
        )
        differ = name.endswith("_b") or np.any(np.asarray(first[name]) != np.asarray(other[name]))
        expect(differ, f"{name} is the same for seeds 7 and 2**31 - 1", "is the seed that is given the one that is used?")


# Task 6


def sigmoid(values):
    return 1 / (1 + np.exp(-np.asarray(values, dtype=np.float64)))


def right_cell(weights, inputs, output, memory, change=""):
    """One step of the cell in double precision, or of a known mistake."""
    weights = {name: np.asarray(weight, dtype=np.float64) for name, weight in weights.items()}
    inputs, output, memory = (np.asarray(array, dtype=np.float64) for array in (inputs, output, memory))
    roles = {gate: gate for gate in GATES}
    if " and " in change:
        one, other = change.split(" and ")
        roles |= {one: other, other: one}

    def arriving(role):
        gate = roles[role]
        recurrent = weights[f"{gate}_h"].T if change == "transposed" else weights[f"{gate}_h"]
        total = 0 if change == "no x" else inputs @ weights[f"{gate}_x"]
        total = total + (0 if change == "no h" else (memory if change == "peeps" else output) @ recurrent)
        return total + (0 if change == "no b" else weights[f"{gate}_b"]) + (role == "forget") * (change == "forget bias")

    i, f, o = (sigmoid(arriving(gate)) for gate in ("input", "forget", "output"))
    u = sigmoid(arriving("update")) if change == "sigmoid update" else np.tanh(arriving("update"))
    if change == "no squash":
        u = arriving("update")
    if change == "tanh gates":
        i, f, o = (np.tanh(arriving(gate)) for gate in ("input", "forget", "output"))
    old, f = memory, 1 - i if change == "coupled" else f
    memory = i * u if change == "forgets all" else memory + i * u if change == "forgets nothing" else f * memory + i * u
    if change == "ungated update":
        memory = f * old + u
    shown = {"plain memory": memory, "old memory": np.tanh(old), "sigmoid memory": sigmoid(memory)}.get(change, np.tanh(memory))
    return (shown if change == "ungated output" else o * shown), memory


KNOWN_CELLS = {
    "input and forget": "this is what comes out when the input and forget gates are swapped",
    "input and output": "this is what comes out when the input and output gates are swapped",
    "forget and output": "this is what comes out when the forget and output gates are swapped",
    "input and update": "this is what comes out when the input gate and the update are swapped",
    "no x": "the inputs are missing in the gates",
    "no h": "the output of the step before is missing in the gates",
    "no b": "the biases are missing",
    "transposed": "the recurrent weights are transposed: output times weights, in this order",
    "peeps": "the gates look at the memory; they look at the output of the step before",
    "forget bias": "1 is added in the forget gate; this cell has no such bias",
    "sigmoid update": "the update is a tanh, not a sigmoid: it may be negative",
    "no squash": "the update goes through tanh",
    "tanh gates": "gates are sigmoids, between 0 and 1; only the update is a tanh",
    "coupled": "the forget gate has weights of its own; it is not 1 minus the input gate",
    "forgets all": "the memory of the step before is missing in the new one",
    "forgets nothing": "the forget gate is missing: the old memory is multiplied by it",
    "ungated update": "the input gate is missing: the update is multiplied by it",
    "ungated output": "the output gate is missing: what shows is multiplied by it",
    "plain memory": "the memory goes through tanh before the output gate",
    "old memory": "the output shows the new memory, not the one of the step before",
    "sigmoid memory": "the memory goes through tanh, not sigmoid, before the output gate",
}


def random_weights(rng, num_nodes, scale=0.8):
    """Fresh random weights, large enough for every term to show: float32."""
    return {name: rng.normal(0, scale, shape).astype(np.float32) for name, shape in shapes_of(num_nodes).items()}


def random_state(rng, rows, num_nodes):
    return rng.uniform(-0.9, 0.9, (rows, num_nodes)).astype(np.float32), rng.normal(0, 1, (rows, num_nodes)).astype(np.float32)


def expect_cell(student, weights, inputs, output, memory, on, hint=""):
    """Fails unless a step gives what the formulas give."""
    found = parts_of(student.lstm_cell(weights, inputs, output, memory), 2, "lstm_cell")
    right = right_cell(weights, inputs, output, memory)
    for part in found:
        expect_shape(part, np.shape(output), "what lstm_cell returns", on, "output and memory keep their shape (batch, num_nodes)")
    found = np.stack([np.asarray(part, dtype=np.float64) for part in found])
    known = {
        advice: lambda change=change: np.stack(right_cell(weights, inputs, output, memory, change))
        for change, advice in KNOWN_CELLS.items()
    }
    known["output and memory are returned in the wrong order"] = np.stack(right[::-1])
    hint = hint or "follow the formulas term by term; a print of each gate helps"
    expect_close(found[1], right[1], "the new memory", on, _known(found, known) or hint, **SINGLE)
    expect_close(found[0], right[0], "the new output", on, _known(found, known) or hint, **SINGLE)


def _known(found, known):
    for advice, wrong in known.items():
        if np.allclose(found, wrong() if callable(wrong) else wrong, **SINGLE):
            return advice
    return ""


@check(task="lstm_cell", points=1)
def returns_output_and_memory(student, rng):
    """returns the new output and the new memory, (batch, num_nodes) each"""
    output, memory = random_state(rng, 3, 2)
    found = parts_of(student.lstm_cell(random_weights(rng, 2), one_hot([1, 2, 26]), output, memory), 2, "lstm_cell")
    for part in found:
        expect_shape(part, (3, 2), "what lstm_cell returns", "a batch of 3, 2 nodes", "one row a row of the batch, one column a node")


@check(task="lstm_cell", points=2, after=returns_output_and_memory)
def follows_the_formulas(student, rng):
    """computes gates, memory and output as the formulas say"""
    output, memory = random_state(rng, 3, 2)
    expect_cell(student, random_weights(rng, 2), one_hot([1, 0, 26]), output, memory, "random weights and state, a batch of 3, 2 nodes")


@check(task="lstm_cell", points=1, after=follows_the_formulas)
def keeps_and_clears_its_memory(student, rng):
    """keeps the memory when the forget gate is open and the input gate shut, and clears it the other way round"""
    weights = {name: np.zeros(shape, np.float32) for name, shape in shapes_of(2).items()}
    output, memory = np.zeros((1, 2), np.float32), np.array([[1.5, -0.5]], np.float32)
    for gates in ((-50, 50, 50), (50, -50, 50), (-50, 50, -50)):
        biases = {f"{gate}_b": np.full(2, bias, np.float32) for gate, bias in zip(GATES, gates, strict=False)}
        on = "biases of {} in the input, forget and output gates".format(", ".join(map(str, gates)))
        expect_cell(student, weights | biases, one_hot([4]), output, memory, on)


# Task 7


def step_by_step(student, weights, inputs, output, memory):
    """What the student's own cell gives, called once a step, and the classifier here."""
    logits = []
    for characters in inputs:
        output, memory = parts_of(student.lstm_cell(weights, characters, output, memory), 2, "lstm_cell")
        output, memory = np.asarray(output, dtype=np.float32), np.asarray(memory, dtype=np.float32)
        logits.append(output.astype(np.float64) @ weights["classifier_w"] + weights["classifier_b"])
    return np.array(logits), output, memory


def softmax(logits):
    powers = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def unrolled(student, weights, inputs, output, memory, on):
    """What unroll returns, as arrays of the right shapes."""
    found = parts_of(student.unroll(weights, inputs, output, memory), 3, "unroll")
    shapes = ((len(inputs), len(output), 27), np.shape(output), np.shape(output))
    for part, shape, name in zip(found, shapes, ("logits", "output", "memory"), strict=True):
        expect_shape(part, shape, f"{name} of unroll", on, "logits of every step (num_unrollings, batch, 27), and the last state")
    return [np.asarray(part, dtype=np.float64) for part in found]


def unrolls_rightly(student, weights, batches, output, memory):
    """Whether the student's own unroll gives the right logits here."""
    found = unrolled(student, weights, batches[:-1], output, memory, "")[0]
    for inputs, logits in zip(batches[:-1], found, strict=True):
        output, memory = right_cell(weights, inputs, output, memory)
        wanted = output @ weights["classifier_w"] + weights["classifier_b"]
        if not np.allclose(logits, wanted, rtol=1e-4, atol=1e-5 * (1 + np.abs(wanted).max())):  # logits may be large, and cancel out
            return False
    return True


def expect_unrolled(student, weights, inputs, output, memory, on):
    """Fails unless unroll gives what the student's own cell gives step by step."""
    given = list(inputs)
    found = unrolled(student, weights, inputs, output, memory, on)
    right = step_by_step(student, weights, given, output, memory)
    zeros = np.zeros_like(output)
    fresh = np.concatenate([step_by_step(student, weights, [array], output, memory)[0] for array in given])
    mistakes = {
        "softmax is applied already: return the logits": softmax(right[0]),
        "every step starts from the first state: hand each step's output and memory to the next": fresh,
        "the state that comes in is not used: start from output and memory": step_by_step(student, weights, given, zeros, zeros)[0],
        "the biases of the classifier are missing": right[0] - weights["classifier_b"],
        "the steps are in the wrong order: the first step's logits come first": right[0][::-1],
        "these are the last step's logits, again and again": np.broadcast_to(right[0][-1:], right[0].shape),
    }
    hint = "each step: the cell with the last state, then output times classifier_w plus classifier_b"
    expect_close(found[0], right[0], "the logits", on, hint, mistakes, **SINGLE)
    hint = "return the state after the last step: the cell's output and memory, in this order"
    for name, state, wanted, other in (("output", found[1], right[1], right[2]), ("memory", found[2], right[2], right[1])):
        mistakes = {
            "output and memory are returned in the wrong order": other,
            "this is the state that came in, not the one after the last step": output if name == "output" else memory,
        }
        expect_close(state, wanted, f"the {name} after the last step", on, hint, mistakes, **SINGLE)


@check(task="unroll", points=1)
def returns_logits_and_state(student, rng):
    """returns logits (num_unrollings, batch, 27) and the state after the last step"""
    for unrollings, rows in ((4, 3), (1, 2)):
        output, memory = random_state(rng, rows, 2)
        inputs = one_hot(rng.integers(0, 27, (unrollings, rows)))
        unrolled(student, random_weights(rng, 2), inputs, output, memory, f"{unrollings} steps, a batch of {rows}, 2 nodes")


@check(task="unroll", points=2, after=returns_logits_and_state)
def goes_step_by_step(student, rng):
    """gives what your cell gives, step after step, and classifies every output"""
    output, memory = random_state(rng, 3, 2)
    inputs = one_hot(rng.integers(0, 27, (4, 3)))
    expect_unrolled(student, random_weights(rng, 2), inputs, output, memory, "4 steps, a batch of 3, 2 nodes, random weights and state")
