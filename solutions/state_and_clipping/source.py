# %% [markdown]
# # State and clipping: a language model that completes your sentences
#
# A language model reads a text word by word and says, at every place, how probable each word of its vocabulary is as the
# next one. In this assignment you build one out of stacked LSTM layers, train it by hand-made gradient descent, measure it, and let it
# complete sentences. On the way you answer the seven questions that everybody has who trains a recurrent network on a long text:
# what is inside the layer, what is unrolled, where does the state live and when is it reset, what stops gradients from exploding,
# which optimiser is it, and what becomes of an output that has no loss?
#
# The protocol follows Zaremba, Sutskever and Vinyals (2014, *Recurrent neural network regularization*,
# [arXiv:1409.2329](https://arxiv.org/abs/1409.2329)), with a learning-rate schedule of its own, scaled down to a laptop.
#
# - Replace each `raise NotImplementedError(…)` by your code and run the cell. Names, arguments and results must be as the
#   docstring says; how you get there is up to you: NumPy, TensorFlow, `keras.ops` or plain Python.
# - The cell below each task checks it at once and says what it found. More checks, on other inputs, run when your work is graded.
# - Cells that use your functions wait until those are written, so the notebook runs from top to bottom at any time.
# - Plan about eight hours, best in two sittings: parts 1 to 7 and parts 8 to 11. The computer needs one to three minutes of them.
# - Hand in this notebook **and** `history.csv` **and** `weights.npz`, which part 10 saves beside it.

# %% nbgrader={"grade_id": "setup", "locked": true}
import functools
import io
import logging
import math
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from autograder.checks import check, measured_at_home, quiet, trained_at_home, when_written
from datasets import penn_treebank, wikitext2
from datasets.vocabulary import Vocabulary

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with quiet():  # without TensorFlow's log lines about this machine
    import keras
    import tensorflow as tf

logging.getLogger("tensorflow").setLevel(logging.ERROR)

# %% [markdown]
# ## 1. Inside the layer
#
# An LSTM carries two vectors from step to step: its output $h$ and its memory $c$. At every step it reads an input $x_t$ and computes
# four blocks of `units` numbers each, all from the same two ingredients:
#
# $$(z_i, z_f, z_g, z_o) = x_t W + h_{t-1} U + b$$
#
# $$c_t = \sigma(z_f) \odot c_{t-1} + \sigma(z_i) \odot \tanh(z_g), \qquad h_t = \sigma(z_o) \odot \tanh(c_t)$$
#
# Read the middle equation as a sentence: *keep some of the old memory (forget gate $f$), and let in some of the new candidate
# $g$ (input gate $i$).* The output gate $o$ then decides what of the memory is shown. Keras keeps the four blocks side by side
# in one matrix, in the order $i, f, g, o$: columns `0:units` of `kernel` belong to the input gate, the next `units` columns to
# the forget gate, and so on.
#
# ### Task 1 (question 1): the LSTM layer (6 points)
#
# Write `lstm_layer` from the equations, for a whole batch of sequences. It starts from `initial_state` (zeros if there is none)
# and gives back the outputs of all steps and the final state: with that, somebody else can go on where you stopped.

# %% nbgrader={"grade_id": "lstm_layer", "solution": true}
def lstm_layer(inputs, kernel, recurrent_kernel, bias, initial_state=None):
    """Runs an LSTM layer over a batch of sequences.

    Args:
        inputs: array of shape (batch, steps, features).
        kernel: array (features, 4 * units), the blocks in Keras's order: input gate, forget gate, candidate, output gate.
        recurrent_kernel: array (units, 4 * units), in the same order.
        bias: array (4 * units,), in the same order.
        initial_state: the pair (h, c) to start from, each (batch, units); None for zeros.

    Returns:
        outputs: array (batch, steps, units), h after every step.
        final_state: the pair (h, c) after the last step, each (batch, units).
    """
    ### BEGIN SOLUTION
    units = len(recurrent_kernel)
    h, c = np.zeros((2, len(inputs), units)) if initial_state is None else initial_state
    outputs = []
    for t in range(np.shape(inputs)[1]):
        z = inputs[:, t] @ kernel + h @ recurrent_kernel + bias  # (batch, 4 * units)
        z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
        c = sigmoid(z_f) * c + sigmoid(z_i) * np.tanh(z_g)
        h = sigmoid(z_o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1), (h, c)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_layer", "grade": true}
check("lstm_layer")

# %% [markdown]
# Keras must agree with you, given the same weights. And here is what the memory is for: a layer of one unit whose forget gate
# is nearly 1 still knows at step 40 what it saw at step 0; with a forget gate at one half, it has forgotten after ten.

# %%
with when_written():
    layer = keras.layers.LSTM(5, return_sequences=True, return_state=True)
    sequence = np.random.default_rng(1).normal(size=(2, 7, 3)).astype("float32")
    from_keras = layer(sequence)
    outputs, (h, c) = lstm_layer(sequence, *layer.get_weights())
    pairs = zip((outputs, h, c), from_keras)
    print("largest difference from Keras:", max(float(np.abs(np.asarray(one) - np.asarray(other)).max()) for one, other in pairs))

    pulse = np.zeros((1, 41, 1))
    pulse[0, 0, 0] = 1
    figure, axes = plt.subplots(figsize=(7, 2.6))
    for z_f in (4.0, 2.0, 0.0):
        kernel, bias = np.array([[10.0, 0, 2, 0]]), np.array([-5.0, z_f, 0, 5])
        outputs, _ = lstm_layer(pulse, kernel, np.zeros((1, 4)), bias)
        axes.plot(np.asarray(outputs)[0, :, 0], label=f"forget gate {1 / (1 + math.exp(-z_f)):.2f}")
    axes.set(title="what is left of a pulse at step 0", xlabel="step", ylabel="output h")
    axes.legend()
    plt.show()

# %% [markdown]
# ## 2. What goes into the cell
#
# A *cell* computes one step; a *layer* runs a cell over a sequence. In many codes, the one this exercise goes back to among
# them, the cell is a function of three inputs, called `i`, `prev_h` and `prev_c`. A Keras cell is called as `cell(inputs,
# states)`: a tensor and a list of two. Layers are stacked: the outputs of layer 1 are what layer 2 reads.
#
# ### Task 2 (question 2): name the cell's inputs (2 points)
#
# Fill in the dict. The first six values are each one of the strings `"output of the layer below"`, `"previous output"`,
# `"previous memory"`. The last two are shapes, as tuples of whole numbers, in a network with batch size 20, an embedding of 64
# numbers a word, and two LSTM layers of 150 units.

# %% nbgrader={"grade_id": "cell_inputs", "solution": true}
cell_inputs = {
    "i": None,
    "prev_h": None,
    "prev_c": None,
    "inputs": None,
    "states[0]": None,
    "states[1]": None,
    "shape of inputs in layer 1": None,
    "shape of inputs in layer 2": None,
}
### BEGIN SOLUTION
below, output, memory = "output of the layer below", "previous output", "previous memory"
cell_inputs = {
    "i": below,
    "prev_h": output,
    "prev_c": memory,
    "inputs": below,
    "states[0]": output,
    "states[1]": memory,
    "shape of inputs in layer 1": (20, 64),
    "shape of inputs in layer 2": (20, 150),
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_cell_inputs", "grade": true}
check("cell_inputs")

# %% [markdown]
# ## 3. One cell or many copies?
#
# Back-propagation needs the computation laid out in time: step 2 uses the result of step 1, and so on. There are two ways to
# get there. A **loop** keeps one copy of the cell and runs it as often as the sequence is long, remembering what it needs for
# the way back. An **unrolled** network is a long one without any loop: a copy of the cell for every step, wired one after the
# other.
#
# In Keras, an argument of `keras.layers.RNN(cell)` and `keras.layers.LSTM` says which of the two it is. (On a GPU,
# `use_cudnn="auto"` hands the whole sequence to NVIDIA's own kernel, which does the loop itself; an unrolled layer cannot use
# it.) The next cell counts the operations in the compiled graph of one and the same layer, looped and unrolled, for three
# lengths.

# %%
def operations_in_graph(steps, unroll):
    layer = keras.layers.LSTM(8, unroll=unroll)
    graph = tf.function(layer).get_concrete_function(tf.TensorSpec((4, steps, 3))).graph
    return len(graph.get_operations()), sum(weight.shape.num_elements() for weight in layer.weights)


for steps in (5, 10, 20):
    (looped, weights), (unrolled, same) = operations_in_graph(steps, False), operations_in_graph(steps, True)
    print(f"{steps:2} steps: {looped} operations looped, {unrolled:4} unrolled; {weights} and {same} weights")

# %% [markdown]
# ### Task 3 (question 3): unrolled or not? (2 points, and 3 for the written part)
#
# - `"loop or copies"`: what does a `keras.layers.LSTM(200)` as it stands compile to: `"one loop"` or `"one copy a step"`?
# - `"unrolled by"`: which argument of the layer unrolls it, and to which value is it set? A string such as `"name=value"`.
# - `"weights at 20 steps"`, `"weights at 35 steps"`: how many weights and biases has an LSTM layer of 200 units on 200
#   features, unrolled over 20 steps, over 35 steps?
# - `"copies at 35 steps"`: how many copies of the cell stand in its graph when it is unrolled over 35 steps?

# %% nbgrader={"grade_id": "unrolling", "solution": true}
unrolling = {
    "loop or copies": None,
    "unrolled by": None,
    "weights at 20 steps": None,
    "weights at 35 steps": None,
    "copies at 35 steps": None,
}
### BEGIN SOLUTION
unrolling = {
    "loop or copies": "one loop",
    "unrolled by": "unroll=True",
    "weights at 20 steps": 4 * (200 * 200 + 200 * 200 + 200),
    "weights at 35 steps": 4 * (200 * 200 + 200 * 200 + 200),
    "copies at 35 steps": 35,
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_unrolling", "grade": true}
check("unrolling")

# %% [markdown]
# **Written part of question 3** (graded by hand): In three to six sentences: does a function that builds a Keras model with
# `LSTM` layers return an unrolled network? If not, when and by what does the unrolling happen that back-propagation needs? What
# do the copies of an unrolled network share, and what does each have for itself? Name one advantage and one disadvantage of
# `unroll=True`, with the figures above.

# %% [markdown] nbgrader={"grade_id": "unrolling_written", "grade": true, "solution": true, "points": 3}
# ### BEGIN SOLUTION
# No. The model holds one cell a layer, and a loop over time around it. The unrolling happens when the model is run on a
# sequence: the loop goes as many rounds as the sequence has steps, stores each round's activations, and back-propagation goes
# through the rounds in reverse. With `unroll=True` it happens earlier, when the graph is traced: the steps must be known then,
# and one copy of the cell is written down a step. The copies share their weights (384 at every length above), and their
# gradients are summed; each copy has its own input, gates, output and memory. Unrolled graphs are quicker for short sequences
# because there is no loop to manage; but the graph grows with the length (379 operations at 20 steps against 109 at 5, and
# always 63 for the loop), and so do memory and the time for compiling.
# ### END SOLUTION

# %% [markdown]
# ## 4. Where the state lives
#
# A text of a million words cannot be unrolled into one sequence. It is cut into short ones, *chunks* of perhaps 20 words, and
# the state at the end of one chunk is the start of the next. So the network still remembers what it read before. The *gradient*
# is not carried: back-propagation goes back to the first step of the chunk and stops there. This is called **truncated
# back-propagation through time**.
#
# ### Task 4 (question 4): carry the state (4 points)
#
# Write `carry_state`. It runs a layer over a list of chunks, one call a chunk, in order. `layer` is any function that is called
# as `layer(inputs, state)` and gives back `(outputs, new_state)`. The first chunk starts from `initial_state`.

# %% nbgrader={"grade_id": "carry_state", "solution": true}
def carry_state(layer, chunks, initial_state):
    """Runs a layer over chunks of a sequence and carries its state from each chunk to the next.

    Args:
        layer: a function; layer(inputs, state) returns (outputs, new_state).
        chunks: list of arrays (batch, steps, features), which follow one another in time; they may differ in steps.
        initial_state: the state that the first chunk starts from.

    Returns:
        outputs: array (batch, all steps, units), the chunks' outputs one after the other in time.
        final_state: the state after the last chunk.
    """
    ### BEGIN SOLUTION
    state = initial_state
    outputs = []
    for chunk in chunks:
        output, state = layer(chunk, state)
        outputs.append(output)
    return np.concatenate(outputs, axis=1), state
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_carry_state", "grade": true}
check("carry_state")

# %% [markdown]
# If the state is carried, chunks make no difference to the outputs. If it is reset at every chunk, they do, just after every border.

# %%
with when_written():
    random = np.random.default_rng(4)
    features, units = 3, 8
    weights = [random.normal(0, 0.8, shape) for shape in ((features, 4 * units), (units, 4 * units), (4 * units,))]
    sequence = random.normal(size=(1, 30, features))
    zeros = (np.zeros((1, units)), np.zeros((1, units)))
    chunks = [sequence[:, :10], sequence[:, 10:20], sequence[:, 20:]]
    whole, _ = lstm_layer(sequence, *weights)
    carried, _ = carry_state(lambda inputs, state: lstm_layer(inputs, *weights, initial_state=state), chunks, zeros)
    reset = np.concatenate([np.asarray(lstm_layer(chunk, *weights)[0]) for chunk in chunks], axis=1)
    figure, axes = plt.subplots(figsize=(7, 2.6))
    axes.plot(np.linalg.norm(np.asarray(carried) - np.asarray(whole), axis=-1)[0], label="state carried")
    axes.plot(np.linalg.norm(reset - np.asarray(whole), axis=-1)[0], label="state reset at every chunk")
    axes.set(title="distance from the outputs of one long pass", xlabel="step", ylabel="distance")
    axes.legend()
    plt.show()

# %% [markdown]
# ### Task 5 (question 4): who holds what in Keras? (2 points, and 3 for the written part)
#
# Keras offers the state in two ways. A layer can keep it as a variable of its own between calls. Or it is handed in and out
# by you. Fill in the dict with the right one of these strings: `"stateful=True"`, `"return_state=True"`,
# `"initial_state"`, `"reset_state()"`.
#
# - `"keeps the state between calls"`: makes the layer keep its last state as the next call's start.
# - `"hands the state out"`: makes the layer give back its final state beside its outputs.
# - `"hands the state in"`: the argument of the call that a state is handed in by.
# - `"forgets the state"`: sets the state that a layer keeps to zero.
#
# The other two: with chunks of 20 steps, `"steps back"` is how many steps the gradient of the loss at the **last** step of
# chunk 3 travels back at most, counting that step itself; and `"resets in 13 passes"` is how often the state is set to zero
# when the training goes through the text 13 times (validation not counted; the first sentence of Task 19 says when the
# protocol does it).

# %% nbgrader={"grade_id": "states", "solution": true}
states_in_keras = {
    "keeps the state between calls": None,
    "hands the state out": None,
    "hands the state in": None,
    "forgets the state": None,
    "steps back": None,
    "resets in 13 passes": None,
}
### BEGIN SOLUTION
states_in_keras = {
    "keeps the state between calls": "stateful=True",
    "hands the state out": "return_state=True",
    "hands the state in": "initial_state",
    "forgets the state": "reset_state()",
    "steps back": 20,
    "resets in 13 passes": 13,
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_states", "grade": true}
check("states")

# %% [markdown]
# **Written part of question 4** (graded by hand): In four to eight sentences: what holds (a) the state between two chunks, (b)
# the gradient of the loss by the state, and (c) the initial state of a pass? When is each of them reset? Why may the state be
# carried over a chunk's border when the gradient is not, and what can the network not learn because of that?

# %% [markdown] nbgrader={"grade_id": "states_written", "grade": true, "solution": true, "points": 3}
# ### BEGIN SOLUTION
# (a) The state between two chunks is the layer's own variable with `stateful=True`, or a value in our training loop that comes
# out of one call (`return_state`) and goes into the next (`initial_state`). It is set to zero at the start of each pass over
# the text, by `reset_state()` or by making new zeros, and before validation. (b) The gradient by the state lives only during
# back-propagation, in the tape of one chunk. It starts from zero at the chunk's last step, because no later step is in the
# tape, and is thrown away at the chunk's first. So it is reset at every chunk. (c) The initial state of a pass is zeros; it is
# no weight and is not trained. Carrying the state costs nothing: it is a constant for the next chunk. Carrying the gradient
# would need the activations of all earlier chunks. So the weights are never told what they should have stored more than a chunk
# ago: the network can use old memory that happens to be there, but is not taught to keep something for longer than a chunk.
# ### END SOLUTION

# %% [markdown]
# ## 5. Gradients that explode, and gradients that vanish
#
# On its way back through time a gradient is multiplied by the recurrent weights at every step. Twenty factors of 1.5 make
# 3,325, twenty factors of 0.5 make a millionth. To see it undisturbed, take the plainest recurrent network, one without gates
# and memory, $h_t = \tanh(x_t + h_{t-1} U)$ with $h_0 = 0$, and take as the loss the sum of the last output's numbers, $L =
# \sum_j h_{T,j}$. Then $\partial L / \partial h_T$ is a vector of ones, and for earlier steps the chain rule says
#
# $$\frac{\partial L}{\partial h_{t-1}} = \left( \frac{\partial L}{\partial h_t} \odot (1 - h_t^2) \right) U^\top$$
#
# ### Task 6: norms through time (4 points)
#
# Write `norms_through_time`: for one sequence, the length (Euclidean norm) of the state $h_t$ and of the gradient $\partial L /
# \partial h_t$ at every step. By the formula or by a gradient tape, as you like.
#
# With `chunk`, the sequence is cut into chunks of that many steps (the last may be shorter): the state is carried over every
# border as before, and the gradient is not. The states of earlier chunks then get no gradient at all.

# %% nbgrader={"grade_id": "norms_through_time", "solution": true}
def norms_through_time(inputs, recurrent_kernel, chunk=None):
    """Measures states and gradients of h[t] = tanh(inputs[t] + h[t-1] @ recurrent_kernel), whose loss is the sum of the last h.

    Args:
        inputs: array (steps, units).
        recurrent_kernel: array (units, units).
        chunk: steps that back-propagation goes through at most: it stops at the borders of chunks of this many steps,
            counted from the start; None for no borders.

    Returns:
        state_norms: array (steps,), the norm of h after every step.
        gradient_norms: array (steps,), the norm of the loss's gradient by that h; 0 where no gradient arrives.
    """
    ### BEGIN SOLUTION
    h = np.zeros(len(recurrent_kernel))
    states = []
    for x in inputs:
        h = np.tanh(x + h @ recurrent_kernel)
        states.append(h)
    gradient = np.ones(len(recurrent_kernel))
    gradients = []
    for t in reversed(range(len(inputs))):
        gradients.insert(0, gradient)
        at_border = chunk is not None and t % chunk == 0
        gradient = np.zeros_like(gradient) if at_border else (gradient * (1 - states[t] ** 2)) @ recurrent_kernel.T
    return np.linalg.norm(states, axis=1), np.linalg.norm(gradients, axis=1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_norms_through_time", "grade": true}
check("norms_through_time")

# %% [markdown]
# ### Task 7: draw them (2 points)
#
# Write `plot_norms`: one line a curve, the steps across (the first is step 1), the norms up on a **logarithmic** scale, on
# which a steady growth or decay is a straight line.

# %% nbgrader={"grade_id": "plot_norms", "solution": true}
def plot_norms(curves, title):
    """Draws norms through time.

    Args:
        curves: dict from each line's label to its array of norms, one a step, beginning with step 1.
        title: what stands above the drawing.

    Returns:
        The matplotlib Axes of a new figure: a labelled line a curve, a legend, "step" across, "norm" up, log scale up.
    """
    ### BEGIN SOLUTION
    _, axes = plt.subplots(figsize=(7, 3))
    for label, norms in curves.items():
        axes.plot(np.arange(1, len(norms) + 1), norms, label=label)
    axes.set(title=title, xlabel="step", ylabel="norm", yscale="log")
    axes.legend()
    return axes
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_plot_norms", "grade": true}
check("plot_norms")

# %% [markdown]
# The *radius* of a matrix (the largest absolute value of its eigenvalues) says by how much it stretches a vector in the long
# run. Below are three matrices that are equal but for their radius. First with inputs so small that tanh does nothing; there
# the gradient shows pure growth and decay. Then with inputs of ordinary size: which curve has changed most, and why? (Look at
# $1 - h_t^2$ where the state is large.) The last picture cuts the sequence into chunks of 8 steps.

# %%
with when_written():
    random = np.random.default_rng(5)
    matrix = random.normal(size=(30, 30))
    matrix /= np.abs(np.linalg.eigvals(matrix)).max()
    inputs = random.normal(size=(30, 30))
    for size in (1e-9, 1.0):
        norms = {radius: norms_through_time(size * inputs, radius * matrix) for radius in (0.5, 1.0, 1.5)}
        for place, name in enumerate(("state", "gradient")):
            plot_norms({f"radius {radius}": pair[place] for radius, pair in norms.items()}, f"{name} norms, inputs of size {size:g}")
            plt.show()
    by_chunk = {f"chunks of {chunk}": norms_through_time(inputs, matrix, chunk)[1] for chunk in (30, 8)}
    plot_norms(by_chunk, "gradient norms, radius 1")
    plt.show()

# %% [markdown]
# A vanishing gradient teaches nothing about the distant past; the LSTM's memory, which is multiplied by a forget gate near 1
# instead of a matrix, is the answer to that. An exploding gradient is the more dangerous one: a single step along it throws the
# weights away. The answer to that is simple: when the gradient is too long, shorten it.
#
# All gradients together, those of the embedding, of every kernel and of every bias, are **one long vector**. Its norm is the
# *global norm*: the root of the sum of the squares of all numbers in all arrays. If it is larger than `max_norm`, all arrays
# are multiplied by the same factor `max_norm / norm`, so that the vector keeps its direction and has length `max_norm`.
#
# ### Task 8 (question 5): clip by the global norm (4 points)
#
# Take care of two things: a gradient of zeros must stay zeros (what is 0 / 0?), and the arrays handed in must stay as they are.

# %% nbgrader={"grade_id": "clip_by_global_norm", "solution": true}
def clip_by_global_norm(gradients, max_norm):
    """Scales all gradients down together when they are too long.

    Args:
        gradients: list of arrays (or tensors) of any shapes; left as they are.
        max_norm: the largest global norm that is let through, above 0.

    Returns:
        clipped: list of arrays of the same shapes, whose global norm is at most max_norm.
        norm: the global norm before clipping, a number.
    """
    ### BEGIN SOLUTION
    arrays = [np.asarray(gradient) for gradient in gradients]
    norm = math.sqrt(sum(float(np.sum(array**2)) for array in arrays))
    factor = max_norm / max(norm, max_norm)
    return [array * factor for array in arrays], norm
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_clip_by_global_norm", "grade": true}
check("clip_by_global_norm")

# %% [markdown]
# ### Task 9 (question 5): three ways to clip (3 points)
#
# A Keras optimizer has three arguments that look alike and do different things:
#
# - `global_clipnorm=limit`: as in Task 8, all arrays as one vector.
# - `clipnorm=limit`: every array **by itself** is scaled down to norm `limit` when its own norm is larger.
# - `clipvalue=limit`: every **number** is cut off at `-limit` and `limit`.
#
# Write `clip_three_ways`, which does all three to the same gradients.

# %% nbgrader={"grade_id": "clip_three_ways", "solution": true}
def clip_three_ways(gradients, limit):
    """Clips the same gradients in Keras's three ways.

    Args:
        gradients: list of arrays of any shapes; left as they are.
        limit: the limit, above 0, of each way.

    Returns:
        A dict with the keys "global_clipnorm", "clipnorm" and "clipvalue", each with a list of clipped arrays.
    """
    ### BEGIN SOLUTION
    return {
        "global_clipnorm": clip_by_global_norm(gradients, limit)[0],
        "clipnorm": [clip_by_global_norm([gradient], limit)[0][0] for gradient in gradients],
        "clipvalue": [np.clip(gradient, -limit, limit) for gradient in gradients],
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_clip_three_ways", "grade": true}
check("clip_three_ways")

# %% [markdown]
# The gradient of a network with two weight arrays of one number each: 12 and 4. The limit is 5. Which arrows still point where
# the gradient pointed? Two of them lie on top of each other: why, and what would change if both numbers stood in one array?

# %%
with when_written():
    gradient = [np.array([12.0]), np.array([4.0])]
    figure, axes = plt.subplots(figsize=(6, 3))
    axes.plot([0, 12], [0, 4], color="lightgray", linewidth=5, label="gradient")
    for (way, clipped), colour in zip(clip_three_ways(gradient, 5.0).items(), ("tab:green", "tab:orange", "tab:red")):
        x, y = (float(np.asarray(array)[0]) for array in clipped)
        width = 5 if way == "clipnorm" else 2
        axes.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "->", "color": colour, "linewidth": width})
        axes.plot([], [], color=colour, label=f"{way}: ({x:.2f}, {y:.2f})")
    axes.set(xlabel="first weight", ylabel="second weight", xlim=(0, 13), ylim=(0, 8), aspect="equal")
    axes.legend(loc="upper right", fontsize=7)
    plt.show()

# %% [markdown]
# ## 6. The optimiser
#
# The protocol uses the oldest optimiser there is: stochastic gradient descent, without momentum. Every weight moves against its
# gradient, and nothing is remembered from one step to the next. What makes it work is the schedule: a large learning rate as
# long as it helps, then a smaller one after every pass, so that the weights settle.
#
# ### Task 10 (question 6): the step (2 points)

# %% nbgrader={"grade_id": "sgd_step", "solution": true}
def sgd_step(weights, gradients, learning_rate):
    """One step of gradient descent, without momentum.

    Args:
        weights: list of arrays (or Keras variables); left as they are.
        gradients: list of arrays of the same shapes.
        learning_rate: a number.

    Returns:
        The list of the new weights, arrays of the same shapes.
    """
    ### BEGIN SOLUTION
    return [np.asarray(weight) - learning_rate * np.asarray(gradient) for weight, gradient in zip(weights, gradients)]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sgd_step", "grade": true}
check("sgd_step")

# %% [markdown]
# ### Task 11 (question 6): the learning-rate schedule (3 points)
#
# In the protocol, the first five epochs have the rate 0.9. After the fifth, and after every epoch from then on, the rate is
# halved: 0.45 in epoch 6, 0.225 in epoch 7.

# %% nbgrader={"grade_id": "learning_rate_schedule", "solution": true}
def learning_rate_schedule(epoch, initial_rate=0.9, constant_epochs=5):
    """The learning rate of an epoch.

    Args:
        epoch: which pass over the data, the first is 1.
        initial_rate: the rate of the first epochs.
        constant_epochs: how many epochs have the initial rate; from then on each has half the rate of the one before.

    Returns:
        The rate, a float.
    """
    ### BEGIN SOLUTION
    return initial_rate * 0.5 ** max(0, epoch - constant_epochs)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_learning_rate_schedule", "grade": true}
check("learning_rate_schedule")

# %% [markdown]
# ### Task 12 (question 6): with or without momentum? (2 points)
#
# A weight is 1.0, and its gradient is 2.0 in both of two steps; the learning rate is 0.1. Fill in:
#
# - `"class in Keras"`: the name of the optimiser's class in `keras.optimizers` that makes the protocol's step.
# - `"momentum"`: the value of its argument `momentum` in the protocol.
# - `"weight without momentum"`: the weight after the two steps of the protocol's optimiser.
# - `"weight with momentum 0.9"`: the weight after two steps of the same class with `momentum=0.9` (not Nesterov's). Keras's
#   page on the class has the formula, and it starts with a velocity of 0.

# %% nbgrader={"grade_id": "optimizer", "solution": true}
optimizer_answers = {
    "class in Keras": None,
    "momentum": None,
    "weight without momentum": None,
    "weight with momentum 0.9": None,
}
### BEGIN SOLUTION
optimizer_answers = {
    "class in Keras": "SGD",
    "momentum": 0.0,
    "weight without momentum": 0.6,
    "weight with momentum 0.9": 0.42,
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_optimizer", "grade": true}
check("optimizer")

# %% [markdown]
# ## 7. An output without a loss
#
# For training, a model need only give its loss. For completing sentences it must also give the log-probabilities of the next
# word. So the forward pass has two outputs, and the backward pass gets two gradients: that of the whole objective by the loss
# (1), and that by the log-probabilities. What must the second be, when nothing that is minimised depends on it?
#
# Call the logits $a$ (batch × vocabulary), the log-probabilities $\ell = \log \mathrm{softmax}(a)$, the targets $k_b$. The loss
# is the mean over the batch of $-\ell_{b, k_b}$. Whoever calls the backward pass may want to minimise something that also uses
# $\ell$ directly; he says so by handing in $G = \partial(\text{his part}) / \partial \ell$. All in all, the gradient that
# arrives at $\ell$ is $D = G - \text{(1/batch at the targets, 0 elsewhere)}$, and through the log-softmax it becomes
#
# $$\frac{\partial}{\partial a_{bv}} = D_{bv} - \mathrm{softmax}(a)_{bv} \sum_w D_{bw}$$
#
# ### Task 13 (question 7): the backward pass with two outputs (4 points)
#
# Write `gradient_by_logits`. `output_gradient` is $G$; `None` says that the log-probabilities have no loss. What does it stand
# for then, and which shape has that?

# %% nbgrader={"grade_id": "output_gradient", "solution": true}
def gradient_by_logits(logits, targets, output_gradient=None):
    """The backward pass of a softmax layer with two outputs, the mean cross-entropy and the log-probabilities.

    Args:
        logits: array (batch, vocabulary).
        targets: array of whole numbers (batch,), each row's right word.
        output_gradient: array (batch, vocabulary), what arrives at the log-probabilities beside the cross-entropy's own
            gradient; None if nothing does.

    Returns:
        The gradient by the logits, array (batch, vocabulary).
    """
    ### BEGIN SOLUTION
    batch, vocabulary = np.shape(logits)
    powers = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    probabilities = powers / powers.sum(axis=-1, keepdims=True)
    arriving = np.zeros((batch, vocabulary)) if output_gradient is None else np.array(output_gradient)
    arriving[np.arange(batch), targets] -= 1 / batch
    return arriving - probabilities * arriving.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_output_gradient", "grade": true}
check("output_gradient")

# %% [markdown]
# Keras and TensorFlow do this by themselves. Below, a model has two outputs, and only the first is in the loss. The tape is
# asked for the gradient by the second one, first as it is, then as numbers: is that what `None` stood for in your function? And
# the gradient by the logits is what your function says for `None`, and for what the tape shows as numbers.

# %%
with when_written():
    random = np.random.default_rng(7)
    logits, targets = tf.constant(random.normal(size=(3, 5))), np.array([4, 0, 2])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        log_probabilities = tf.nn.log_softmax(logits)  # the output: watched, and not used for the loss
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits))
    by_tape = tape.gradient(loss, logits).numpy()
    for given in (None, np.zeros((3, 5))):
        by_hand = np.asarray(gradient_by_logits(logits.numpy(), targets, given))
        print("difference of your gradient from the tape's:", np.abs(by_hand - by_tape).max())
    print("by the output:", tape.gradient(loss, log_probabilities))
    zeros = tape.gradient(loss, log_probabilities, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    print("as numbers:   ", zeros.numpy().tolist())

# %% [markdown]
# ## 8. A text as contiguous batches
#
# A batch of 20 reads the text in 20 places at once. So that the state can be carried, **row b of every batch must go on where
# row b of the batch before stopped**. First the text is cut into 20 long rows; then the rows are read side by side, 20 steps at
# a time:
#
# | text 0 1 2 … 13, batch size 2 | steps 0–2 | steps 3–5 |
# | --- | --- | --- |
# | row 0: 0 1 2 3 4 5 6 | inputs 0 1 2, targets 1 2 3 | inputs 3 4 5, targets 4 5 6 |
# | row 1: 7 8 9 10 11 12 13 | inputs 7 8 9, targets 8 9 10 | inputs 10 11 12, targets 11 12 13 |
#
# ### Task 14: long rows (3 points)

# %% nbgrader={"grade_id": "batchify", "solution": true}
def batchify(ids, batch_size):
    """Cuts a text into rows of equal length, which follow one another in the text.

    Args:
        ids: the text as numbers, a sequence of n ints.
        batch_size: how many rows.

    Returns:
        Array of integers (batch_size, n // batch_size). What does not fill the rows is left off at the end of the text.
    """
    ### BEGIN SOLUTION
    length = len(ids) // batch_size
    return np.asarray(ids)[: batch_size * length].reshape(batch_size, length)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_batchify", "grade": true}
check("batchify")

# %% [markdown]
# ### Task 15: pairs of inputs and targets (4 points)
#
# Write `sequences(rows, steps)`, which gives the batches in order, as a generator or as a list. Each target is the token that
# follows its input in the row, **in the last column too**. Every token of a row but the first is a target exactly once; so the
# last pair may be shorter than the others. Rows too short for a target give nothing.

# %% nbgrader={"grade_id": "sequences", "solution": true}
def sequences(rows, steps):
    """Reads the rows side by side.

    Args:
        rows: array of integers (batch, length), as batchify gives it.
        steps: how many columns at a time.

    Returns:
        An iterator (or a list) of pairs (inputs, targets), each two arrays (batch, steps), the last pair perhaps with
        fewer columns; targets are the next tokens of the inputs.
    """
    ### BEGIN SOLUTION
    for start in range(0, rows.shape[1] - 1, steps):
        targets = rows[:, start + 1 : start + 1 + steps]
        yield rows[:, start : start + targets.shape[1]], targets
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sequences", "grade": true}
check("sequences")

# %%
with when_written():
    rows = batchify(np.arange(16), 2)
    for inputs, targets in sequences(rows, 3):
        print("inputs", np.asarray(inputs).tolist(), "  targets", np.asarray(targets).tolist())

# %% [markdown]
# ## 9. The model, its loss, and one pass over the text
#
# The model reads token numbers and a state, and gives log-probabilities and a new state:
#
# | stage | shape |
# | --- | --- |
# | tokens | (batch, steps), whole numbers |
# | embedding | (batch, steps, embedding_size) |
# | LSTM layers, one after the other, each from its own part of the state | (batch, steps, units) |
# | Dense with log-softmax | (batch, steps, vocabulary_size) |
#
# The **state** of all layers is one array of shape (batch, layers, 2, units): `states[:, 0, 0]` is layer 1's output $h$,
# `states[:, 0, 1]` its memory $c$, `states[:, 1, 0]` layer 2's $h$, and so on. With the state as an input and an output,
# nothing is hidden: who calls the model decides what is carried and what is reset.
#
# **Dropout** sets a share of the numbers to 0 during training (and makes the others larger by as much), so that the network
# cannot rely on any one of them. Dropped at random at every step, a memory would be lost within a few steps. So Zaremba and
# colleagues drop only where the signal goes *up*, never where it goes *along in time*: after the embedding, between the LSTM
# layers, and between the last LSTM layer and the Dense layer. The connections from $h_{t-1}$ and $c_{t-1}$ stay whole.
#
# ### Task 16: build the model (8 points)
#
# | `level` | `embedding_size` | `units` | `layers` | `dropout` |
# | --- | --- | --- | --- | --- |
# | `"word"` | 200 | 200 | 2 | 0.5 |
# | `"character"` | 16 | 200 | 3 | 0.5 |
#
# Thousands of words need room in the embedding; 27 characters do not, but a third layer helps to make words of them. Each of
# the four may be replaced by a keyword argument (also by 0, where that makes sense: `dropout=0.0`). The call of the finished
# model is `log_probabilities, new_states = model([tokens, states])`; with `training=True` it drops. Give the model an attribute
# `model.state_shape = (layers, 2, units)`: the given function `zero_states` makes zeros of it. (Keras does not like arrays and
# tensors mixed in one call. The given function `read` calls your model and takes both.)

# %% nbgrader={"grade_id": "build_language_model", "solution": true}
def build_language_model(level, vocabulary_size, **sizes):
    """Builds a language model of stacked LSTM layers.

    Args:
        level: "word" or "character": which defaults (the table above) hold.
        vocabulary_size: how many different tokens there are.
        **sizes: embedding_size, units, layers or dropout, in place of the level's default.

    Returns:
        A Keras model. Called with [tokens, states], of shapes (batch, steps) and (batch, layers, 2, units), it returns
        the log-probabilities of the next token at every step (batch, steps, vocabulary_size), and the new states (batch,
        layers, 2, units). Its attribute state_shape is (layers, 2, units).
    """
    ### BEGIN SOLUTION
    defaults = {
        "word": {"embedding_size": 200, "units": 200, "layers": 2, "dropout": 0.5},
        "character": {"embedding_size": 16, "units": 200, "layers": 3, "dropout": 0.5},
    }
    size = {**defaults[level], **sizes}
    state_shape = (size["layers"], 2, size["units"])
    tokens, states = keras.Input((None,), dtype="int32"), keras.Input(state_shape)
    signal = keras.layers.Embedding(vocabulary_size, size["embedding_size"])(tokens)
    new_states = []
    for place in range(size["layers"]):
        signal = keras.layers.Dropout(size["dropout"])(signal)
        layer = keras.layers.LSTM(size["units"], return_sequences=True, return_state=True)
        signal, h, c = layer(signal, initial_state=[states[:, place, 0], states[:, place, 1]])
        new_states.append(keras.ops.stack([h, c], axis=1))
    signal = keras.layers.Dropout(size["dropout"])(signal)
    log_probabilities = keras.layers.Dense(vocabulary_size, activation="log_softmax")(signal)
    model = keras.Model([tokens, states], [log_probabilities, keras.ops.stack(new_states, axis=1)])
    model.state_shape = state_shape
    return model
    ### END SOLUTION


# %% nbgrader={"grade_id": "zero_states", "locked": true}
def zero_states(model, batch_size):
    """The state before the first word: zeros of shape (batch_size, layers, 2, units), float32."""
    return np.zeros((batch_size, *model.state_shape), dtype="float32")


def read(model, tokens, states, training=False):
    """Calls a model on tokens and states, arrays or tensors: log_probabilities, new_states, both tensors."""
    return model([tf.convert_to_tensor(tokens), tf.cast(states, "float32")], training=training)


# %% nbgrader={"grade_id": "check_build_language_model", "grade": true}
check("build_language_model")

# %%
with when_written():
    for level, size in (("word", 10_000), ("character", 27)):
        print(f"{level:9}: {build_language_model(level, size).count_params():9,} weights for {size:,} different tokens")

# %% [markdown]
# ### Perplexity
#
# A model is good when it gave the words that came a high probability. The **loss** is the mean of $-\ln p$ over all words that
# were predicted, in nats. Its exponential is the **perplexity**: a model that wavers between $k$ equally probable words at
# every place has the perplexity $k$. For characters one counts in bits instead: the loss divided by $\ln 2$ is **bits per
# character**.
#
# A text is measured batch by batch, and the last batch is smaller. The mean of the batches' losses must therefore be weighted
# by how many tokens each has. And the exponential comes last: the mean of perplexities is not the perplexity of the mean.
#
# ### Task 17: perplexity and bits (4 points)

# %% nbgrader={"grade_id": "perplexity", "solution": true}
def perplexity(losses, counts):
    """The perplexity of a text that was measured in batches.

    Args:
        losses: each batch's mean of -ln p, a list of numbers.
        counts: how many tokens each batch has, a list of numbers.

    Returns:
        The perplexity per token, a float.
    """
    ### BEGIN SOLUTION
    return math.exp(np.average(losses, weights=counts))
    ### END SOLUTION


def bits_per_character(losses, counts):
    """The same in bits per character.

    Args:
        losses, counts: as for perplexity.

    Returns:
        The mean of -log2 p per token, a float.
    """
    ### BEGIN SOLUTION
    return float(np.average(losses, weights=counts)) / math.log(2)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_perplexity", "grade": true}
check("perplexity")

# %% [markdown]
# ### The gradient of a chunk
#
# One thing about the protocol is easily overlooked, and training is twenty times too slow if it is. The learning rate 0.9 and
# the largest norm 5 belong to an objective that is **summed over the steps** of a chunk and averaged over the batch. The loss
# that one *reports* is the mean over both. With 20 steps the gradients differ by a factor of 20.
#
# ### Task 18: loss and gradients (5 points)
#
# Write `loss_and_gradients`, with a gradient tape, with TensorFlow or Keras operations inside it, and with dropout switched on.
# TensorFlow may give the gradient of the embedding in a sparse form; `tf.convert_to_tensor` makes an ordinary tensor of it.

# %% nbgrader={"grade_id": "loss_and_gradients", "solution": true}
def loss_and_gradients(model, inputs, targets, states):
    """Runs the model over a chunk in training, and back.

    Args:
        model: as build_language_model gives it.
        inputs, targets: arrays of integers (batch, steps).
        states: the states that the chunk starts from, array (batch, layers, 2, units).

    Returns:
        loss: the mean of -ln p of the targets over batch and steps, a number.
        gradients: list of arrays or dense tensors, one for each of model.trainable_variables, in their order: the
            gradients of the sum over the steps, averaged over the batch, of -ln p.
        new_states: the states after the chunk, array (batch, layers, 2, units).
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        log_probabilities, new_states = read(model, inputs, states, training=True)
        losses = -tf.gather(log_probabilities, targets, batch_dims=2)  # (batch, steps)
        objective = tf.reduce_mean(tf.reduce_sum(losses, axis=1))
    gradients = tape.gradient(objective, model.trainable_variables)
    return tf.reduce_mean(losses), [tf.convert_to_tensor(gradient) for gradient in gradients], new_states
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_loss_and_gradients", "grade": true}
check("loss_and_gradients")

# %% [markdown]
# ### Task 19: one pass of training (4 points)
#
# Write `train_epoch`: zero states at the start of the pass, then for every chunk in order: loss and gradients, clip, step; the
# states that come out go into the next chunk. It returns the training perplexity: that of the losses met on the way. Call
# `compute` as `compute(model, inputs, targets, states)`: it is your `loss_and_gradients`, or a faster edition of it.
# `variable.assign(value)` sets a weight.

# %% nbgrader={"grade_id": "train_epoch", "solution": true}
def train_epoch(model, rows, steps, learning_rate, max_norm=5.0, compute=loss_and_gradients):
    """Trains a model for one pass over a text.

    Args:
        model: as build_language_model gives it; its weights are changed.
        rows: the text, array of integers (batch, length), as batchify gives it.
        steps: how many steps a chunk has.
        learning_rate: that of gradient descent without momentum.
        max_norm: the largest global norm of a chunk's gradients.
        compute: called as compute(model, inputs, targets, states), gives loss, gradients and new states.

    Returns:
        The training perplexity of the pass, a float.
    """
    ### BEGIN SOLUTION
    states = zero_states(model, len(rows))
    losses, counts = [], []
    for inputs, targets in sequences(rows, steps):
        loss, gradients, states = compute(model, inputs, targets, states)
        clipped, _ = clip_by_global_norm(gradients, max_norm)
        for variable, value in zip(model.trainable_variables, sgd_step(model.trainable_variables, clipped, learning_rate)):
            variable.assign(value)
        losses.append(float(loss))
        counts.append(np.size(targets))
    return perplexity(losses, counts)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_train_epoch", "grade": true}
check("train_epoch")

# %% [markdown]
# ### Task 20: measure (3 points)
#
# `evaluate` reads a text in the same way, from zero states, without dropout and without changing anything.

# %% nbgrader={"grade_id": "evaluate", "solution": true}
def evaluate(model, rows, steps):
    """Measures a model on a text.

    Args:
        model: as build_language_model gives it; it stays as it is.
        rows: the text, array of integers (batch, length), as batchify gives it.
        steps: how many steps are read at a time.

    Returns:
        The perplexity, a float.
    """
    ### BEGIN SOLUTION
    states = zero_states(model, len(rows))
    losses, counts = [], []
    for inputs, targets in sequences(rows, steps):
        log_probabilities, states = read(model, inputs, states)
        losses.append(-np.mean(np.take_along_axis(np.asarray(log_probabilities), targets[:, :, None], -1)))
        counts.append(np.size(targets))
    return perplexity(losses, counts)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_evaluate", "grade": true}
check("evaluate")

# %% [markdown]
# ### Task 21: the whole training (3 points)
#
# Write `train_language_model`: epochs 1, 2, …; in each the rate that `learning_rate_schedule` says, one pass of training, then
# the perplexity on the validation text. Print a line an epoch.

# %% nbgrader={"grade_id": "train_language_model", "solution": true}
def train_language_model(model, train_rows, valid_rows, epochs, steps=20, compute=loss_and_gradients):
    """Trains a model by the protocol, and measures it after every epoch.

    Args:
        model: as build_language_model gives it; its weights are changed.
        train_rows, valid_rows: the two texts, arrays of integers (batch, length).
        epochs: how many passes over the training text.
        steps: how many steps a chunk has.
        compute: handed on to train_epoch.

    Returns:
        A DataFrame with a row an epoch, and the columns epoch (1, 2, …), learning_rate, train_perplexity, valid_perplexity.
    """
    ### BEGIN SOLUTION
    history = []
    for epoch in range(1, epochs + 1):
        row = {"epoch": epoch, "learning_rate": learning_rate_schedule(epoch)}
        row["train_perplexity"] = train_epoch(model, train_rows, steps, row["learning_rate"], compute=compute)
        row["valid_perplexity"] = evaluate(model, valid_rows, steps)
        history.append(row)
        print(f"epoch {epoch}: perplexity {row['train_perplexity']:.1f} in training, {row['valid_perplexity']:.1f} on validation text")
    return pd.DataFrame(history)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_train_language_model", "grade": true}
check("train_language_model")

# %% [markdown]
# ## 10. Training at home
#
# Now the real thing. The loader gives you the Penn Treebank if you have a copy of it (its licence does not let us hand it out),
# else WikiText-2, else English sentences out of Python's own help pages, and says which. So that a laptop is done within two or
# three minutes, the training text is cut at 60,000 words, the vocabulary is the 1,500 most frequent ones (the others are
# `<unk>`), and the model is small.
#
# The next cell trains **once** and saves `history.csv` and `weights.npz`; from then on it reads these files. The seed is drawn
# at random: your figures are your own. To train again, delete **both** files and run the cell.
#
# `compiled` makes one TensorFlow graph of your `loss_and_gradients`, which is several times faster than step-by-step execution.
# If yours cannot be compiled, it runs as it is.

# %% nbgrader={"grade_id": "training", "locked": true}
HOME = {"embedding_size": 64, "units": 64, "layers": 2, "dropout": 0.2}
VOCABULARY_SIZE, BATCH_SIZE, STEPS, EPOCHS, TRAINING_WORDS = 1500, 20, 20, 8, 60_000


def compiled(compute):
    """The same function as one TensorFlow graph, where it can be made into one."""
    graph = tf.function(compute, reduce_retracing=True)

    def call(model, inputs, targets, states):
        if call.as_graph:
            try:
                return graph(model, tf.constant(inputs), tf.constant(targets), tf.constant(states))
            except Exception:
                call.as_graph = False
        return compute(model, inputs, targets, states)

    call.as_graph = True
    return call


def home_text():
    """The vocabulary, and the training and validation text as rows; and where they come from."""
    source = penn_treebank
    if source.load_words() and source.describe().source_name == "pydoc-text":  # no copy of the Penn Treebank here
        source = wikitext2  # a download; its loader, too, takes Python's help pages where there is no network
    train, valid, _ = source.load_words()
    vocabulary = Vocabulary(train[:TRAINING_WORDS], VOCABULARY_SIZE)
    rows = [batchify(vocabulary.encode(part), BATCH_SIZE) for part in (train[:TRAINING_WORDS], valid[:TRAINING_WORDS])]
    edition = source.describe()
    return vocabulary, rows, f"{edition.source_name} {edition.python_version}".strip()


@functools.cache
def home_training():
    """Trains once: the history, and the weights."""
    vocabulary, (train_rows, valid_rows), data = home_text()
    seed = int(np.random.default_rng().integers(1, 2**31))
    keras.utils.set_random_seed(seed)
    model = build_language_model("word", len(vocabulary), **HOME)
    table = train_language_model(model, train_rows, valid_rows, EPOCHS, STEPS, compiled(loss_and_gradients))
    return table.assign(seed=seed, data=data), {"seed": np.array(seed)} | {f"weight_{n}": w for n, w in enumerate(model.get_weights())}


history = measured_at_home("history.csv", lambda: home_training()[0])
weights = trained_at_home("weights.npz", lambda: home_training()[1])
history

# %%
with when_written():
    if history is not None:
        figure, axes = plt.subplots(figsize=(7, 3))
        axes.plot(history["epoch"], history["train_perplexity"], marker="o", label="training, with dropout")
        axes.plot(history["epoch"], history["valid_perplexity"], marker="o", label="validation")
        axes.axvline(5.5, color="lightgray", label="the rate is halved from here on")
        axes.set(title=f"perplexity, {history['data'].iloc[0]}", xlabel="epoch", ylabel="perplexity", yscale="log")
        axes.legend()
        plt.show()

# %% [markdown]
# For comparison: with the full Penn Treebank and 10,000 words, Zaremba's small model (2 × 200 units, no dropout, 13 epochs)
# reaches a test perplexity of about 115, and the medium one (2 × 650, dropout 0.5, 39 epochs) about 83. A smaller vocabulary makes the task easier
# (`<unk>` is frequent and easy to guess), a smaller text harder: perplexities can only be compared on the same text with the
# same vocabulary.
#
# ### Task 22: read your own history (5 points, and 4 for the written part)
#
# Answer from your own table `history`, by hand or by code:
#
# - `"best_epoch"`: the epoch with the lowest validation perplexity.
# - `"bits_per_word"`: the validation loss of the **last** epoch in bits per word, to at least three decimals.
# - `"probability"`: the (geometric) mean probability that the model gave to the right word of the validation text after the
#   last epoch, to at least four decimals.
# - `"gain_before"`: by which factor the validation perplexity after epoch 5 is smaller than after epoch 4 (perplexity after 4 /
#   perplexity after 5).
# - `"gain_after"`: the same for epoch 6 against epoch 5, the first one with half the rate. Both gains to at least three
#   decimals.

# %% nbgrader={"grade_id": "answers", "solution": true}
answers = {"best_epoch": None, "bits_per_word": None, "probability": None, "gain_before": None, "gain_after": None}
### BEGIN SOLUTION
if history is not None:
    valid = dict(zip(history["epoch"].tolist(), history["valid_perplexity"].tolist()))
    answers = {
        "best_epoch": min(valid, key=valid.get),
        "bits_per_word": math.log2(valid[EPOCHS]),
        "probability": 1 / valid[EPOCHS],
        "gain_before": valid[4] / valid[5],
        "gain_after": valid[5] / valid[6],
    }
### END SOLUTION

# %% nbgrader={"grade_id": "check_answers", "grade": true}
check("answers")

# %% [markdown]
# **Written part** (graded by hand): in about 150 words, with figures from your own table: what does halving the rate do, and
# why does it not help from the start? Where is training perplexity above validation perplexity or below it, and what part has
# dropout in that? Which conclusion would you not draw from one run, and which further run would settle it?

# %% [markdown] nbgrader={"grade_id": "history_written", "grade": true, "solution": true, "points": 4}
# ### BEGIN SOLUTION
# *(Figures of one run on the sample; yours differ.)* **Halving.** At 0.9 my validation perplexity falls from 271.8 to 185.0 in
# five epochs, and unevenly: hardly at all from epoch 1 to 2 (269.8), by a quarter from 2 to 3 (200.1). Steps of this size carry
# the weights far, and also past the bottom of the valley. Epoch 6, the first at half the rate, gains a factor of 1.13 (185.0 to
# 163.9), where epoch 5 had gained 1.07; then 1.04 and 1.03. A small rate from the start would have had to travel the same way
# in small steps: the gain of halving is that of settling, and there is nothing to settle before one has arrived. **Training and
# validation.** Up to epoch 4 the training figure is the higher one (371 against 272, 205 against 198), for two reasons: it is
# met with dropout, and on weights that were still getting better. From epoch 5 on it is lower (135 against 153 at the end): the
# model begins to know its training text. **Doubt.** One run does not show that epoch 6 gained because of the halving and not by
# luck: epoch 3 gained more at the full rate. Five seeds with and five without the halving would tell.
# ### END SOLUTION

# %% [markdown]
# ### The same model reads characters
#
# Nothing in your functions knows what a token is. Below, the same model class and the same training read **characters**: a small
# model with one layer, a text of 30,000 characters, four epochs, less than a minute. Its figure is told in bits per character,
# and a figure by itself says little, so it stands beside three that need no network:
#
# - **uniform**: every character of the vocabulary is equally probable. That costs $\log_2$ of the vocabulary's size.
# - **order 0**: each character has its share of the training text, whatever stands before it. This is the entropy of the letters'
#   frequencies: a blank and an `e` are cheap, a `q` is dear.
# - **order 1**: the frequencies of what follows the character before. It has a memory of one character.
#
# All are measured on the same validation text: what they learnt from is the training text. A model clearly below order 1 must remember
# more than one character. After which epoch does yours? How many characters would it have to choose from, were they equally probable,
# to waver as much: is that number the perplexity printed beside it? And why may these bits not be compared with the `bits_per_word` of
# Task 22 as they are? (How many characters has a word, the blank counted?)

# %%
with when_written():
    if not os.environ.get("COURSE_GRADING"):  # a picture for you: nothing here is graded
        text, valid_text, _ = penn_treebank.load_characters()
        text, valid_text = text[:30_000], valid_text[:6_000]
        characters = Vocabulary(text)
        train_rows, valid_rows = (np.asarray(batchify(characters.encode(part), BATCH_SIZE)) for part in (text, valid_text))
        model = build_language_model("character", len(characters), units=64, layers=1, dropout=0.0)
        table = train_language_model(model, train_rows, valid_rows, 4, STEPS, compiled(loss_and_gradients))

        before, after, size = valid_rows[:, :-1], valid_rows[:, 1:], len(characters)
        letters, pairs = np.ones(size), np.ones((size, size))  # counted from 1: none is impossible
        np.add.at(letters, train_rows[:, 1:], 1)
        np.add.at(pairs, (train_rows[:, :-1], train_rows[:, 1:]), 1)
        follows = pairs / pairs.sum(axis=1, keepdims=True)
        losses = {
            "uniform": math.log(size),
            "order 0": -np.log(letters / letters.sum())[after].mean(),
            "order 1": -np.log(follows[before, after]).mean(),
        }
        bits = {name: bits_per_character([loss], [after.size]) for name, loss in losses.items()}
        learnt = [bits_per_character([math.log(value)], [after.size]) for value in table["valid_perplexity"]]
        for name, value in {**bits, "your model": learnt[-1]}.items():
            print(f"{name:10}: {value:.2f} bits per character")
        figure, axes = plt.subplots(figsize=(7, 3))
        for (name, value), colour in zip(bits.items(), ("lightgray", "tab:gray", "black")):
            axes.axhline(value, color=colour, label=name)
        axes.plot(table["epoch"], learnt, marker="o", label="your model")
        axes.set(title=f"{size} characters, validation text", xlabel="epoch", ylabel="bits per character", ylim=(0, None))
        axes.set_xticks(table["epoch"])
        axes.legend(fontsize=8)
        plt.show()

# %% [markdown]
# ## 11. A program that completes sentences
#
# The model gives log-probabilities. How does one get a word out of them? Always the most probable one (*greedy*), and the text
# soon runs in circles. Drawn at random with the model's own probabilities, it is livelier and makes more mistakes. The
# **temperature** $T$ goes from one to the other: the probabilities are raised to the power $1/T$ and made to sum to 1 again. $T
# = 1$ leaves them as they are, a small $T$ makes the probable words more probable still, and $T = 0$ stands for the limit: all
# on the most probable word.
#
# ### Task 23: temperature (3 points)
#
# Mind the limits: a log-probability may be $-\infty$ (a word that cannot come), and at small temperatures powers are easily too
# large or too small for a float.

# %% nbgrader={"grade_id": "with_temperature", "solution": true}
def with_temperature(log_probabilities, temperature):
    """Sharpens or flattens distributions.

    Args:
        log_probabilities: array (…, vocabulary), natural logarithms; -inf stands for a probability of 0.
        temperature: 0 or more.

    Returns:
        Probabilities proportional to p ** (1 / temperature), of the same shape, each row summing to 1. At temperature
        0: 1 for the most probable word (the first one of several), 0 for all others.
    """
    ### BEGIN SOLUTION
    logs = np.asarray(log_probabilities)
    if temperature == 0:
        return np.eye(logs.shape[-1])[np.argmax(logs, axis=-1)]
    powers = np.exp((logs - logs.max(axis=-1, keepdims=True)) / temperature)
    return powers / powers.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_with_temperature", "grade": true}
check("with_temperature")

# %% [markdown]
# ### Task 24: draw a word (3 points)
#
# Write `sample`: it draws one token a row, all rows independently of one another. The same seed gives the same tokens.
# `np.random.default_rng(seed)` makes a generator out of a whole number, and leaves a generator as it is, so `seed` may be
# either.

# %% nbgrader={"grade_id": "sample", "solution": true}
def sample(log_probabilities, temperature, seed):
    """Draws a token for every row.

    Args:
        log_probabilities: array (rows, vocabulary), natural logarithms.
        temperature: 0 or more; 0 takes the most probable token.
        seed: a whole number, which always gives the same tokens.

    Returns:
        The tokens drawn, array of integers (rows,).
    """
    ### BEGIN SOLUTION
    generator = np.random.default_rng(seed)
    probabilities = with_temperature(log_probabilities, temperature)
    return np.array([generator.choice(len(row), p=row) for row in probabilities])
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sample", "grade": true}
check("sample")

# %% [markdown]
# ### Task 25: complete a sentence (5 points)
#
# `complete` lets the model read the prompt's words from zero states; that warms the state. Then it draws the first word from
# the log-probabilities after the prompt's **last** word, lets the model read that word, draws the next, and so on. Each word is
# read once: the state remembers the rest. `words` is the vocabulary: `words[7]` is the word of token 7. Drawing with
# temperature 0 needs no luck; otherwise the same seed gives the same completion, and the words of one completion are drawn
# independently (a seed used anew for every word draws the same number every time).

# %% nbgrader={"grade_id": "complete", "solution": true}
def complete(prompt, n, model, words, temperature=0.0, seed=0):
    """Completes a sentence.

    Args:
        prompt: at least one word, with blanks between words, a string.
        n: how many words to add, 0 or more.
        model: as build_language_model gives it.
        words: the vocabulary, a sequence of strings; a token is a place in it.
        temperature: 0 takes the most probable word each time.
        seed: a whole number; the same seed gives the same words.

    Returns:
        The list of the n new words.
    """
    ### BEGIN SOLUTION
    generator = np.random.default_rng(seed)
    tokens = [list(words).index(word) for word in prompt.split()]
    states = zero_states(model, 1)
    completion = []
    for _ in range(n):
        log_probabilities, states = read(model, np.array([tokens]), states)
        tokens = sample(np.asarray(log_probabilities)[:, -1], temperature, generator)
        completion.append(words[tokens[0]])
    return completion
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_complete", "grade": true}
check("complete")

# %% [markdown]
# ### Task 26: answer a line (4 points)
#
# The program reads lines such as `5 the cat sat on`: a number N, then the words of the prompt; it answers with the prompt and N
# more words. People mistype. A program that ends with a traceback at the first mistyped line is of little use, and one that
# says "invalid input" is of little more. So each mistake has its own message. They are looked for in this order; words are
# whatever stands between blanks:
#
# | the line | example | the answer, exactly |
# | --- | --- | --- |
# | has no words at all | empty, or only blanks | `error: N is missing` |
# | does not begin with a whole number (digits 0 to 9 alone) | `two the`, `2.5 the`, `-1 the` | `error: N must be a whole number, not 'two'` |
# | has nothing after the number | `5` | `error: the prompt is empty` |
# | has a word that is not in the vocabulary | `5 the qwx sat zzz` | `error: unknown word 'qwx'` (the first one) |
# | is right | `2 the cat` | `the cat sat down`, say: prompt and new words, one blank between any two |
#
# `complete` is called as `complete(prompt, n)`, with one blank between the words of the prompt, and gives the list of new words.

# %% nbgrader={"grade_id": "answer_line", "solution": true}
def answer_line(line, words, complete):
    """Answers one line of the completion program.

    Args:
        line: a string, perhaps with a line end.
        words: the vocabulary, a sequence of strings.
        complete: a function; complete(prompt, n) returns the list of the n new words.

    Returns:
        The answer, a string without a line end: the completed sentence, or one of the four messages of the table above.
    """
    ### BEGIN SOLUTION
    number, *prompt = line.split() or [""]
    if not number:
        return "error: N is missing"
    if not (number.isascii() and number.isdigit()):
        return f"error: N must be a whole number, not '{number}'"
    if not prompt:
        return "error: the prompt is empty"
    for word in prompt:
        if word not in words:
            return f"error: unknown word '{word}'"
    return " ".join(prompt + list(complete(" ".join(prompt), int(number))))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_answer_line", "grade": true}
check("answer_line")

# %% [markdown]
# ### Task 27: the program (2 points)
#
# The program reads lines until the end of its input and answers every one, a mistyped one too. Write it as a generator (or let
# it return a list): then it works on a list of lines, on a file, and on a keyboard.

# %% nbgrader={"grade_id": "completion_program", "solution": true}
def completion_program(lines, words, complete):
    """Answers lines until there are none left.

    Args:
        lines: the input: a list of strings, or a file; the lines may end with a line end.
        words, complete: as for answer_line.

    Returns:
        An iterator (or a list) of the answers, one a line, in order.
    """
    ### BEGIN SOLUTION
    for line in lines:
        yield answer_line(line, words, complete)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_completion_program", "grade": true}
check("completion_program")

# %% [markdown]
# Here is the program at work, with the model that you trained, and with one that has not been trained. Try prompts of your own.
# In a terminal you would hand in `sys.stdin` and print each answer.

# %%
with when_written():
    if weights is not None and history is not None:
        vocabulary, _, data = home_text()
        trained = build_language_model("word", len(vocabulary), **HOME)
        untrained = build_language_model("word", len(vocabulary), **HOME)
        trained.set_weights([weights[f"weight_{place}"] for place in range(len(weights) - 1)])
        if history["data"].iloc[0] != data:
            print(f"These weights were trained on {history['data'].iloc[0]}; the words below are those of {data}.")
        typed = io.StringIO("8 the\n\neight the\n8\n8 the flibbertigibbet of\n8 if a class\n")
        for temperature, model in ((1.0, untrained), (0.0, trained), (0.7, trained), (1.0, trained)):
            print(f"{'un' if model is untrained else ''}trained, temperature {temperature}")
            typed.seek(0)
            completing = functools.partial(complete, model=model, words=vocabulary.tokens, temperature=temperature)
            for answer in completion_program(typed, vocabulary.tokens, completing):
                print("   ", answer)
