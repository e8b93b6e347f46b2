# %% [markdown]
# # Gates, from scratch
#
# A recurrent network reads a sequence one step at a time and carries something along from step to step. This assignment opens
# the box. You write a plain recurrent cell and watch it forget. You take the LSTM apart into four gates, put it together
# again, run it over sequences and differentiate it by hand. You meet two relatives, the GRU and the peephole LSTM, and build
# the second one in Keras. At the end come the sums and rules of thumb that every training run asks for.
#
# Most answers are three to ten lines of NumPy. Plan about five hours; the computer needs about three minutes of it.
#
# - Replace each `raise NotImplementedError(…)` by your code and run the cell. Names, arguments and results must be as the
#   docstring says; how you get there is up to you.
# - The cell below each task checks it at once and says what it found. More checks, on other inputs, run when your work is
#   graded.
# - Cells that use your functions wait until those are written, so the notebook runs from top to bottom at any time.
# - Hand in this notebook **and** the tables that it saves beside it, `recall.csv` and `timing.csv`.

# %% nbgrader={"grade_id": "setup", "locked": true}
import logging
import math
import os

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from autograder.checks import check, measured_at_home, quiet, when_written

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with quiet():  # without TensorFlow's log lines about this machine
    import keras

logging.getLogger("tensorflow").setLevel(logging.ERROR)


def sigmoid(z):
    """1 / (1 + exp(-z)), written so that it never overflows."""
    return 0.5 * (1 + np.tanh(0.5 * z))


# %% [markdown]
# ## 1. A cell without gates
#
# All through this notebook a step works on a whole **batch**, one row a sequence:
#
# | name | what it is | shape |
# | --- | --- | --- |
# | `event` | what is read at this step, $x_t$ | (batch, features) |
# | `output` | what the cell said at the step before, $h_{t-1}$ | (batch, units) |
# | `kernel` | weights for the event, $W$ | (features, units) |
# | `recurrent_kernel` | weights for the cell's own output, $U$ | (units, units) |
# | `bias` | $b$ | (units,) |
#
# Books write $W \cdot [h_{t-1}, x_t] + b$: output and event glued together, one matrix for both. Keras keeps two matrices,
# $x_t W + h_{t-1} U + b$. That is the same sum. We follow Keras, rows on the left, so that its weights fit ours.
#
# A plain recurrent cell squeezes this sum into −1 … 1, and that is all:
#
# $$h_t = \tanh(x_t W + h_{t-1} U + b)$$
#
# ### Task 1: one step of a plain cell (4 points)

# %% nbgrader={"grade_id": "rnn_step", "solution": true}
def rnn_step(event, output, kernel, recurrent_kernel, bias):
    """One step of a plain recurrent cell.

    Args:
        event: x_t, shape (batch, features).
        output: h_{t-1}, shape (batch, units).
        kernel: W, shape (features, units).
        recurrent_kernel: U, shape (units, units).
        bias: b, shape (units,).

    Returns:
        The new output h_t, shape (batch, units).
    """
    ### BEGIN SOLUTION
    return np.tanh(event @ kernel + output @ recurrent_kernel + bias)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_rnn_step", "grade": true}
check("rnn_step")

# %% [markdown]
# ## 2. Why it forgets
#
# Training asks: if the output of ten steps ago had been a little different, how different would the loss be? One step back,
# the chain rule gives
#
# $$\frac{\partial L}{\partial h_{t-1}} = \Big(\frac{\partial L}{\partial h_t} \odot (1 - h_t^2)\Big)\, U^\top .$$
#
# So **every step back multiplies by $U^\top$ once more**, and by the slope of tanh, which is at most 1. Fifty steps back means
# fifty factors. What fifty factors $U$ do is told by the **spectral radius** of $U$: the largest absolute value among its
# eigenvalues. Below 1 the product dies out, above 1 it grows, both exponentially.
#
# ### Task 2: give a matrix a spectral radius (2 points)
#
# Multiply the matrix by the one positive number that gives it the radius asked for. Eigenvalues may be complex; their absolute
# value counts.

# %% nbgrader={"grade_id": "scale_to_radius", "solution": true}
def scale_to_radius(matrix, radius):
    """Scales a square matrix so that its spectral radius is as given.

    Args:
        matrix: shape (units, units), with at least one eigenvalue that is not zero.
        radius: the wanted largest absolute value of the eigenvalues, a positive float.

    Returns:
        A positive multiple of the matrix, shape (units, units). The matrix itself stays as it is.
    """
    ### BEGIN SOLUTION
    return matrix * radius / np.abs(np.linalg.eigvals(matrix)).max()
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_scale_to_radius", "grade": true}
check("scale_to_radius")

# %% [markdown]
# ### Task 3: follow a gradient back in time (6 points)
#
# Run the plain cell over a sequence, from an output of zeros. A loss $L$ looks at the **last** output only, and you are given
# $\partial L/\partial h_T$. Go back step by step and note how long the gradient is at every step. "How long" is the Euclidean
# norm over all its numbers, the whole batch together: `np.linalg.norm` of the (batch, units) matrix.

# %% nbgrader={"grade_id": "gradient_norms", "solution": true}
def gradient_norms(sequence, kernel, recurrent_kernel, bias, last_gradient):
    """How long the gradient of a loss at the end is at every step of a plain recurrent network.

    Args:
        sequence: the events, shape (batch, steps, features). The output before the first step is zero.
        kernel, recurrent_kernel, bias: of the plain cell, as rnn_step takes them.
        last_gradient: dL/dh_T, the gradient of the loss with respect to the last output, shape (batch, units).

    Returns:
        Shape (steps,), in the order of time: the norm of dL/dh_1 first, the norm of dL/dh_T, which is last_gradient's, last.
    """
    ### BEGIN SOLUTION
    output = np.zeros_like(last_gradient)
    outputs = []
    for event in np.swapaxes(sequence, 0, 1):  # (batch, features), step after step
        output = rnn_step(event, output, kernel, recurrent_kernel, bias)
        outputs.append(output)
    gradient = last_gradient
    norms = []
    for output in reversed(outputs):
        norms.append(np.linalg.norm(gradient))
        gradient = gradient * (1 - output**2) @ recurrent_kernel.T
    return np.array(norms[::-1])
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_gradient_norms", "grade": true}
check("gradient_norms")

# %% [markdown]
# ### Task 4: draw it (3 points)
#
# Exponential growth and decay are straight lines on a **logarithmic** axis; on a linear one you see nothing but the largest.
# Draw one line for every entry, in matplotlib or seaborn. Across: how many steps back from the end, so that every line starts
# at 0 on the left with the last step's norm. Up: the norm, logarithmic. Label both axes and name the lines in a legend.

# %% nbgrader={"grade_id": "plot_gradient_norms", "solution": true}
def plot_gradient_norms(norms):
    """Draws how gradients change on their way back through time.

    Args:
        norms: a dict from a line's name, a text, to its norms in the order of time, as gradient_norms returns them.

    Returns:
        The matplotlib Axes: a line for every entry, labelled with its name; x is 0, 1, 2, … steps back from the end, y the
        norm on a logarithmic scale. Both axes are labelled and there is a legend.
    """
    ### BEGIN SOLUTION
    _, axes = plt.subplots()
    for name, series in norms.items():
        axes.plot(np.arange(len(series)), series[::-1], label=name)
    axes.set_yscale("log")
    axes.set_xlabel("steps back from the end")
    axes.set_ylabel("norm of the gradient")
    axes.legend()
    return axes
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_plot_gradient_norms", "grade": true}
check("plot_gradient_norms")

# %% [markdown]
# Now look. The same random weights, scaled to three radii, read the same 50 steps. First the events are tiny: then all outputs
# are near 0, tanh is a straight line of slope 1, and nothing but $U$ acts. Then the events are of ordinary size.

# %%
def norms_at_radii(event_size, radii=(0.5, 1.0, 1.5), units=20, steps=50, seed=1):
    """The student's gradient norms for three spectral radii, events of the given size."""
    random = np.random.default_rng(seed)
    sequence = event_size * random.normal(size=(8, steps, 3))
    kernel, recurrent_kernel = random.normal(size=(3, units)), random.normal(size=(units, units))
    last_gradient = random.normal(size=(8, units))
    return {
        f"radius {radius}": gradient_norms(sequence, kernel, scale_to_radius(recurrent_kernel, radius), np.zeros(units), last_gradient)
        for radius in radii
    }


with when_written():
    for size, title in ((1e-12, "tiny events: slope of tanh = 1"), (1.0, "events of ordinary size: tanh bends")):
        found = norms_at_radii(size)
        plot_gradient_norms(found).set_title(title)
        plt.show()
        print({name: f"{values[0] / values[-1]:.1e}" for name, values in found.items()}, "= first norm : last norm")

# %% [markdown]
# Above, radius 0.5 loses about fifteen decimal digits and radius 1.5 gains about eight: neither network can learn what
# happened 50 steps ago. Only a radius of 1 holds the balance, and nothing in training keeps it there.
#
# In the second picture even radius 1.5 does not explode. The spectral radius is only half of the story: at outputs near ±1 the
# slope $1-h^2$ is small, and that factor, too, acts at every step. "The weight enters at every step" is right, but not all; a
# network can have large weights and vanishing gradients at once. And a radius of exactly 1, the balance of the first picture,
# forgets as fast as 0.5 did there as soon as tanh bends.

# %% [markdown]
# ## 3. Four gates
#
# The cure of the LSTM is a second thing carried along, the **memory** $c_t$ (also *cell state* or *long-term memory*). It is
# not multiplied by a matrix from step to step. It is only scaled and added to. What happens to it is decided by gates: numbers
# between 0 and 1, one a unit, which the cell computes from the event and its last output.
#
# A well-known course gives the parts names by what they **do**:
#
# | part | what it does | what it returns |
# | --- | --- | --- |
# | learn gate | decides what of the event is worth keeping | $i_t \odot g_t$ |
# | forget gate | decides how much of the old memory stays | $f_t \odot c_{t-1}$ |
# | remember gate | joins both into the new memory | $c_t = f_t \odot c_{t-1} + i_t \odot g_t$ |
# | use gate | decides what of the new memory is said now | $h_t = o_t \odot \tanh(c_t)$ |
#
# Papers know them by their letters, each with weights of its own ($\odot$ multiplies number by number):
#
# $$i_t = \sigma(x_t W_i + h_{t-1} U_i + b_i) \quad \text{input gate} \qquad\quad
# f_t = \sigma(x_t W_f + h_{t-1} U_f + b_f) \quad \text{forget gate}$$
# $$g_t = \tanh(x_t W_g + h_{t-1} U_g + b_g) \quad \text{candidate} \qquad
# o_t = \sigma(x_t W_o + h_{t-1} U_o + b_o) \quad \text{output gate}$$
#
# The names are good for thinking, but mind what they hide. Papers and Keras call only $i$, $f$ and $o$ *gates*. The learn gate
# is two things, a gate and a candidate. The remember gate decides nothing: it is a plus sign. Some drawings of the use gate put
# weights of its own between the memory and its tanh; the standard LSTM has none there. And mind which way a forget gate works:
# its number says how much *stays*.
#
# Each gate gets its weights as one **block**: a tuple `(W, U, b)` of shapes (features, units), (units, units) and (units,).
# `sigmoid` is given above.
#
# ### Task 5: the learn gate (3 points)

# %% nbgrader={"grade_id": "learn_gate", "solution": true}
def learn_gate(event, output, input_block, candidate_block):
    """What is to be added to the memory.

    Args:
        event: x_t, shape (batch, features).
        output: h_{t-1}, shape (batch, units).
        input_block: (W_i, U_i, b_i) of the input gate i_t = sigmoid(…).
        candidate_block: (W_g, U_g, b_g) of the candidate g_t = tanh(…).

    Returns:
        i_t * g_t, shape (batch, units).
    """
    ### BEGIN SOLUTION
    kernel, recurrent_kernel, bias = input_block
    input_gate = sigmoid(event @ kernel + output @ recurrent_kernel + bias)
    kernel, recurrent_kernel, bias = candidate_block
    candidate = np.tanh(event @ kernel + output @ recurrent_kernel + bias)
    return input_gate * candidate
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_learn_gate", "grade": true}
check("learn_gate")

# %% [markdown]
# ### Task 6: the forget gate (2 points)

# %% nbgrader={"grade_id": "forget_gate", "solution": true}
def forget_gate(memory, event, output, block):
    """What stays of the old memory.

    Args:
        memory: c_{t-1}, shape (batch, units).
        event: x_t, shape (batch, features).
        output: h_{t-1}, shape (batch, units).
        block: (W_f, U_f, b_f) of the forget gate f_t = sigmoid(…).

    Returns:
        f_t * c_{t-1}, shape (batch, units).
    """
    ### BEGIN SOLUTION
    kernel, recurrent_kernel, bias = block
    return memory * sigmoid(event @ kernel + output @ recurrent_kernel + bias)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_forget_gate", "grade": true}
check("forget_gate")

# %% [markdown]
# ### Task 7: the remember gate (2 points)

# %% nbgrader={"grade_id": "remember_gate", "solution": true}
def remember_gate(kept, learnt):
    """The new memory.

    Args:
        kept: what forget_gate returns, shape (batch, units).
        learnt: what learn_gate returns, shape (batch, units).

    Returns:
        c_t, shape (batch, units), a new array: kept and learnt stay as they are.
    """
    ### BEGIN SOLUTION
    return kept + learnt
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_remember_gate", "grade": true}
check("remember_gate")

# %% [markdown]
# ### Task 8: the use gate (3 points)

# %% nbgrader={"grade_id": "use_gate", "solution": true}
def use_gate(memory, event, output, block):
    """What is said of the new memory.

    Args:
        memory: c_t, the new memory that remember_gate returns, shape (batch, units).
        event: x_t, shape (batch, features).
        output: h_{t-1}, the output of the step before, shape (batch, units).
        block: (W_o, U_o, b_o) of the output gate o_t = sigmoid(…).

    Returns:
        The new output h_t = o_t * tanh(c_t), shape (batch, units).
    """
    ### BEGIN SOLUTION
    kernel, recurrent_kernel, bias = block
    return sigmoid(event @ kernel + output @ recurrent_kernel + bias) * np.tanh(memory)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_use_gate", "grade": true}
check("use_gate")

# %% [markdown]
# ### Task 9: two languages (3 points)
#
# Fill in the dictionary, so that you can read papers and Keras's code. Use these letters: `"i"` input gate, `"f"` forget gate,
# `"g"` candidate, `"c"` new memory (the papers' *cell update*), `"o"` output gate, `"h"` new output.
#
# - `"learn"`, `"forget"`, `"remember"`, `"use"`: which of the equations for the letters above belong to that part? A list of
#   letters each, in any order; every letter belongs to one part.
# - `"no_weights"`: the letters that are computed **without** weights of their own, a list.
# - `"keep_everything"`: to which number must every unit of `"f"` and of `"i"` be driven for the memory to stay exactly as it
#   is? `{"f": …, "i": …}`.

# %% nbgrader={"grade_id": "gate_names", "solution": true}
gate_names = {"learn": None, "forget": None, "remember": None, "use": None, "no_weights": None, "keep_everything": None}
### BEGIN SOLUTION
gate_names = {
    "learn": ["i", "g"],
    "forget": ["f"],
    "remember": ["c"],
    "use": ["o", "h"],
    "no_weights": ["c", "h"],
    "keep_everything": {"f": 1, "i": 0},
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_gate_names", "grade": true}
check("gate_names")

# %% [markdown]
# ## 4. The LSTM
#
# Keras keeps the four blocks side by side in one array each: `kernel` has the shape (features, 4 × units), `recurrent_kernel`
# (units, 4 × units), `bias` (4 × units,). The first `units` columns belong to the input gate, the next to the forget gate,
# then the candidate, then the output gate: **i, f, g, o**. (Keras's own code calls the candidate `c`. PyTorch has the same
# order; other libraries do not, and swapped blocks still train, just never with somebody else's weights.)
#
# ### Task 10: one step of an LSTM (6 points)
#
# Cut the three arrays into four blocks and let your four gates do the rest.

# %% nbgrader={"grade_id": "lstm_step", "solution": true}
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    """One step of an LSTM, composed of the four gates.

    Args:
        event: x_t, shape (batch, features).
        output: h_{t-1}, shape (batch, units).
        memory: c_{t-1}, shape (batch, units).
        kernel: shape (features, 4 * units), the blocks in Keras's order: i, f, g, o.
        recurrent_kernel: shape (units, 4 * units), in the same order.
        bias: shape (4 * units,), in the same order.

    Returns:
        (h_t, c_t): the new output and the new memory, both of shape (batch, units).
    """
    ### BEGIN SOLUTION
    parts = (np.split(weights, 4, axis=-1) for weights in (kernel, recurrent_kernel, bias))
    input_block, forget_block, candidate_block, output_block = zip(*parts)
    learnt = learn_gate(event, output, input_block, candidate_block)
    kept = forget_gate(memory, event, output, forget_block)
    new_memory = remember_gate(kept, learnt)
    return use_gate(new_memory, event, output, output_block), new_memory
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_step", "grade": true}
check("lstm_step")

# %% [markdown]
# Here is an LSTM of one unit whose weights were set by hand. It reads four numbers at each step: a value, and three commands,
# *write*, *clear* and *show*. Write opens its input gate, clear closes its forget gate, show opens its output gate. The
# picture is made by your gates: a forget gate that is given a memory of 1 returns $f_t$ itself, a learn gate whose candidate
# is forced to 1 returns $i_t$, and a use gate that is given a huge memory returns $o_t$.

# %%
def hand_set_weights():
    """An LSTM of one unit that obeys: features value, write, clear, show."""
    kernel = np.array([[0, 0, 2, 0], [12, 0, 0, 0], [0, -12, 0, 0], [0, 0, 0, 12]], dtype=float)  # columns i, f, g, o
    return kernel, np.zeros((1, 4)), np.array([-6.0, 6.0, 0.0, -6.0])


def story():
    """20 steps: values at random, a command here and there."""
    events = np.zeros((1, 20, 4))
    events[0, :, 0] = np.random.default_rng(3).uniform(-1, 1, 20)
    events[0, 3, 0], events[0, 3, 1] = 0.9, 1  # write 0.9
    events[0, [6, 7, 12, 18], 3] = 1  # show
    events[0, 14, 2] = 1  # clear
    events[0, 16, 0], events[0, 16, 1] = -0.7, 1  # write -0.7
    return events


def gate_activations(events, kernel, recurrent_kernel, bias):
    """What the three gates, the memory and the output are at every step, seen through the student's own functions."""
    blocks = list(zip(*(np.split(weights, 4, axis=-1) for weights in (kernel, recurrent_kernel, bias))))
    output, memory = np.zeros((1, 1)), np.zeros((1, 1))
    forced = tuple(0 * part for part in blocks[2][:2]) + (np.full(1, 50.0),)  # a candidate of 1, whatever comes
    rows = []
    for event in np.swapaxes(events, 0, 1):
        gates = [learn_gate(event, output, blocks[0], forced), forget_gate(np.ones((1, 1)), event, output, blocks[1])]
        gates.append(use_gate(np.full((1, 1), 50.0), event, output, blocks[3]))
        output, memory = lstm_step(event, output, memory, kernel, recurrent_kernel, bias)
        rows.append([np.asarray(number).item() for number in (*gates, memory, output)])
    return pd.DataFrame(rows, columns=["input gate", "forget gate", "output gate", "memory", "output"])


with when_written():
    table = gate_activations(story(), *hand_set_weights())
    figure, panels = plt.subplots(6, 1, figsize=(8, 6.5), sharex=True)
    panels[0].bar(range(20), story()[0, :, 0], color="lightgray")
    for column, (word, mark) in enumerate((("write", "^"), ("clear", "x"), ("show", "o")), start=1):
        at = np.flatnonzero(story()[0, :, column])
        panels[0].plot(at, np.zeros(len(at)), mark, label=word)
    panels[0].set(ylabel="value", ylim=(-1.1, 1.1))
    panels[0].legend(ncols=3, fontsize=7, loc="upper right")
    for panel, name in zip(panels[1:], table.columns):
        panel.step(range(20), table[name], where="mid", color="tab:blue" if "gate" in name else "tab:red")
        panel.set(ylabel=name.replace(" ", "\n"), ylim=(-0.1, 1.1) if "gate" in name else (-1.1, 1.1))
    panels[-1].set(xlabel="step", xticks=range(0, 20, 2))
    figure.tight_layout()
    plt.show()
    print("memory after step 3:", round(table["memory"][3], 3), "  nine steps later:", round(table["memory"][12], 3))

# %% [markdown]
# The written value (squeezed by the candidate's tanh) stands in the memory for eleven steps, through all the noise, until
# *clear* comes. It is said only at *show*. Notice that the memory fades a little: no gate of an LSTM is ever quite 1 or quite
# 0.

# %% [markdown]
# ### Task 11: a whole sequence (6 points)
#
# Your `lstm_forward` must give what `keras.layers.LSTM` gives with the same weights: the outputs of all steps, and the final
# states.

# %% nbgrader={"grade_id": "lstm_forward", "solution": true}
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    """Runs an LSTM over a batch of sequences.

    Args:
        sequence: the events, shape (batch, steps, features).
        kernel, recurrent_kernel, bias: as lstm_step takes them, blocks in Keras's order i, f, g, o.
        initial_state: (output, memory) before the first step, both of shape (batch, units); zeros unless given.

    Returns:
        (outputs, output, memory): the outputs of all steps, shape (batch, steps, units); the last output and the last
        memory, both of shape (batch, units).
    """
    ### BEGIN SOLUTION
    if initial_state is None:
        initial_state = np.zeros((2, len(sequence), len(recurrent_kernel)))
    output, memory = initial_state
    outputs = []
    for event in np.swapaxes(sequence, 0, 1):  # (batch, features), step after step
        output, memory = lstm_step(event, output, memory, kernel, recurrent_kernel, bias)
        outputs.append(output)
    return np.stack(outputs, axis=1), output, memory
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_forward", "grade": true}
check("lstm_forward")

# %% [markdown]
# The proof: Keras draws weights at random, and both read the same sequences. Differences of about $10^{-7}$ are the rounding
# of Keras's 32-bit numbers.

# %%
with when_written():
    layer = keras.layers.LSTM(6, return_sequences=True, return_state=True)
    sequences = np.random.default_rng(0).normal(size=(5, 12, 4)).astype("float32")
    from_keras = [np.asarray(part) for part in layer(sequences)]
    mine = lstm_forward(sequences, *layer.get_weights())
    for name, part, other in zip(("outputs", "last output", "last memory"), mine, from_keras):
        print(f"{name:12} {other.shape}  largest difference {np.abs(np.asarray(part) - other).max():.1e}")

# %% [markdown]
# ## 5. Backwards through time
#
# Frameworks differentiate for you. Doing it once by hand shows where the gradient flows, and that is what LSTMs are about.
#
# A loss looks at all outputs $h_1 … h_T$ and at the last memory $c_T$. At step $t$ you hold two gradients: $\bar h_t$ and
# $\bar c_t$, what the loss says about $h_t$ and $c_t$ *through everything that comes later*. Going back one step:
#
# 1. Add to $\bar h_t$ what the loss says about $h_t$ directly.
# 2. $h_t = o_t \odot \tanh(c_t)$: the memory gets a share, $\bar c_t \mathrel{+}= \bar h_t \odot o_t \odot (1 - \tanh^2 c_t)$,
#    and so does the output gate.
# 3. $c_t = f_t \odot c_{t-1} + i_t \odot g_t$: each of the four factors gets $\bar c_t$ times the factor beside it.
# 4. Through the activations ($\sigma' = \sigma(1-\sigma)$, $\tanh' = 1-\tanh^2$) to the four sums, glued together in Keras's
#    order: $\bar z_t$, of shape (batch, 4 × units). All weights, the event and $h_{t-1}$ get their gradients from it by the
#    rules of matrix products.
# 5. Hand on $\bar h_{t-1}$ and $\bar c_{t-1} = \bar c_t \odot f_t$. **Look at the last one, and
#    compare it with the formula of section 2.**
#
# ### Task 12: back-propagation through time (8 points)
#
# You can test it yourself: change one number by $\pm\varepsilon = 10^{-5}$, and the loss must change by $2\varepsilon$ times
# the gradient. The checks do the same, only more exactly.

# %% nbgrader={"grade_id": "lstm_backward", "solution": true}
def lstm_backward(sequence, kernel, recurrent_kernel, bias, outputs_gradient, memory_gradient, initial_state=None):
    """The gradients of a loss that looks at all outputs and at the last memory of an LSTM.

    Args:
        sequence, kernel, recurrent_kernel, bias, initial_state: as lstm_forward takes them.
        outputs_gradient: the gradient of the loss with respect to the outputs of all steps, directly, as if they did not
            depend on each other; shape (batch, steps, units).
        memory_gradient: the gradient of the loss with respect to the last memory, shape (batch, units).

    Returns:
        A dict of arrays, each of the shape of what it belongs to: "sequence", "kernel", "recurrent_kernel", "bias",
        "initial_output" and "initial_memory". The arguments stay as they are.
    """
    ### BEGIN SOLUTION
    if initial_state is None:
        initial_state = np.zeros((2, len(sequence), len(recurrent_kernel)))
    output, memory = initial_state
    events = np.swapaxes(sequence, 0, 1)
    tape = []
    for event in events:
        i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        new_memory = f * memory + i * g
        tape.append((event, output, memory, i, f, g, o, np.tanh(new_memory)))
        output, memory = o * np.tanh(new_memory), new_memory
    from_events = []
    from_kernel, from_recurrent, from_bias, from_output = 0.0, 0.0, 0.0, 0.0
    from_memory = memory_gradient
    for (event, output, memory, i, f, g, o, shown), direct in zip(reversed(tape), np.swapaxes(outputs_gradient, 0, 1)[::-1]):
        from_output = from_output + direct
        from_memory = from_memory + from_output * o * (1 - shown**2)
        to_input, to_forget = from_memory * g * i * (1 - i), from_memory * memory * f * (1 - f)
        to_candidate, to_gate = from_memory * i * (1 - g**2), from_output * shown * o * (1 - o)
        from_sums = np.concatenate([to_input, to_forget, to_candidate, to_gate], axis=1)  # (batch, 4 * units)
        from_events.append(from_sums @ kernel.T)
        from_kernel = from_kernel + event.T @ from_sums
        from_recurrent = from_recurrent + output.T @ from_sums
        from_bias = from_bias + from_sums.sum(axis=0)
        from_output = from_sums @ recurrent_kernel.T
        from_memory = from_memory * f
    return {
        "sequence": np.stack(from_events[::-1], axis=1),
        "kernel": from_kernel,
        "recurrent_kernel": from_recurrent,
        "bias": from_bias,
        "initial_output": from_output,
        "initial_memory": from_memory,
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_backward", "grade": true}
check("lstm_backward")

# %% [markdown]
# Compare with section 2. How much of a gradient at the last memory arrives at the first one, for more and more steps between?
# Random weights, events of ordinary size; only the bias of the forget gate differs. At 0, a fresh forget gate is half open and
# every step about halves the gradient. This is why Keras starts that bias at 1 (`unit_forget_bias`), and why some people start
# it higher. Mind the highest line, too.

# %%
def memory_norms(forget_bias, units=10, steps=50, seed=1):
    """Norms of dL/dc_0 for a loss at the last memory, for runs of all steps down to one, by the student's own lstm_backward."""
    random = np.random.default_rng(seed)
    sequence, last_gradient = random.normal(size=(2, steps, 3)), random.normal(size=(2, units))
    kernel, recurrent_kernel = random.normal(size=(3, 4 * units)) / 3, random.normal(size=(units, 4 * units)) / 10
    bias = np.repeat([0.0, forget_bias, 0.0, 0.0], units)
    norms = [np.linalg.norm(last_gradient)]
    for count in range(1, steps):
        nothing = np.zeros((2, count, units))
        gradients = lstm_backward(sequence[:, -count:], kernel, recurrent_kernel, bias, nothing, last_gradient)
        norms.append(np.linalg.norm(gradients["initial_memory"]))
    return np.array(norms[::-1])


with when_written():
    lines = {f"LSTM, forget bias {forget_bias}": memory_norms(forget_bias) for forget_bias in (0, 1, 3, 5)}
    lines["plain cell, radius 1.0"] = norms_at_radii(1.0)["radius 1.0"]
    plot_gradient_norms(lines).set_title("from the last memory back to earlier ones")
    plt.show()
    print({name: f"{values[0] / values[-1]:.1e}" for name, values in lines.items()}, "= first norm : last norm")

# %% [markdown]
# ### Task 13: why the cell state keeps gradients alive (5 points, graded by hand)
#
# In about 120 words: what does a gradient pass on its way from $c_t$ back to $c_{t-1}$, and what on its way from $h_t$ back to
# $h_{t-1}$ in a plain cell? When does the gradient still vanish in an LSTM, and what do the lines above say about it (give
# figures)? Can it explode?

# %% [markdown] nbgrader={"grade_id": "why_gradients_live", "grade": true, "solution": true, "points": 5}
# ### BEGIN SOLUTION
# In a plain cell every step back multiplies by the slope of tanh and by the whole matrix $U^\top$. Over 50 steps that is a
# product of 50 matrices: it dies out below a spectral radius of about 1 and grows above, and where tanh is saturated it dies
# anyway. In the LSTM the memory is carried on by $c_t = f_t \odot c_{t-1} + i_t \odot g_t$. On this direct way back, the
# gradient is only multiplied by $f_t$, unit by unit: no matrix, no tanh. With $f_t$ near 1 it passes nearly unchanged, and the
# network can learn where to keep $f_t$ near 1.
#
# It still vanishes where forget gates are well below 1. Above, with a forget bias of 0, where a gate is about half open, about
# $10^{-12}$ is left after 50 steps (0.5 a step alone would leave $10^{-15}$), with Keras's bias of 1 about $4 \cdot 10^{-6}$,
# and with a bias of 3 more than half. It can explode, too: the direct way cannot grow ($f \le 1$), but there is a second way,
# through $h_{t-1}$ and the recurrent weights into the gates, and that one multiplies by matrices as in the plain cell. With a
# bias of 5 the gradient has become about five times as long. That is why LSTMs, too, are trained with gradient clipping.
# ### END SOLUTION

# %% [markdown]
# ### Task 14: a story (5 points, graded by hand)
#
# A network reads these sentences word by word and is to guess the next word. One unit of its memory stands for *whether the
# person spoken of is a woman (+1) or a man (−1)*.
#
# > **Ada** keeps bees on the roof. Every morning **she** counts the hives. **Her brother Ben** is afraid of bees, so **he**
# > stays inside.
#
# For this one unit, say what each of the four gates (learn, forget, remember, use) should do, with rough numbers for $i$, $f$,
# $g$, $o$ and for the memory, **at** these words: *Ada*, *bees* (the first), *morning* (right before *she* is to be guessed),
# *Ben*. About 120 words, or a table.

# %% [markdown] nbgrader={"grade_id": "gates_in_a_story", "grade": true, "solution": true, "points": 5}
# ### BEGIN SOLUTION
# | at | learn ($i$, $g$) | forget ($f$) | remember (memory) | use ($o$) |
# | --- | --- | --- | --- | --- |
# | *Ada* | open: $i≈1$, $g≈+1$ | $f≈0$: whoever was there goes | $0·c + 1·1 = +1$ | $o≈0$: a verb comes next, no pronoun |
# | *bees* | closed: $i≈0$, whatever $g$ is | $f≈1$: keep | stays $+1$ | $o≈0$: not needed for *on* |
# | *morning* | $i≈0$ | $f≈1$ | stays $+1$ | open: $o≈1$, output $\tanh 1 ≈ 0.76$, so that *she* is more likely than *he* |
# | *Ben* | $i≈1$, $g≈-1$ | $f≈0$: Ada goes, else $+1-1=0$ is left | $0·1 + 1·(-1) = -1$ | $o≈0$: *is* is the same for both |
#
# The forget gate must close at the very step at which something new is learnt; the use gate is open only where a pronoun is to
# come, here and before *he*.
# ### END SOLUTION

# %% [markdown]
# ## 6. Two relatives
#
# The **GRU** has no separate memory: its output is its memory. Its **update gate** $z$ mixes old and new, so keeping and
# learning are two ends of one scale. Its **reset gate** $r$ decides how much of the old output the candidate sees.
#
# $$z_t = \sigma(x_t W_z + h_{t-1} U_z + b_z), \qquad r_t = \sigma(x_t W_r + h_{t-1} U_r + b_r)$$
# $$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \hat h_t$$
#
# There are two versions of the candidate $\hat h_t$. The paper of 2014 (Cho et al., in its final version) resets **before** the matrix
# product. Keras's default resets **after** it, because that lets one product serve all three blocks, and it needs a second
# bias $b'$ for it:
#
# $$\text{reset before: } \hat h_t = \tanh\big(x_t W_h + (r_t \odot h_{t-1}) U_h + b_h\big) \qquad
# \text{reset after: } \hat h_t = \tanh\big(x_t W_h + b_h + r_t \odot (h_{t-1} U_h + b'_h)\big)$$
#
# With reset after, *every* block has two biases: $z$ and $r$ simply add both. The blocks stand in the order **z, r, h**. (Some
# papers swap the roles of $z$ and $1-z$. Keras and Cho et al. have it as above: $z = 1$ keeps the old.)
#
# ### Task 15: one step of a GRU (6 points)

# %% nbgrader={"grade_id": "gru_step", "solution": true}
def gru_step(event, output, kernel, recurrent_kernel, bias, reset_after=True):
    """One step of a GRU.

    Args:
        event: x_t, shape (batch, features).
        output: h_{t-1}, shape (batch, units).
        kernel: shape (features, 3 * units), the blocks in Keras's order: z, r, h.
        recurrent_kernel: shape (units, 3 * units), in the same order.
        bias: with reset_after, shape (2, 3 * units): first the biases b that go with the event, then the biases b' that go
            with the output. Without, shape (3 * units,).
        reset_after: whether the reset gate acts after the matrix product; Keras's default.

    Returns:
        The new output h_t, shape (batch, units).
    """
    ### BEGIN SOLUTION
    event_bias, output_bias = bias if reset_after else (bias, np.zeros_like(bias))
    event_z, event_r, event_h = np.split(event @ kernel + event_bias, 3, axis=1)
    output_z, output_r, output_h = np.split(output @ recurrent_kernel + output_bias, 3, axis=1)
    update, reset = sigmoid(event_z + output_z), sigmoid(event_r + output_r)
    units = output.shape[-1]
    looked_back = reset * output_h if reset_after else (reset * output) @ recurrent_kernel[:, 2 * units :]
    return update * output + (1 - update) * np.tanh(event_h + looked_back)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_gru_step", "grade": true}
check("gru_step")

# %% [markdown]
# Where does a gate matter? In **holding** something while the world goes on. The task: a value comes at every step, but only
# now and then a second feature, *write*, says that this one counts. At every step the network must put out the value that was
# written last. Keras trains a GRU of 8 units and a plain cell of 15, which have about as many parameters (288 and 270), on
# sequences of 30 steps with a write every ten steps or so. Then **your** steps, with the trained weights, read new sequences
# in which one value is written at the first step and never again, and we look how far off they are as time goes by. This takes
# about a minute, once; the table is saved to `recall.csv`.

# %%
def hold_data(count, steps, chance_to_write, seed):
    """Features value and write at every step; the targets are the values written last."""
    random = np.random.default_rng(seed)
    values, write = random.uniform(-0.8, 0.8, (count, steps)), random.random((count, steps)) < chance_to_write
    write[:, 0] = True
    written = np.maximum.accumulate(np.where(write, np.arange(steps), 0), axis=1)  # the step of the last write
    targets = np.take_along_axis(values, written, axis=1)
    return np.stack([values, write], axis=-1).astype("float32"), targets[..., None].astype("float32")


def hold_errors(kind, units, step, seed, epochs=40):
    """Trains a layer to hold values; then the root mean squared error of the student's step, by steps since the write."""
    keras.utils.set_random_seed(seed)
    layer = kind(units, return_sequences=True)  # after the seed: a layer draws its initialisers' seeds when it is made
    model = keras.Sequential([keras.Input((None, 2)), layer, keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01, global_clipnorm=1.0), "mse")
    model.fit(*hold_data(512, 30, 0.1, seed), batch_size=64, epochs=epochs, verbose=0)
    *weights, dense_kernel, dense_bias = model.get_weights()
    sequences, targets = hold_data(500, 31, 0.0, seed + 100)
    output, errors = np.zeros((500, layer.units)), []
    for event, target in zip(np.swapaxes(sequences, 0, 1), np.swapaxes(targets, 0, 1)):
        output = step(event, output, *weights)
        errors.append(float(np.sqrt(np.mean((output @ dense_kernel + dense_bias - target) ** 2))))
    return errors


def measure_recall():
    nothing = np.zeros((1, 1))
    rnn_step(nothing, nothing, nothing, nothing, np.zeros(1))  # what is not written yet shows here, not after the training
    gru_step(nothing, nothing, np.zeros((1, 3)), np.zeros((1, 3)), np.zeros((2, 3)))
    rows = []
    for name, kind, units, step in (("plain cell", keras.layers.SimpleRNN, 15, rnn_step), ("GRU", keras.layers.GRU, 8, gru_step)):
        for seed in (0, 1, 2):
            errors = hold_errors(kind, units, step, seed)
            rows += [{"cell": name, "seed": seed, "steps since written": age, "error": error} for age, error in enumerate(errors)]
    return pd.DataFrame(rows)


recall = measured_at_home("recall.csv", measure_recall)
if recall is not None:
    figure, axes = plt.subplots(figsize=(7, 3))
    for name, colour in (("plain cell", "tab:red"), ("GRU", "tab:blue")):
        for seed, run in recall[recall["cell"] == name].groupby("seed"):
            axes.plot(run["steps since written"], run["error"], color=colour, label=name if seed == 0 else None)
    axes.axhline(0.8 / np.sqrt(3), color="lightgray", label="always saying 0")
    axes.set(xlabel="steps since the value was written", ylabel="error", ylim=(0, None), title="holding a value (three runs each)")
    axes.legend()
    plt.show()
    ages = recall[recall["steps since written"].isin([0, 5, 10, 20, 30])]
    display(ages.pivot_table(index="steps since written", columns="cell", values="error").round(3))

# %% [markdown]
# With as many parameters, the GRU stays close to the value in all three runs; the plain cell drifts away from it, in the best
# of its runs twice as far. (The grey line is what always saying 0 would cost.) The plain cell only adds: the value, *write*
# and its old output go into one sum. To let a value in at one step and ignore it at the next, it must push units into the flat
# ends of tanh, where they cannot hold a value exactly; **multiplying** by *write* does it directly, and that is what a gate
# does. Where nothing has to be ignored, a plain cell can be as good: in keeping one sign, +1 or −1,
# through weak noise, it did as well as a GRU in our trials, or better.
#
# ### Peepholes
#
# The gates of an LSTM look at the event and at the last **output**. If the output gate is closed, the output is 0, and the
# gates cannot see what is in the memory: the cell is blind to itself. A **peephole** is a direct look: each gate also sees its
# own unit's memory, through one weight a unit and gate.
#
# $$i_t = \sigma(\ldots + p_i \odot c_{t-1}), \qquad f_t = \sigma(\ldots + p_f \odot c_{t-1}), \qquad o_t = \sigma(\ldots + p_o \odot c_t)$$
#
# Input and forget gate look at the **old** memory, the output gate at the **new** one; the candidate does not look. Some
# drawings glue the whole memory to the event, which would be full matrices; the paper that invented peepholes has one weight a
# unit and gate, as here.
#
# ### Task 16: one step of a peephole LSTM (5 points)

# %% nbgrader={"grade_id": "peephole_lstm_step", "solution": true}
def peephole_lstm_step(event, output, memory, kernel, recurrent_kernel, bias, peephole):
    """One step of an LSTM with peepholes.

    Args:
        event, output, memory, kernel, recurrent_kernel, bias: as lstm_step takes them.
        peephole: the weights p_i, p_f, p_o, its three rows in this order; shape (3, units).

    Returns:
        (h_t, c_t): the new output and the new memory, both of shape (batch, units).
    """
    ### BEGIN SOLUTION
    i, f, g, o = np.split(event @ kernel + output @ recurrent_kernel + bias, 4, axis=1)
    new_memory = sigmoid(f + peephole[1] * memory) * memory + sigmoid(i + peephole[0] * memory) * np.tanh(g)
    return sigmoid(o + peephole[2] * new_memory) * np.tanh(new_memory), new_memory
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_peephole_lstm_step", "grade": true}
check("peephole_lstm_step")

# %% [markdown]
# ### Task 17: a cell for Keras (6 points)
#
# `keras.layers.RNN(cell)` runs any **cell** over sequences: a layer that has `units`, `state_size`, `output_size`, weights
# made in `build`, and a `call` that takes the event and the list of states, and returns the output and the list of new states.
# `keras.layers.LSTMCell` is one. Inherit from it and you have all its weights, their initial values and the sizes; only two
# methods are left to write:
#
# - `build`: let the parent build its weights, `self.kernel`, `self.recurrent_kernel` and `self.bias` (shapes as above); then
#   add **one** weight more, `self.peephole`, of shape (3, units), rows $p_i, p_f, p_o$, which starts at zero: a peephole cell
#   begins its life as a plain LSTM.
# - `call`: the equations of Task 16, in `keras.ops` (or in TensorFlow), so that Keras can differentiate them. NumPy would cut
#   the gradient.
#
# You need not care about dropout. `reader`, below, puts any cell into a small model that answers one probability at each step.

# %% nbgrader={"grade_id": "reader", "locked": true}
def reader(cell, features, learning_rate=0.03):
    """A model that runs a cell over sequences (batch, steps, features) and gives a probability at every step."""
    answer = keras.layers.Dense(1, activation="sigmoid")
    model = keras.Sequential([keras.Input((None, features)), keras.layers.RNN(cell, return_sequences=True), answer])
    model.compile(keras.optimizers.Adam(learning_rate, global_clipnorm=1.0), "binary_crossentropy")
    return model


# %% [markdown]
# Now the class.

# %% nbgrader={"grade_id": "peephole_cell", "solution": true}
class PeepholeCell(keras.layers.LSTMCell):
    """An LSTM cell with peepholes: PeepholeCell(units), for keras.layers.RNN. Its weights: kernel, recurrent_kernel, bias, peephole."""

    def build(self, input_shape):
        """Makes the weights: those of the LSTM cell, and self.peephole, shape (3, units), rows p_i, p_f, p_o, zeros at first.

        Args:
            input_shape: (batch, features).
        """
        ### BEGIN SOLUTION
        super().build(input_shape)
        self.peephole = self.add_weight(shape=(3, self.units), initializer="zeros", name="peephole")
        ### END SOLUTION

    def call(self, inputs, states, training=False):
        """One step.

        Args:
            inputs: the event, shape (batch, features).
            states: [output, memory], both of shape (batch, units).
            training: whether the network is being trained; makes no difference here.

        Returns:
            output, [output, memory]: the new output, and the list of both new states.
        """
        ### BEGIN SOLUTION
        output, memory = states
        sums = keras.ops.matmul(inputs, self.kernel) + keras.ops.matmul(output, self.recurrent_kernel) + self.bias
        i, f, g, o = keras.ops.split(sums, 4, axis=1)
        kept = keras.ops.sigmoid(f + self.peephole[1] * memory) * memory
        memory = kept + keras.ops.sigmoid(i + self.peephole[0] * memory) * keras.ops.tanh(g)
        output = keras.ops.sigmoid(o + self.peephole[2] * memory) * keras.ops.tanh(memory)
        return output, [output, memory]
        ### END SOLUTION


# %% nbgrader={"grade_id": "check_peephole_cell", "grade": true}
check("peephole_cell")

# %% [markdown]
# Where does a peephole matter? In **timing**, where a cell must look at what it counts without saying it. One signal comes;
# the network shall say nothing (0) until exactly 15 steps later, and 0.75 from then on. It is one single unit, and its output
# is the answer. Nothing happens in between: the unit has to count in its memory, stay silent, and know when to open its output
# gate. A plain LSTM sees only its own output. To know how far it has counted, it must let a little of it out, which costs; a
# peephole cell can look and stay silent. Five seeds each, the same initial weights and the same training for both (the bias of
# the forget gate begins at 4, so that counting is possible at all, those of the input and the output gate at −1); then your
# `lstm_step` and `peephole_lstm_step` answer with the trained weights. About two minutes, once; the table goes to `timing.csv`.

# %%
WAIT, STEPS = 15, 30


def timing_data(count, seed):
    """Sequences with one signal among the first eight steps; the target is 0.75 from WAIT steps after it on, 0 before."""
    signal = np.random.default_rng(seed).integers(0, 8, count)[:, None]
    steps = np.arange(STEPS)
    return (steps == signal)[..., None].astype("float32"), 0.75 * (steps >= signal + WAIT)[..., None].astype("float32")


def timing_run(kind, step, seed, epochs=150):
    """Trains a cell of one unit; then what the student's step says with the trained weights, from the signal on."""
    keras.utils.set_random_seed(seed)
    cell = kind(1)  # after the seed: a cell draws its initialisers' seeds when it is made
    layer = keras.layers.RNN(cell, return_sequences=True, unroll=True)  # unrolled: short sequences run faster so
    model = keras.Sequential([keras.Input((STEPS, 1)), layer])
    kernel, recurrent_kernel, bias, *peephole = cell.get_weights()
    cell.set_weights([kernel, recurrent_kernel, np.array([-1.0, 4.0, 0.0, -1.0]), *peephole])
    model.compile(keras.optimizers.Adam(0.03, global_clipnorm=1.0), "mse")
    model.fit(*timing_data(256, seed), batch_size=64, epochs=epochs, verbose=0)
    output = memory = np.zeros((1, 1))
    said = []
    for time in range(-2, 22):  # time 0 is the signal
        output, memory = step(np.array([[float(time == 0)]]), output, memory, *cell.get_weights())
        said.append({"time": time, "output": np.asarray(output).item(), "memory": np.asarray(memory).item()})
    return pd.DataFrame(said)


def measure_timing():
    nothing, weights = np.zeros((1, 1)), (np.zeros((1, 4)), np.zeros((1, 4)), np.zeros(4))
    lstm_step(nothing, nothing, nothing, *weights)  # what is not written yet shows here, not after the training
    peephole_lstm_step(nothing, nothing, nothing, *weights, np.zeros((3, 1)))
    keras.layers.RNN(PeepholeCell(1))(np.zeros((1, 1, 1), "float32"))
    cells = {"LSTM": (keras.layers.LSTMCell, lstm_step), "peephole LSTM": (PeepholeCell, peephole_lstm_step)}
    runs = [
        timing_run(kind, step, seed).assign(cell=name, seed=seed) for name, (kind, step) in cells.items() for seed in range(5)
    ]
    return pd.concat(runs, ignore_index=True)


timing = measured_at_home("timing.csv", measure_timing)
if timing is not None:
    timing["wanted"] = 0.75 * (timing["time"] >= WAIT)
    figure, panels = plt.subplots(1, 2, figsize=(10, 3), sharey=True)
    for panel, name in zip(panels, ("LSTM", "peephole LSTM")):
        for _, run in timing[timing["cell"] == name].groupby("seed"):
            panel.plot(run["time"], run["output"], color="tab:blue", alpha=0.6)
        panel.step(run["time"], run["wanted"], color="black", where="mid", linewidth=1)
        panel.set(title=f"{name}: five runs, and what is wanted", xlabel="steps since the signal")
    panels[0].set_ylabel("output")
    plt.show()
    squared = (timing["output"] - timing["wanted"]) ** 2
    errors = squared.groupby([timing["seed"], timing["cell"]]).mean().pow(0.5).unstack()
    display(errors.round(3))

# %% [markdown]
# The plain LSTM cannot count in silence: from about the fifth step on its output creeps upwards, in all five runs, because
# that is the only way in which its gates can see how far the count has come. In three of the five runs the peephole cell has
# found the better way: silent until about step 12, then a steep rise, and an error lower by a third. In the other two it has
# not (yet) made use of its peepholes and does as the plain cell does. That, too, is worth knowing: a peephole *allows* an
# exact timer, and training must still find it. On tasks without timing, peepholes seldom make a difference, and Keras offers
# none.

# %% [markdown]
# ## 7. Counting
#
# Before one trains a network it is good to know how many numbers are to be trained. A gate or candidate has weights from the
# $D$ inputs to the $H$ units, weights from the $H$ outputs, and $H$ biases: $H(D + H) + H$. The plain cell has one such block,
# the GRU three, the LSTM four.
#
# ### Task 18: count the parameters (5 points)
#
# In a **stack** of layers the first one reads the input, every other one reads the outputs of the layer below.

# %% nbgrader={"grade_id": "count_parameters", "solution": true}
def count_parameters(cell, input_size, units, layers=1):
    """Counts the trainable parameters of a stack of recurrent layers, by arithmetic alone.

    Args:
        cell: "rnn", "lstm", "gru" (one bias a block and unit), "gru_reset_after" (Keras's default, two biases a block and
            unit) or "peephole" (an LSTM with one peephole weight a unit for each of three gates).
        input_size: how many features the first layer reads.
        units: how many units each layer has.
        layers: how many layers stand on each other.

    Returns:
        The number of weights and biases, an int, exact for any size.
    """
    ### BEGIN SOLUTION
    blocks, extra = {"rnn": (1, 0), "lstm": (4, 0), "gru": (3, 0), "gru_reset_after": (3, 3), "peephole": (4, 3)}[cell]
    first = blocks * units * (input_size + units + 1) + extra * units
    other = blocks * units * (2 * units + 1) + extra * units
    return first + (layers - 1) * other
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_count_parameters", "grade": true}
check("count_parameters")

# %% [markdown]
# ### Task 19: the embedding (2 points)
#
# Words are numbers in a list. Written as vectors with a single 1 (*one-hot*), a vocabulary of 10,000 words makes 10,000
# features a step. An **embedding** is a table with one row of `dimensions` numbers a word. It is trained with the rest, and it
# has no biases.

# %% nbgrader={"grade_id": "embedding_parameters", "solution": true}
def embedding_parameters(vocabulary_size, dimensions):
    """Counts the trainable parameters of an embedding.

    Args:
        vocabulary_size: how many different words there are.
        dimensions: how many numbers stand for a word.

    Returns:
        The number of parameters, an int.
    """
    ### BEGIN SOLUTION
    return vocabulary_size * dimensions
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_embedding_parameters", "grade": true}
check("embedding_parameters")

# %%
with when_written():
    for vocabulary in (27, 10_000, 100_000):
        one_hot = count_parameters("lstm", vocabulary, 200)
        embedded = embedding_parameters(vocabulary, 100) + count_parameters("lstm", 100, 200)
        print(f"{vocabulary:7,} words into an LSTM of 200: one-hot {one_hot:11,}   through an embedding of 100 {embedded:11,}")

# %% [markdown]
# For 27 characters an embedding saves nothing. For large vocabularies it saves a factor that approaches eight here: a word costs
# 100 numbers in the table, but 4 × 200 in the kernel, one for every unit of every block.

# %% [markdown]
# ## 8. Reading a training run
#
# The usual rule: *training loss much lower than validation loss: overfitting. Both about equal: underfitting.* The first half
# is good, the second misleads: equal curves are also what a good fit looks like, and a gap alone does no harm as long as the
# validation loss still falls. What tells more is how the curves **move**, and how far they are from **chance**, the loss of
# guessing ($\ln 27 \approx 3.30$ for 27 characters). We agree on these rules, in this order; the first that fits counts:
#
# | verdict | when |
# | --- | --- |
# | `"diverged"` | any loss of either curve is nan or infinite, or the last training loss is above the first |
# | `"overfitting"` | the last validation loss is above the lowest one by more than the share `tolerance` of the lowest |
# | `"underfitting"` | the last training loss is above `(1 - tolerance) * chance`, or it is still falling (see below) |
# | `"fitted"` | otherwise |
#
# The training loss is *still falling* when the last one is below `(1 - tolerance) * train_loss[len(train_loss) // 2]`. All
# comparisons are strict: exactly at the limit does not count.
#
# ### Task 20: diagnose a run (5 points)

# %% nbgrader={"grade_id": "diagnose", "solution": true}
def diagnose(train_loss, val_loss, chance=math.inf, tolerance=0.05):
    """Tells from its loss curves what a training run suffers from.

    Args:
        train_loss, val_loss: one loss an epoch, two lists of the same length, at least one epoch.
        chance: the loss of guessing; infinite where it is not known.
        tolerance: how much of a change counts, a share.

    Returns:
        "diverged", "overfitting", "underfitting" or "fitted", by the rules of the table above.
    """
    ### BEGIN SOLUTION
    last = train_loss[-1]
    if not np.isfinite([*train_loss, *val_loss]).all() or last > train_loss[0]:
        return "diverged"
    if val_loss[-1] > (1 + tolerance) * min(val_loss):
        return "overfitting"
    if last > (1 - tolerance) * chance or last < (1 - tolerance) * train_loss[len(train_loss) // 2]:
        return "underfitting"
    return "fitted"
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_diagnose", "grade": true}
check("diagnose")

# %%
with when_written():
    epochs = np.arange(12)
    runs = {
        "a": (3.3 * 0.75**epochs + 0.4, 3.3 * 0.78**epochs + 0.4 + 0.012 * epochs**2),
        "b": (3.3 * 0.9**epochs + 0.3, 3.3 * 0.9**epochs + 0.4),
        "c": (2.3 * 0.5**epochs + 0.7, 2.3 * 0.5**epochs + 1.0),
        "d": (3.2 + 0.3 * np.sin(epochs) + 0.4 * epochs, 3.3 + 0.45 * epochs),
        "e": (3.29 - 0.002 * epochs, 3.30 - 0.001 * epochs),
    }
    figure, panels = plt.subplots(1, 5, figsize=(12, 2.6), sharey=True)
    for panel, (name, (train, val)) in zip(panels, runs.items()):
        panel.plot(train, label="training")
        panel.plot(val, label="validation")
        panel.axhline(np.log(27), color="lightgray")
        panel.set(title=diagnose(list(train), list(val), chance=np.log(27)), xlabel="epoch", ylim=(0, 6))
    panels[0].set_ylabel("loss")
    panels[0].legend(fontsize=7)
    plt.show()

# %% [markdown]
# The grey line is chance. The middle run has a gap, and is the best of the five. The last one has no gap at all, and has
# learnt nothing.
#
# ### Task 21: larger or smaller? (2 points)
#
# A rule of thumb from character models: *parameters and characters of the training text should be of one order of magnitude*.
# Take "one order of magnitude" as: neither is more than ten times the other.
#
# A rule of thumb is no law. It comes from small networks trained from scratch, without a word on regularisation. With dropout,
# weight decay and early stopping a network with many more parameters than characters can do well; on a simple text a much
# smaller one is enough; and where the model is a pre-trained one it says nothing at all. The loss curves have the last word.

# %% nbgrader={"grade_id": "better_size", "solution": true}
def better_size(parameters, dataset_chars):
    """Says which way to change the size of a network, by the rule of thumb.

    Args:
        parameters: how many trainable parameters the network has.
        dataset_chars: how many characters its training text has.

    Returns:
        "larger" where the text has more than ten characters a parameter, "smaller" where the network has more than ten
        parameters a character, "keep" otherwise.
    """
    ### BEGIN SOLUTION
    if dataset_chars > 10 * parameters:
        return "larger"
    if parameters > 10 * dataset_chars:
        return "smaller"
    return "keep"
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_better_size", "grade": true}
check("better_size")

# %% [markdown]
# ### Task 22: which checkpoint to keep (3 points)
#
# A run that overfits has been better before. So one saves the weights after every epoch and keeps those with the lowest
# **validation** loss. Keras's `ModelCheckpoint` fills a template such as `"epoch_{epoch:02d}_val_loss_{val_loss:.4f}.keras"`,
# and counts epochs from 1.

# %% nbgrader={"grade_id": "best_checkpoint", "solution": true}
def best_checkpoint(history):
    """Finds the epoch with the lowest validation loss.

    Args:
        history: a dict with the lists "loss" and "val_loss", one number an epoch, as model.fit(…).history is. Some may be
            nan, but not all.

    Returns:
        (epoch, file name): the epoch, counted from 1, the earliest where several are equal; and the name of its file, such
        as "epoch_03_val_loss_1.2346.keras": the epoch with at least two digits, the loss with four decimals.
    """
    ### BEGIN SOLUTION
    losses = history["val_loss"]
    place = int(np.nanargmin(losses))
    return place + 1, f"epoch_{place + 1:02d}_val_loss_{losses[place]:.4f}.keras"
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_best_checkpoint", "grade": true}
check("best_checkpoint")

# %% [markdown]
# ### Task 23: shapes (3 points)
#
# The last rule is the one that saves most time: know the shapes. Pictures of an *unrolled* network show one box a word, and it
# looks as if ten words needed ten units. They do not. The boxes are one and the same layer, used ten times with the same
# weights. How many **units** it has is how many numbers it puts out a step, whatever the number of words: ten words, fifteen
# units and batches of five give outputs of shape (5, 10, 15).

# %% nbgrader={"grade_id": "output_shape", "solution": true}
def output_shape(batch, steps, features, units, return_sequences=False):
    """The shape of what a recurrent Keras layer puts out.

    Args:
        batch, steps, features: the shape of what goes in.
        units: how many units the layer has.
        return_sequences: whether it puts out every step or only the last.

    Returns:
        The shape, a tuple of ints.
    """
    ### BEGIN SOLUTION
    return (batch, steps, units) if return_sequences else (batch, units)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_output_shape", "grade": true}
check("output_shape")

# %%
with when_written():
    layer = keras.layers.LSTM(15, return_sequences=True)
    print("Keras:", tuple(layer(np.zeros((5, 10, 3), "float32")).shape), "  yours:", output_shape(5, 10, 3, 15, return_sequences=True))
    print("parameters:", layer.count_params(), "by Keras,", count_parameters("lstm", 3, 15), "by your formula, and no word of steps")
