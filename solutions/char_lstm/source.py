# %% [markdown]
# # What comes next? A character LSTM and the sweeps that explain it
#
# In this assignment you build a network that reads English letter by letter and says, at every letter, what it expects to
# come next. You write every part of it yourself: the batches, the LSTM cell with its four gates, the training step, the
# measurement. Then one function runs the whole experiment, and you call it some thirty times, each time with another batch
# size, another width, another number of steps.
#
# This exercise is known from a famous online course, and somebody published such sweeps with four hypotheses about them. Some of
# his verdicts do not follow from his figures. You have his figures, and soon you have your own. The code is half of the
# work; the other half is to say what the figures show **and what they do not**.
#
# You write about twenty short functions, three of which draw, answer a few questions about your own table, and write about a page.
# Plan about six hours; the computer needs three to five minutes of it.
#
# - Replace each `raise NotImplementedError(…)` by your code and run the cell. Names, arguments and results must be as the
#   docstring says; how you get there is up to you.
# - The cell below each task checks it at once and says what it found. More checks, on other inputs, run when your work is graded.
# - Cells that use your functions wait until those are written, so the notebook runs from top to bottom at any time.
# - After a change, run all cells below it again: later functions call earlier ones.
# - Hand in this notebook **and** the two files that it saves beside itself: `sweep.csv` and `weights.npz`.

# %% nbgrader={"grade_id": "setup", "locked": true}
import logging
import os
import secrets
import zlib

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from autograder.checks import check, measured_at_home, quiet, trained_at_home, when_written
from datasets import text8

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with quiet():  # without TensorFlow's log lines about this machine
    import keras
    import tensorflow as tf

plt.rcParams["figure.figsize"] = (5, 3.4)
logging.getLogger("tensorflow").setLevel(logging.ERROR)  # and its advice on speed, which many small models call forth

# %% [markdown]
# ## 1. The text, and letters as numbers
#
# *text8* is the beginning of the English Wikipedia, cleaned until 27 characters are left: the space and the letters a to z. It has
# 100 million of them (a download of 31 MB, once). Without a network you get English from Python's own help pages, in the same form;
# the next cell says which of the two you have. It cuts the text into parts:
#
# | name | what | for |
# | --- | --- | --- |
# | `valid_text` | the first 1,000 characters | validation, as the published experiment has it |
# | `small_text` | the next 200,000 | training in the sweeps: the same, short text for everybody |
# | `long_text` | the next 100,000 | a larger validation, never trained on |
# | `train_text` | all but the validation texts | training of the one model that you hand in |

# %% nbgrader={"grade_id": "texts", "locked": true}
text = text8.load_text()
valid_text, small_text, long_text = text[:1_000], text[1_000:201_000], text[201_000:301_000]
train_text = small_text + text[301_000:]
print(f"{text8.describe().source_name}: {len(text):,} characters, which begin: {text[:75]!r}")

# %% [markdown]
# ### Task 1: characters and numbers (4 points)
#
# A network computes with numbers. Write `char2id`, which gives the space the number 0 and the letters a to z the numbers 1 to 26,
# and `id2char`, which goes back. A character that is none of the 27 (an `é`, a digit, a capital) counts as a space, and prints a
# line that names it: data that is silently bent is found much later, or never.


# %% nbgrader={"grade_id": "characters", "solution": true}
def char2id(character):
    """The number of a character.

    Args:
        character: a string of length 1.

    Returns:
        0 for the space, 1 to 26 for a to z, an int. Any other character counts as a space, and a warning is printed that
        holds the character.
    """
    ### BEGIN SOLUTION
    if character == " ":
        return 0
    if character in "abcdefghijklmnopqrstuvwxyz":
        return ord(character) - ord("a") + 1
    print(f"unexpected character {character}, taken for a space")
    return 0
    ### END SOLUTION


def id2char(number):
    """The character of a number: char2id backwards.

    Args:
        number: 0 to 26, an int or a NumPy integer.

    Returns:
        A string of length 1: the space for 0, a to z for 1 to 26.
    """
    ### BEGIN SOLUTION
    return " abcdefghijklmnopqrstuvwxyz"[number]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_characters", "grade": true}
check("characters")

# %% [markdown]
# How often does each character occur? A reader that knows nothing but these frequencies is the first thing to beat.

# %%
with when_written():
    counts = np.bincount([char2id(character) for character in small_text], minlength=27)
    figure, axes = plt.subplots(figsize=(9, 2.6))
    axes.bar(range(27), counts / counts.sum(), color="tab:gray")
    axes.set(
        xticks=range(27), xticklabels=["␣"] + [id2char(number) for number in range(1, 27)], ylabel="share", title="characters of the text"
    )
    plt.show()

# %% [markdown]
# ## 2. Batches that go on
#
# A text is one long sequence. To use the processor well we read it at several places at once: the text is cut into `batch_size` equal
# segments, and row $b$ of every batch reads in segment $b$, like several readers who share a book by chapters. Each row has a
# **cursor**. A call moves all cursors `num_unrollings` characters on, and the next call goes on exactly there. That continuity is what makes
# carrying the network's memory from batch to batch meaningful: the memory of row $b$ is about the very characters that
# stand before.
#
# A batch is a list of `num_unrollings + 1` arrays. The first `num_unrollings` of them are inputs; the last `num_unrollings` are
# their labels, since what should be predicted is the next character. So the first array of a call must repeat the last one of
# the call before: it was a label there, and is an input now. With the text `abcdefghijkl`, two rows and three unrollings:
#
# | call | row 0 | row 1 |
# | --- | --- | --- |
# | 1 | a b c d | g h i j |
# | 2 | d e f g | j k l a |
#
# Each character is **one-hot**: 27 numbers, a 1 at the character's place and 0 elsewhere.
#
# ### Task 2: a generator of batches (6 points)
#
# Write the class. Do not turn the whole text into numbers beforehand: it may have 100 million characters, of which a run sees
# only some. Look up the characters at the cursors when they are needed. At its end the text goes on at its beginning (see row 1
# above), so a text shorter than a batch works, too.


# %% nbgrader={"grade_id": "batches", "solution": true}
class BatchGenerator:
    """Cuts a text into batches of one-hot characters, each of which goes on where the one before ended.

    Args:
        text: the text, a string of at least batch_size characters.
        batch_size: how many rows a batch has. Row b starts at character b * (len(text) // batch_size).
        num_unrollings: how many characters a row moves on with every batch.
    """

    def __init__(self, text, batch_size, num_unrollings):
        ### BEGIN SOLUTION
        self.text = text
        self.num_unrollings = num_unrollings
        segment = len(text) // batch_size
        self.cursors = [row * segment for row in range(batch_size)]
        ### END SOLUTION

    def next(self):
        """Gives the next batch and moves all cursors on by num_unrollings.

        Returns:
            A list of num_unrollings + 1 arrays of shape (batch_size, 27), float32: one-hot characters, in the order of the
            text. The first equals the last of the call before; in the first call it is where the rows start.
        """
        ### BEGIN SOLUTION
        places = [[cursor + offset for cursor in self.cursors] for offset in range(self.num_unrollings + 1)]
        batches = [np.eye(27, dtype=np.float32)[[char2id(self.text[place % len(self.text)]) for place in row]] for row in places]
        self.cursors = places[-1]
        return batches
        ### END SOLUTION


# %% nbgrader={"grade_id": "check_batches", "grade": true}
check("batches")

# %% [markdown]
# What the first two batches of the real text say, row by row. Read across the line: does every row go on?

# %%
with when_written():
    generator = BatchGenerator(small_text, 4, 16)
    first, second = generator.next(), generator.next()
    for row in range(4):
        halves = ["".join(id2char(int(np.argmax(array[row]))) for array in batch) for batch in (first, second)]
        print(f"row {row}:  {halves[0]!r}  →  {halves[1]!r}")

# %% [markdown]
# ## 3. How good is a prediction?
#
# The network gives a probability to each of the 27 characters. What counts is the one it gave to the character that really came: $p$.
# The loss is $-\ln p$ on average (0 if it was certain and right), and the **perplexity** is $e$ to the power of that average. Perplexity reads as
# a number of choices: a reader with perplexity 8 is as unsure as one who must guess among 8 equally likely characters. One that
# knows nothing has perplexity 27.
#
# A probability of 0 for what really came would make the loss infinite. By convention probabilities below $10^{-10}$ count as $10^{-10}$.
#
# ### Task 3: log probability and perplexity (6 points)
#
# Write both. `predictions` must still be what it was afterwards: the well-known original of this function wrote the floor *into the
# array that it was given*, and whoever looked at the predictions later saw other figures.


# %% nbgrader={"grade_id": "perplexity", "solution": true}
def logprob(predictions, labels):
    """The mean negative log probability that was given to what really came.

    Args:
        predictions: probabilities, (n, vocabulary); not changed. Those below 1e-10 count as 1e-10.
        labels: one-hot, (n, vocabulary).

    Returns:
        A float: the mean over the n rows of -ln(probability of the row's label).
    """
    ### BEGIN SOLUTION
    given = np.sum(predictions * labels, axis=1)  # (n,)
    return float(np.mean(-np.log(np.maximum(given, 1e-10))))
    ### END SOLUTION


def perplexity(predictions, labels):
    """As how many equally likely choices the predictions are: e to the power of logprob. Arguments as for logprob.

    Returns:
        A float, at least 1.
    """
    ### BEGIN SOLUTION
    return float(np.exp(logprob(predictions, labels)))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_perplexity", "grade": true}
check("perplexity")

# %% [markdown]
# Three readers that are no networks, on the validation text. Remember the second figure: a network above it has learnt no more
# than which characters are frequent.

# %%
with when_written():
    labels = np.eye(27)[[char2id(character) for character in valid_text]]
    shares = np.bincount([char2id(character) for character in small_text], minlength=27) / len(small_text)
    print("knows nothing:              ", round(perplexity(np.full((1000, 27), 1 / 27), labels), 3))
    print("knows how frequent each is: ", round(perplexity(np.tile(shares, (1000, 1)), labels), 3))
    print("knows the text by heart:    ", round(perplexity(labels, labels), 3))

# %% [markdown]
# ## 4. Drawing from a distribution
#
# To let the network write, we draw a character from its prediction, feed it back as the next input, and so on. Always taking the
# likeliest character sounds right and goes wrong: the text soon runs in circles ("the state the state the state"). Drawing at random
# from the prediction gives livelier text, and more mistakes. A **temperature** $T$ lies between the two:
#
# $$q_i = \frac{p_i^{1/T}}{\sum_j p_j^{1/T}}$$
#
# $T = 1$ leaves the distribution as it is, a small $T$ sharpens it, and in the limit $T \to 0$ only the likeliest character is left.
# Large $T$ flattens it, but what is impossible ($p = 0$) stays impossible at every temperature.
#
# ### Task 4: temperature and sampling (6 points)
#
# Write both functions. Mind small temperatures: at $T = 0.01$ a probability of 0.0001 is raised to the power of 100, which no floating-point number
# holds. Dividing all probabilities by the largest before the power changes nothing in $q$ and is safe.


# %% nbgrader={"grade_id": "sampling", "solution": true}
def with_temperature(probabilities, temperature=1.0):
    """Sharpens (temperature below 1) or flattens (above 1) distributions.

    Args:
        probabilities: (batch, vocabulary), each row adds up to 1; zeros are allowed; not changed.
        temperature: 0 or more, however small. At 0 the likeliest character has all the probability (the first of
            them, where several are equally likely).

    Returns:
        An array (batch, vocabulary): each row is p ** (1 / temperature), divided by its sum.
    """
    ### BEGIN SOLUTION
    if temperature == 0:
        return np.eye(probabilities.shape[1])[np.argmax(probabilities, axis=1)]
    powers = (probabilities / np.max(probabilities, axis=1, keepdims=True)) ** (1 / temperature)
    return powers / np.sum(powers, axis=1, keepdims=True)
    ### END SOLUTION


def sample_distribution(probabilities, temperature=1.0):
    """Draws one number a row, at random.

    Args:
        probabilities: (batch, vocabulary), each row adds up to 1.
        temperature: as for with_temperature.

    Returns:
        Integers (batch,): row b's number is i with probability with_temperature(probabilities, temperature)[b, i].
    """
    ### BEGIN SOLUTION
    borders = np.cumsum(with_temperature(probabilities, temperature), axis=1)
    draws = np.random.random((len(borders), 1))
    return np.sum(draws >= borders, axis=1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sampling", "grade": true}
check("sampling")

# %%
with when_written():
    distribution = np.array([[0.5, 0.25, 0.15, 0.1, 0.0]])
    figure, panels = plt.subplots(1, 4, figsize=(10, 2.3), sharey=True)
    for panel, temperature in zip(panels, (0.1, 0.5, 1.0, 3.0)):
        drawn = sample_distribution(np.repeat(distribution, 2000, axis=0), temperature)
        panel.bar(range(5), with_temperature(distribution, temperature)[0], color="lightgray", label="q")
        panel.plot(range(5), np.bincount(drawn, minlength=5) / 2000, "o", color="tab:red", label="2,000 draws")
        panel.set(title=f"T = {temperature}", xlabel="character")
    panels[0].legend(fontsize=8)
    plt.show()

# %% [markdown]
# ## 5. The LSTM cell, gate by gate
#
# At every character $x_t$ (one-hot, 27 numbers) the cell updates two vectors of $H$ numbers, one a **node**: its output $h_t$ and its memory
# $c_t$. It computes three gates between 0 and 1 and an update between −1 and 1, each from the character and from the cell's own
# output of the step before:
#
# $$
# \begin{aligned}
# i_t &= \sigma(x_t W_i + h_{t-1} U_i + b_i) & \text{input gate: how much of the update comes in}\\
# f_t &= \sigma(x_t W_f + h_{t-1} U_f + b_f) & \text{forget gate: how much of the memory stays}\\
# o_t &= \sigma(x_t W_o + h_{t-1} U_o + b_o) & \text{output gate: how much of the memory shows}\\
# u_t &= \tanh(x_t W_u + h_{t-1} U_u + b_u) & \text{update: what could be remembered}\\
# c_t &= f_t \odot c_{t-1} + i_t \odot u_t, \qquad h_t = o_t \odot \tanh(c_t)
# \end{aligned}
# $$
#
# A classifier turns each output into 27 numbers, the *logits* $h_t W_c + b_c$, and softmax makes probabilities of those. All weights live in one dict:
#
# | name | shape | in the formulas |
# | --- | --- | --- |
# | `"input_x"`, `"forget_x"`, `"output_x"`, `"update_x"` | (27, num_nodes) | $W_i, W_f, W_o, W_u$ |
# | `"input_h"`, `"forget_h"`, `"output_h"`, `"update_h"` | (num_nodes, num_nodes) | $U_i, U_f, U_o, U_u$ |
# | `"input_b"`, `"forget_b"`, `"output_b"`, `"update_b"` | (num_nodes,) | $b_i, b_f, b_o, b_u$ |
# | `"classifier_w"`, `"classifier_b"` | (num_nodes, 27), (27,) | $W_c, b_c$ |
#
# ### Task 5: initial weights (4 points)
#
# Write `initial_weights`. The published experiment drew every matrix from a **truncated normal distribution** with mean −0.1 and standard deviation 0.1: a
# normal distribution, in which every number further than two standard deviations from the mean is drawn again. All biases
# start at 0. (Many LSTMs start with a larger forget bias. This one does not, so at first every gate is about half open.)
#
# The seed must decide all the numbers. You will need that: the figures in your table are run again when it is graded.


# %% nbgrader={"grade_id": "initial_weights", "solution": true}
def initial_weights(num_nodes, seed=0):
    """The weights that a training starts from.

    Args:
        num_nodes: the cell's width.
        seed: the same seed gives the same weights at every call, another seed gives others; an int from 0 to 2**31 - 1.

    Returns:
        A dict of the 14 arrays in the table above, float32. Every matrix holds independent random numbers from the normal distribution
        with mean -0.1 and standard deviation 0.1, none further than 0.2 from the mean; biases are 0.
    """
    ### BEGIN SOLUTION
    random = np.random.default_rng(seed)

    def matrix(*shape):
        numbers = random.normal(size=shape)
        while np.any(np.abs(numbers) > 2):
            numbers = np.where(np.abs(numbers) > 2, random.normal(size=shape), numbers)
        return (0.1 * numbers - 0.1).astype(np.float32)

    weights = {"classifier_w": matrix(num_nodes, 27), "classifier_b": np.zeros(27, np.float32)}
    for gate in ("input", "forget", "output", "update"):
        weights[f"{gate}_x"] = matrix(27, num_nodes)
        weights[f"{gate}_h"] = matrix(num_nodes, num_nodes)
        weights[f"{gate}_b"] = np.zeros(num_nodes, np.float32)
    return weights
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_initial_weights", "grade": true}
check("initial_weights")

# %% [markdown]
# ### Task 6: one step of the cell (8 points)
#
# Write `lstm_cell`. Use operations of TensorFlow or of `keras.ops` (`tf.matmul`, `tf.sigmoid`, `tf.tanh`, …), not of NumPy: the
# gradients must find their way back through it.


# %% nbgrader={"grade_id": "lstm_cell", "solution": true}
def lstm_cell(weights, inputs, output, memory):
    """One step of a plain LSTM.

    Args:
        weights: a dict as initial_weights returns it, of arrays or tensors.
        inputs: the characters x_t, (batch, 27), float32.
        output: h of the step before, (batch, num_nodes), float32.
        memory: c of the step before, (batch, num_nodes), float32.

    Returns:
        (output, memory) after the step, each (batch, num_nodes).
    """

    ### BEGIN SOLUTION
    def arriving(gate):
        return tf.matmul(inputs, weights[f"{gate}_x"]) + tf.matmul(output, weights[f"{gate}_h"]) + weights[f"{gate}_b"]

    input_gate = tf.sigmoid(arriving("input"))
    forget_gate = tf.sigmoid(arriving("forget"))
    output_gate = tf.sigmoid(arriving("output"))
    update = tf.tanh(arriving("update"))
    memory = forget_gate * memory + input_gate * update
    return output_gate * tf.tanh(memory), memory
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_cell", "grade": true}
check("lstm_cell")

# %% [markdown]
# A memory must be able to hold something. Below, one node's biases are set by hand: the forget gate wide open (+6), the input gate shut
# (−6) but for one step. What comes in at step 4 (the first step is 0) is still there 25 steps later; with a half-open forget gate it is gone soon.

# %%
with when_written():
    figure, axes = plt.subplots(figsize=(8, 2.6))
    for forget_bias in (6.0, 2.0, 0.0):
        weights = {name: np.zeros_like(array) for name, array in initial_weights(1).items()}
        weights["forget_b"] += forget_bias
        weights["input_b"] -= 6
        weights["update_b"] += 3
        weights["input_x"][1] = 12.0  # the character a opens the input gate
        output = memory = np.zeros((1, 1), np.float32)
        remembered = []
        for character in "    a" + " " * 25:
            output, memory = lstm_cell(weights, np.eye(27, dtype=np.float32)[[char2id(character)]], output, memory)
            remembered.append(float(np.asarray(memory)[0, 0]))
        axes.plot(remembered, label=f"forget bias {forget_bias:g}")
    axes.set(xlabel="step", ylabel="memory", title="one node that is to remember the a at step 4")
    axes.legend()
    plt.show()

# %% [markdown]
# ### Task 7: the unrolled cell (6 points)
#
# *Unrolling* is what a loop over the steps is called when it builds one long computation, through which gradients flow back from the last step to the
# first. Write `unroll`: step after step through the cell, each output through the classifier. State comes in and goes out, so
# that the next batch can go on where this one stopped. Softmax is not applied yet; the loss wants logits.


# %% nbgrader={"grade_id": "unroll", "solution": true}
def unroll(weights, inputs, output, memory):
    """Runs the cell over several steps and classifies every output.

    Args:
        weights: a dict as initial_weights returns it.
        inputs: the characters of each step, a list of num_unrollings arrays (batch, 27), or one array
            (num_unrollings, batch, 27).
        output, memory: the state to start from, each (batch, num_nodes).

    Returns:
        (logits, output, memory): logits (num_unrollings, batch, 27), and the state after the last step.
    """
    ### BEGIN SOLUTION
    logits = []
    for step_inputs in inputs:
        output, memory = lstm_cell(weights, step_inputs, output, memory)
        logits.append(tf.matmul(output, weights["classifier_w"]) + weights["classifier_b"])
    return tf.stack(logits), output, memory
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_unroll", "grade": true}
check("unroll")

# %% [markdown]
# ## 6. Training
#
# One training step sees one batch. It computes the mean cross-entropy over all steps and rows, its gradient by every weight, and
# moves every weight a little against its gradient. Two precautions belong to the published experiment:
#
# **Clipping.** Gradients of recurrent networks sometimes explode. All gradients together are one long vector; its length is the **global norm**
# $\lVert g \rVert = \sqrt{\sum_k \sum_j g_{kj}^2}$. If it is above a limit, here 1.25, *all* gradients are multiplied by $1.25 / \lVert g \rVert$. The step gets
# shorter, its direction stays. Clipping each array by itself would change the direction.
#
# **A staircase of rates.** The learning rate is 10.0 for the first 5,000 steps, 1.0 for the next 5,000, then 0.1, and so on. A rate of
# 10 is enormous. It works here only *because* of the clipping: no step is ever longer than 12.5.
#
# ### Task 8: the clipped step of gradient descent (6 points)


# %% nbgrader={"grade_id": "sgd", "solution": true}
def learning_rate(step):
    """The rate at a step: 10.0 at first, and a tenth of what it was after every 5,000 steps.

    Args:
        step: how many steps have been done before, 0 or more.

    Returns:
        A float: 10.0 for steps 0 to 4,999, 1.0 for steps 5,000 to 9,999, 0.1 for the 5,000 after those, …
    """
    ### BEGIN SOLUTION
    return 10.0 * 0.1 ** (step // 5000)
    ### END SOLUTION


def clip_gradients(gradients, limit=1.25):
    """Makes the gradients shorter, all by one factor, if their global norm is above the limit.

    Args:
        gradients: a dict of arrays or tensors of any shapes, float32; not changed.
        limit: the largest norm allowed.

    Returns:
        A new dict with the same names: unchanged values where the global norm is at most the limit, otherwise each
        multiplied by limit / norm. All zeros stay all zeros.
    """
    ### BEGIN SOLUTION
    norm = tf.sqrt(sum(tf.reduce_sum(tf.square(gradient)) for gradient in gradients.values()))
    factor = limit / tf.maximum(norm, limit)
    return {name: gradient * factor for name, gradient in gradients.items()}
    ### END SOLUTION


def sgd_step(weights, gradients, rate):
    """Moves the weights against their clipped gradients.

    Args:
        weights: a dict of arrays or tensors, float32; not changed.
        gradients: a dict with the same names and shapes.
        rate: the learning rate, a float.

    Returns:
        A new dict: each weight minus rate times its gradient, the gradients clipped to a global norm of 1.25.
    """
    ### BEGIN SOLUTION
    clipped = clip_gradients(gradients)
    return {name: weights[name] - rate * clipped[name] for name in weights}
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sgd", "grade": true}
check("sgd")

# %% [markdown]
# ### Task 9: one training step (6 points)
#
# Write `training_step` with `tf.GradientTape`, which records what is computed while it is open. (It records what happens to variables by itself, to other tensors
# once they are `watch`ed; arrays become tensors by `tf.convert_to_tensor`. `tape.gradient(loss, weights)` takes a dict of tensors and gives a dict.)
#
# The state that comes in is the end of the batch before. Its *values* are used, but no gradient goes back through it: the tape has not
# seen how it was made. So the network learns from connections within `num_unrollings` characters only, even though its
# memory reaches further. This is called *truncated* back-propagation through time. Keep it in mind for the hypotheses below.


# %% nbgrader={"grade_id": "training_step", "solution": true}
def training_step(weights, batches, output, memory, rate):
    """One step of training, on one batch.

    Args:
        weights: a dict as initial_weights returns it, of arrays or tensors.
        batches: num_unrollings + 1 one-hot arrays (batch, 27) as BatchGenerator.next() returns them: all but the last are
            inputs, and the label of each is the one that follows it.
        output, memory: the state that the batch before ended with, each (batch, num_nodes).
        rate: the learning rate.

    Returns:
        (weights, output, memory, loss): the weights after one sgd_step; the state after the last input, computed with
        the old weights; and the old weights' mean cross-entropy over all steps and rows, a number.
    """
    ### BEGIN SOLUTION
    weights = {name: tf.convert_to_tensor(array) for name, array in weights.items()}
    with tf.GradientTape() as tape:
        tape.watch(weights)
        logits, output, memory = unroll(weights, batches[:-1], output, memory)
        losses = tf.nn.softmax_cross_entropy_with_logits(labels=tf.stack(batches[1:]), logits=logits)
        loss = tf.reduce_mean(losses)
    gradients = tape.gradient(loss, weights, unconnected_gradients="zero")
    return sgd_step(weights, gradients, rate), output, memory, loss
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_training_step", "grade": true}
check("training_step")

# %% [markdown]
# ## 7. Measuring, and writing
#
# ### Task 10: evaluate and write (4 points)
#
# A trained network can be used in two ways. It can be measured on a text that exists, and it can write one.
#
# Write `evaluate`: the state is set to zero **once**, at the beginning of the text. Then the text is read one character at a time, the state carried from
# each to the next, and every character but the first is predicted. (Reading it in pieces and setting the state to zero before each would measure a
# network that forgets at every border.)
#
# Write `write`: a text begins with a character drawn **at random**, each of the 27 equally likely, as in the published experiment. (A fixed first character
# would show one kind of beginning only: after a space, words. After a `q`, the network must show what it knows about `q`.) Or it begins with a `start` that
# somebody chose. From there on every character is drawn from the network's prediction by `sample_distribution`, and read by the network as its
# next input. The state is carried here, too: a prediction rests on all that was written before, the whole `start` included, not on the last character alone.


# %% nbgrader={"grade_id": "evaluate", "solution": true}
def evaluate(weights, text):
    """The perplexity of a network on a text.

    Args:
        weights: a dict as initial_weights returns it, of arrays or tensors.
        text: a string of at least two characters.

    Returns:
        A float: the perplexity of the predictions for all characters but the first, each made after reading all those before it,
        from a state of zeros before the first.
    """
    ### BEGIN SOLUTION
    characters = np.eye(27, dtype=np.float32)[[char2id(character) for character in text]]  # (len(text), 27)
    nothing = np.zeros((1, len(weights["input_b"])), np.float32)
    logits, _, _ = unroll(weights, characters[:-1, np.newaxis], nothing, nothing)
    return perplexity(tf.nn.softmax(logits[:, 0]), characters[1:])
    ### END SOLUTION


def write(weights, length, start=None, temperature=0.7):
    """Lets a network write a text.

    Args:
        weights: a dict as initial_weights returns it, of arrays or tensors.
        length: how many characters are drawn from the network's predictions, 0 or more.
        start: the text to go on from, a string of one or more of the 27 characters. If it is None, it is one character, drawn at
            random anew at every call, each of the 27 equally likely.
        temperature: as for sample_distribution.

    Returns:
        A string: the start, and after it length characters. Each is drawn by sample_distribution from the prediction
        made after reading all those before it, from a state of zeros before the first.
    """
    ### BEGIN SOLUTION
    text = id2char(np.random.randint(27)) if start is None else start
    output = memory = np.zeros((1, len(weights["input_b"])), np.float32)
    unread = text
    for _ in range(length):
        characters = np.eye(27, dtype=np.float32)[[char2id(character) for character in unread]]
        logits, output, memory = unroll(weights, characters[:, np.newaxis], output, memory)
        unread = id2char(int(sample_distribution(np.asarray(tf.nn.softmax(logits[-1])), temperature)[0]))
        text += unread
    return text
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_evaluate", "grade": true}
check("evaluate")

# %% [markdown]
# ### Task 11: the whole experiment (6 points)
#
# Now put the parts together. `run_experiment` starts from `initial_weights(num_nodes, seed)` and a state of zeros, takes `num_steps` batches of
# the training text, does one `training_step` on each at that step's `learning_rate`, carries the state from batch to batch, and measures the
# validation text at the end.
#
# `compiled_step` is your training step, compiled by TensorFlow into one piece the first time it meets a new size: that takes a second or two, and then it
# runs several times faster. Call it like `training_step`. (If you change anything above, run this cell again.)

# %% nbgrader={"grade_id": "run_experiment", "solution": true}
compiled_step = tf.function(training_step, autograph=False)


def run_experiment(batch_size, num_nodes, num_unrollings, num_steps, train_text, valid_text, seed=0):
    """Trains a network and measures it.

    Args:
        batch_size: rows of a batch.
        num_nodes: the cell's width.
        num_unrollings: how many characters the cell is unrolled over in a step.
        num_steps: how many training steps are done, 0 or more.
        train_text: the text to train on.
        valid_text: the text to measure on.
        seed: of the initial weights. Nothing else is random, so that the same seed gives the same figures.

    Returns:
        A dict:
            "valid_perplexity": the final weights' perplexity on valid_text, a float;
            "characters": how many characters were predicted in training (one a row, unrolling and step), an int;
            "losses": the training loss of every step, a list of num_steps floats;
            "weights": the final weights, a dict of NumPy arrays.
    """
    ### BEGIN SOLUTION
    weights = initial_weights(num_nodes, seed)
    generator = BatchGenerator(train_text, batch_size, num_unrollings)
    output = memory = np.zeros((batch_size, num_nodes), np.float32)
    losses = []
    for step in range(num_steps):
        weights, output, memory, loss = compiled_step(weights, generator.next(), output, memory, learning_rate(step))
        losses.append(float(loss))
    return {
        "valid_perplexity": evaluate(weights, valid_text),
        "characters": batch_size * num_unrollings * num_steps,
        "losses": losses,
        "weights": {name: np.asarray(array) for name, array in weights.items()},
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_run_experiment", "grade": true}
check("run_experiment")

# %% [markdown]
# A network learns to write. The curve starts near $\ln 27 \approx 3.3$. Look for what comes first: spaces, then short words, then word endings. The first character
# of each text was drawn at random, so it says nothing about the network; the rest does.

# %%
with when_written():
    figure, axes = plt.subplots(figsize=(8, 2.8))
    for steps in (0, 50, 300):
        run = run_experiment(32, 32, 10, steps, small_text, valid_text)
        print(f"{steps:4} steps, perplexity {run['valid_perplexity']:6.2f}: {write(run['weights'], 90)!r}")
    axes.plot(run["losses"], color="lightgray", label="every step")
    axes.plot(pd.Series(run["losses"]).rolling(20).mean(), color="tab:red", label="mean of 20 steps")
    axes.set(xlabel="step", ylabel="cross-entropy", title="32 nodes, batches of 32, 10 unrollings")
    axes.legend()
    plt.show()

# %% [markdown]
# ## 8. The sweeps
#
# ### Task 12: run a list of experiments (4 points)
#
# Write `sweep`. It calls `run` for every setting with every seed and keeps a row of each; `run` is your `run_experiment`, unless another
# function is handed in, as the checks do. Print a line for every run when it is done.


# %% nbgrader={"grade_id": "sweep", "solution": true}
def sweep(settings, seeds, train_text, valid_text, run=run_experiment):
    """Runs every setting with every seed, and prints its progress.

    Args:
        settings: a list of tuples (batch_size, num_nodes, num_unrollings, num_steps).
        seeds: a list of ints.
        train_text, valid_text: handed on to run.
        run: called as run(batch_size, num_nodes, num_unrollings, num_steps, train_text, valid_text, seed=seed), it
            returns a dict as run_experiment does.

    Returns:
        A DataFrame with one row a run, setting by setting and within each seed by seed; columns batch_size, num_nodes,
        num_unrollings, num_steps, seed, valid_perplexity and characters.
    """
    ### BEGIN SOLUTION
    rows = []
    for setting in settings:
        for seed in seeds:
            figures = run(*setting, train_text, valid_text, seed=seed)
            rows.append((*setting, seed, figures["valid_perplexity"], figures["characters"]))
            print(f"{len(rows)} of {len(settings) * len(seeds)}: {setting}, perplexity {figures['valid_perplexity']:.3f}")
    columns = ["batch_size", "num_nodes", "num_unrollings", "num_steps", "seed", "valid_perplexity", "characters"]
    return pd.DataFrame(rows, columns=columns)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sweep", "grade": true}
check("sweep")

# %% [markdown]
# Now the real thing, at the size of a laptop. The centre of everything is `BASE`: batches of 16, 16 nodes, 10 unrollings, 200 steps. Around it:
#
# - `GRID`: nodes × unrollings at 200 steps, for the surface;
# - `BATCHES` and `STEPS`: one of them changed, the rest as in `BASE`;
# - `EQUAL_CHARACTERS`: the **control**. More unrollings or a larger batch at equal steps also means *more text read*: a step sees
#   batch × unrollings characters. Who finds that 20 unrollings beat 1 has not shown that unrolling helps; perhaps reading twenty times as much helps.
#   Here every run reads 32,000 characters, and takes more or fewer steps for it;
# - `QUESTION_3`: two runs of the published table, 100 unrollings against 1, at 65 steps;
# - `BASE` again with four more seeds, to see how far chance alone moves the figure.
#
# The next cell runs your sweep **once** and saves the table to `sweep.csv`; from then on it reads that file. It takes one or two minutes. If you change
# something above and want to measure again, delete `sweep.csv` and run the cell again. The seed is drawn at that moment, so that
# nobody's table is like yours. When your work is graded, some of its rows, chosen at random, are run again by your own code.

# %% nbgrader={"grade_id": "measure", "locked": true}
BASE = (16, 16, 10, 200)
GRID = [(16, nodes, unrollings, 200) for nodes in (4, 8, 16, 32) for unrollings in (1, 4, 10, 20)]
BATCHES = [(4, 16, 10, 200), (64, 16, 10, 200)]
STEPS = [(16, 16, 10, 50), (16, 16, 10, 800)]
EQUAL_CHARACTERS = [(16, 16, 1, 2000), (16, 16, 4, 500), (16, 16, 20, 100), (4, 16, 10, 800), (64, 16, 10, 50)]
QUESTION_3 = [(64, 64, 100, 65), (64, 64, 1, 65)]


def home_sweep():
    run_experiment(2, 2, 2, 2, small_text, valid_text)  # a mistake shows here, not after half of the runs
    seed = secrets.randbelow(2**31 - 4)
    once = sweep(GRID + BATCHES + STEPS + EQUAL_CHARACTERS + QUESTION_3, [seed], small_text, valid_text)
    again = sweep([BASE], [seed + number for number in range(1, 5)], small_text, valid_text)
    made_of = {"data": text8.describe().source_name, "checksum": zlib.crc32((valid_text + small_text).encode())}
    return pd.concat([once, again], ignore_index=True).assign(**made_of)


frame = measured_at_home("sweep.csv", home_sweep)
frame

# %% [markdown]
# ## 9. Pictures
#
# ### Task 13: lines, a heatmap, a surface (6 points)
#
# Write four functions. `results_table` arranges rows as nodes × unrollings; the other three draw, and each returns its Axes, on which everything is
# labelled with the parameter's name. Lines first: where several runs share a value of the parameter (the seeds of `BASE`), the line
# goes through their mean. The parameters grow by factors from value to value, so the axis across is logarithmic.


# %% nbgrader={"grade_id": "pictures", "solution": true}
def results_table(frame):
    """Arranges runs as a table of perplexities.

    Args:
        frame: rows as sweep returns them, in any order; several may have the same nodes and unrollings.

    Returns:
        A DataFrame of floats: index num_nodes, columns num_unrollings, both ascending; each cell the mean valid_perplexity
        of its rows, nan where there is none.
    """
    ### BEGIN SOLUTION
    return frame.pivot_table(index="num_nodes", columns="num_unrollings", values="valid_perplexity")
    ### END SOLUTION


def plot_lines(frame, parameter):
    """Draws perplexity against one parameter.

    Args:
        frame: rows as sweep returns them, in any order.
        parameter: the name of the column across, such as "num_steps".

    Returns:
        The matplotlib Axes with one line: the values of the parameter across, ascending, on a logarithmic axis; the mean
        valid_perplexity of each value up. The axes are labelled with the parameter's name and "valid_perplexity".
    """
    ### BEGIN SOLUTION
    means = frame.groupby(parameter)["valid_perplexity"].mean()
    _, axes = plt.subplots()
    axes.plot(means.index, means, "o-")
    axes.set(xscale="log", xlabel=parameter, ylabel="valid_perplexity")
    return axes
    ### END SOLUTION


def plot_heatmap(table):
    """Draws a table as a heatmap.

    Args:
        table: a DataFrame as results_table returns it.

    Returns:
        The matplotlib Axes: num_nodes down (the first on top), num_unrollings across, each perplexity written into its cell to
        two decimals. The axes are labelled "num_nodes" and "num_unrollings".
    """
    ### BEGIN SOLUTION
    plt.figure()
    axes = sns.heatmap(table, annot=True, fmt=".2f")
    axes.set(xlabel="num_unrollings", ylabel="num_nodes")
    return axes
    ### END SOLUTION


def plot_surface(table):
    """Draws a table as a surface in space.

    Args:
        table: a DataFrame as results_table returns it, without holes.

    Returns:
        The matplotlib 3-D Axes with one surface: x the num_unrollings, y the num_nodes, z the perplexities, in their own
        units. The axes are labelled "num_unrollings", "num_nodes" and "valid_perplexity".
    """
    ### BEGIN SOLUTION
    axes = plt.figure().add_subplot(projection="3d")
    unrollings, nodes = np.meshgrid(table.columns, table.index)
    axes.plot_surface(unrollings, nodes, table.to_numpy(), cmap="viridis_r")
    axes.set(xlabel="num_unrollings", ylabel="num_nodes", zlabel="valid_perplexity")
    return axes
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_pictures", "grade": true}
check("pictures")

# %% [markdown]
# Your own sweeps. First each parameter alone, the rest as in `BASE`. The bar shows how far apart the five seeds of `BASE` lie: a
# difference smaller than that may be chance.


# %%
def with_ticks(axes, values):
    """Marks just these values on a logarithmic axis."""
    axes.set_xticks(values, [f"{value}" for value in values])
    axes.minorticks_off()
    return axes


def rows_of(settings):
    """Those rows of your table that have one of these settings."""
    keys = list(zip(frame["batch_size"], frame["num_nodes"], frame["num_unrollings"], frame["num_steps"]))
    return frame[[key in settings for key in keys]]


with when_written():
    if frame is not None:
        seeds = rows_of([BASE])["valid_perplexity"]
        for parameter, settings in [
            ("batch_size", [BASE, *BATCHES]),
            ("num_nodes", [setting for setting in GRID if setting[2] == 10]),
            ("num_unrollings", [setting for setting in GRID if setting[1] == 16]),
            ("num_steps", [BASE, *STEPS]),
        ]:
            axes = with_ticks(plot_lines(rows_of(settings), parameter), rows_of(settings)[parameter].unique())
            value = BASE[["batch_size", "num_nodes", "num_unrollings", "num_steps"].index(parameter)]
            axes.plot([value, value], [seeds.min(), seeds.max()], color="tab:red", linewidth=3, label="five seeds of BASE")
            axes.legend()
            plt.show()

# %% [markdown]
# Now the control. The gray line is the sweep at equal steps, the coloured one the sweep at equal characters. What is left of the effect of the
# unrollings, and what of the batch size?

# %%
with when_written():
    if frame is not None:
        for parameter, equal_steps, equal_characters in [
            ("num_unrollings", [s for s in GRID if s[1] == 16], [BASE] + EQUAL_CHARACTERS[:3]),
            ("batch_size", [BASE, *BATCHES], [BASE] + EQUAL_CHARACTERS[3:]),
        ]:
            axes = with_ticks(plot_lines(rows_of(equal_characters), parameter), rows_of(equal_steps)[parameter].unique())
            means = rows_of(equal_steps).groupby(parameter)["valid_perplexity"].mean()
            axes.plot(means.index, means, "o-", color="lightgray")
            axes.legend(["equal characters (32,000)", "equal steps (200)"], fontsize=8)
            plt.show()

# %% [markdown]
# And nodes × unrollings together, as a heatmap and as a surface. The published one looked like a "ski slope".

# %%
with when_written():
    if frame is not None:
        table = results_table(rows_of(GRID))
        plot_heatmap(table).set_title("my sweep: perplexity after 200 steps")
        plot_surface(table).view_init(elev=25, azim=40)
        plt.show()

# %% [markdown]
# ## 10. A model of your own
#
# ### Task 14: train longer, and hand the weights in (10 points)
#
# Write `train_longer`, which trains (64, 32, 10, `num_steps`): batches of 64, 32 nodes, 10 unrollings. The cell below it calls it **once** with 3,001 steps, as
# the published experiment did, which takes less than a minute, and saves everything to `weights.npz`. Most points of this task are given when your work is graded: the
# perplexity of your weights is computed anew, must be the one that you state, and must be as good as honest training makes it; and the table of Task 12
# must be whole and must come out again. (`evaluate_quickly` is there because 100,000 characters, one at a time, take a minute or two.)


# %% nbgrader={"grade_id": "train_longer", "solution": true}
def train_longer(train_text, valid_text, num_steps):
    """Trains one network from a seed that is drawn at the time.

    Args:
        train_text, valid_text: the texts.
        num_steps: how many steps.

    Returns:
        A dict: all the trained weights by their names, and "seed" (a whole number from 0 to 2**31 - 1, drawn at random anew at
        every call), "valid_perplexity" and "characters" of the run.
    """
    ### BEGIN SOLUTION
    seed = secrets.randbelow(2**31)
    run = run_experiment(64, 32, 10, num_steps, train_text, valid_text, seed=seed)
    return {**run["weights"], "seed": seed, "valid_perplexity": run["valid_perplexity"], "characters": run["characters"]}
    ### END SOLUTION


# %% nbgrader={"grade_id": "train", "locked": true}
compiled_unroll = tf.function(unroll, autograph=False)


def evaluate_quickly(weights, text):
    """Like evaluate, but 50 characters at a time in one compiled piece, the state carried over: for long texts."""
    output = memory = np.zeros((1, weights["input_h"].shape[0]), np.float32)
    predictions, labels = [], []
    for start in range(0, len(text) - 50, 50):
        characters = np.eye(27, dtype=np.float32)[[char2id(character) for character in text[start : start + 51]]]
        logits, output, memory = compiled_unroll(weights, list(characters[:-1, np.newaxis]), output, memory)
        predictions.append(tf.nn.softmax(logits[:, 0]))
        labels.append(characters[1:])
    return perplexity(np.concatenate(predictions), np.concatenate(labels))


def home_training():
    made = train_longer(train_text, valid_text, 3001)
    weights = {name: array for name, array in made.items() if np.ndim(array)}
    pieces = [evaluate_quickly(weights, long_text[start : start + 1001]) for start in range(0, 20_000, 1000)]
    return {**made, "piece_perplexities": pieces, "long_perplexity": evaluate_quickly(weights, long_text)}


trained = trained_at_home("weights.npz", home_training)

# %% nbgrader={"grade_id": "check_train_longer", "grade": true}
check("train_longer")

# %% [markdown]
# What has it learnt? And how exact is a perplexity that is measured on 1,000 characters? Below, the same weights are measured on twenty other pieces of
# 1,000 characters, and on all 100,000 of `long_text`. Weigh every difference in your table against the width of that cloud. (All runs of the table
# were measured on the *same* 1,000 characters, which makes them more comparable with each other than these pieces are. What it says about other text
# is as uncertain as the cloud is wide.)

# %%
with when_written():
    if trained is not None:
        weights = {name: array for name, array in trained.items() if np.ndim(array) and name != "piece_perplexities"}
        for temperature in (0.2, 0.7, 1.5):
            print(f"temperature {temperature}: {write(weights, 150, temperature=temperature)!r}")
        figure, axes = plt.subplots(figsize=(8, 1.8))
        axes.plot(trained["piece_perplexities"], np.zeros(20), "o", color="tab:gray", alpha=0.5, label="20 pieces of 1,000 characters")
        axes.axvline(trained["long_perplexity"], color="tab:blue", label="100,000 characters")
        axes.axvline(trained["valid_perplexity"], color="tab:red", label="the validation text")
        axes.set(xlabel="perplexity of the same weights", yticks=[])
        axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
        plt.show()

# %% [markdown]
# ## 11. What the figures say
#
# These are the figures that were published, one run each, measured on 1,000 characters. (The author calls the steps "epochs". They are not: an epoch is
# one reading of the whole text, and 3,001 steps of 64 × 10 characters read 1.9 million of 100 million, 2 % of an epoch.)

# %% nbgrader={"grade_id": "published", "locked": true}
published = pd.DataFrame(
    [
        (64, 64, 10, 3001, 4.675105314113517),
        (32, 64, 10, 3001, 4.913481800643745),
        (64, 32, 10, 3001, 5.748203599403953),
        (64, 64, 100, 65, 11.477824989981638),
        (64, 64, 1, 65, 13.85651774565771),
        (64, 12, 15, 3001, 7.328228938264665),
    ],
    columns=["batch_size", "num_nodes", "num_unrollings", "num_steps", "valid_perplexity"],
)
published

# %% [markdown]
# ### Task 15: read the tables (6 points)
#
# Fill in the dict, by hand or by code, from your own table `frame` and from `published`. A *setting* is a tuple `(batch_size, num_nodes, num_unrollings,
# num_steps)`, as in `GRID`.
#
# - `"best_of_grid"`: the setting in `GRID` with the lowest perplexity in your table (for `BASE` its lowest run or its mean, as you like);
# - `"seed_spread"`: the largest minus the smallest perplexity of the five runs of `BASE`;
# - `"best_unrollings_at_equal_steps"`: which of 1, 4, 10, 20 unrollings has the lowest perplexity in your table at 16 nodes, batches of 16 and 200 steps (take the
#   *mean* of the five runs for `BASE`);
# - `"best_unrollings_at_equal_characters"`: the same among the runs that read 32,000 characters with batches of 16: `BASE` (mean again) and the first three of
#   `EQUAL_CHARACTERS`;
# - `"published_characters"`: how many characters the published run (64, 64, 100, 65) was trained on, and how many (64, 64, 1, 65) was, as a tuple;
# - `"published_question_3"`: how many unrollings the *better* of those two published runs had: 100 or 1.

# %% nbgrader={"grade_id": "answers", "solution": true}
answers = {
    "best_of_grid": None,
    "seed_spread": None,
    "best_unrollings_at_equal_steps": None,
    "best_unrollings_at_equal_characters": None,
    "published_characters": None,
    "published_question_3": None,
}
### BEGIN SOLUTION
if frame is not None:
    keys = list(zip(frame["batch_size"], frame["num_nodes"], frame["num_unrollings"], frame["num_steps"]))
    runs = {key: [score for other, score in zip(keys, frame["valid_perplexity"]) if other == key] for key in keys}
    mean = {key: np.mean(scores) for key, scores in runs.items()}
    answers = {
        "best_of_grid": min(GRID, key=lambda setting: min(runs[setting])),
        "seed_spread": max(runs[BASE]) - min(runs[BASE]),
        "best_unrollings_at_equal_steps": min([s for s in GRID if s[1] == 16], key=mean.get)[2],
        "best_unrollings_at_equal_characters": min([BASE, *EQUAL_CHARACTERS[:3]], key=mean.get)[2],
        "published_characters": (416_000, 4_160),
        "published_question_3": 100,
    }
### END SOLUTION

# %% nbgrader={"grade_id": "check_answers", "grade": true}
check("answers")

# %% [markdown]
# ## 12. Verdicts
#
# The author of the published sweeps set out with four hypotheses and three questions. (His single values stand in `published`; his sweeps were published as plots
# only, and his words about them are given here.)
#
# ### Task 16: four hypotheses (8 points, graded by hand)
#
# For each hypothesis: your verdict, the figures that it rests on (your table, your pictures, `published`), and what those figures do *not* show. A
# difference counts only if it is larger than chance: `seed_spread` tells you how far seeds alone move a figure. About 60 words each.
#
# - **H1** More unrollings lower the perplexity. *(The author: yes, fading after about 15.)* What does your control at equal characters say?
# - **H2** More nodes, or larger batches, do **not** lower it. *(The author: wrong, both help, flattening near batches of 64 and 128 nodes.)* Is that so at equal characters, too?
# - **H3** More steps lower it. *(The author: yes, but the curve goes up and down.)* What could the ups and downs be?
# - **H4** The number of nodes must equal the batch size. *(The author: wrong.)* Which cells show it?

# %% [markdown] nbgrader={"grade_id": "hypotheses", "grade": true, "solution": true, "points": 8}
# ### BEGIN SOLUTION
# *(Figures of one run on text8; yours differ. The five seeds of `BASE` lie between 9.51 and 9.81, a spread of 0.30.)*
#
# **H1, more unrollings: yes at equal steps, but most of that is more text.** At 16 nodes and 200 steps I find 12.26, 11.08, 9.69 and 8.83 for 1, 4, 10 and 20
# unrollings; each difference is far larger than the spread. But 20 unrollings read twenty times as many characters as 1. At equal characters the order is
# another one: 11.18, **9.15**, 9.69 and 10.29. From 1 to 4 there is a real gain: with one unrolling no gradient reaches the recurrent weights through an earlier step. Beyond that
# more text per step buys less than more steps do. The author had no such control; his "fading after 15" may come from the text as well.
#
# **H2, nodes or batches do not help: wrong at equal steps; for batches it depends.** 4 to 32 nodes: 10.85, 10.03, 9.69, 9.05 at 10 unrollings, and the text read is the same, so
# this effect is one of the nodes. Published: 5.75 at 32 nodes, 4.68 at 64. Batches of 4, 16, 64 give 11.69, 9.69, 8.39 at equal steps; at equal characters 10.85, 9.69, 12.39: the
# large batch had only 50 steps. Neither "helps" nor "does not" is right without saying what is kept equal.
#
# **H3, more steps: yes.** 12.45, 9.69, 7.62 at 50, 200, 800 steps. The author's ups and downs between neighbouring points are of the size of my seed spread; every point of
# his was one run, from its own random weights, measured on 1,000 characters, with steps of a rate of 10. My three points cannot show them; five seeds a point would tell.
#
# **H4, nodes equal batch size: wrong.** (4, 16, …), (64, 16, …) and (16, 32, …) all ran, and (16, 32, 10, 200) is better than (16, 16, 10, 200): 9.05 against 9.69. Published, too: (32, 64) 4.91
# and (64, 32) 5.75. The batch is the number of rows, the nodes are the width of each; no formula ties them.
# ### END SOLUTION

# %% [markdown]
# ### Task 17: three questions (4 points, graded by hand)
#
# About 50 words each.
#
# - **Q1** What does the surface of nodes × unrollings look like? The author called it a ski slope. Which direction is steep, which is flat, and where does it turn?
# - **Q2** Can there be more unrollings than nodes? *(The author: yes.)* What have the two to do with each other? Name a cell.
# - **Q3** Can there be more unrollings than steps? The author ran 100 unrollings at 65 steps, compared it with 1 unrolling at 65 steps, and wrote that it is possible and *slightly
#   worse*. Compare his sentence with his figures, and with your two runs. And is it a fair comparison: what else differs between the two runs?

# %% [markdown] nbgrader={"grade_id": "questions", "grade": true, "solution": true, "points": 4}
# ### BEGIN SOLUTION
# **Q1.** High along one unrolling (12.2 to 13.7 whatever the width), then falling to both sides: steep from 1 to 4 unrollings, gentler to 20, and more so for wide cells: at 4 nodes 20 unrollings gain
# only 0.36 over 10. Flat along the nodes at 1 unrolling: 12.26 at 16, 12.25 at 32. So a ski slope, but part of its steepness is the text read, which grows along one axis only. 32 nodes at 20 unrollings
# (9.28) stands above 16 nodes (8.83): less than two seeds' spread, so I would not call it a turn.
#
# **Q2.** Yes: (16, 4, 20, 200) has 20 unrollings and 4 nodes and gives 10.50, better than 10 unrollings with 10.85. Unrollings are how far back gradients go, nodes how many numbers are remembered. Published:
# (64, 12, 15, 3001).
#
# **Q3.** Possible, yes. But his figures say the opposite of "slightly worse": 11.48 with 100 unrollings, 13.86 with 1, and lower is better. Mine agree: 11.64 against 16.78, a difference that no seed makes. Fair it is not: 100
# unrollings read 416,000 characters, 1 unrolling 4,160. At equal characters the one-unrolling run would have had 6,500 steps.
# ### END SOLUTION
