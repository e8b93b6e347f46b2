# %% [markdown]
# # How wide, how fast? A sweep over an LSTM on MNIST
#
# In this assignment you teach a recurrent network to read handwritten digits, not once but eighteen times: with three
# numbers of hidden units and six learning rates. At the end you have a table of test accuracies, a heatmap of it, and an
# explanation of every corner of it. The code is short. The reading of the table is what you are here for: some of its
# cells look like bad luck, others like overfitting. Are they?
#
# You write seven functions, answer a few short questions about your own table, and interpret it in your own words.
# Plan about three hours; the computer needs two or three minutes of it.
#
# - Replace each `raise NotImplementedError(…)` by your code and run the cell. Names, arguments and results must be as the
#   docstring says; how you get there is up to you.
# - The cell below each task checks it at once and says what it found. More checks, on other inputs, run when your work is
#   graded.
# - Cells that use your functions wait until those are written, so the notebook runs from top to bottom at any time.
# - Hand in this notebook **and** `sweep.csv`, which Task 5 saves beside it.

# %% nbgrader={"grade_id": "setup", "locked": true}
import logging
import math
import os
import secrets

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from autograder.checks import check, measured_at_home, quiet, when_written
from datasets import mnist

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with quiet():  # without TensorFlow's log lines about this machine
    import keras

logging.getLogger("tensorflow").setLevel(logging.ERROR)  # and its advice on speed, which many small models call forth

# %% [markdown]
# ## 1. An image as a sequence
#
# A recurrent network reads a sequence step by step and keeps a memory of what it has read. An image is no sequence, but it
# can be read like one: row by row, from the top down, the way a scanner does. A digit of 28 × 28 pixels becomes
# **28 time steps with 28 features each**. The network never sees the digit as a whole. It sees the first row, then the
# second, and when the last row has gone by it must know from memory which digit it was.
#
# Why rows and not single pixels? 784 steps of one pixel would be the same information, but the path that an error has to
# travel back in time would be 28 times as long, and so would the chain of steps that have to be computed one after the
# other. Rows are a good compromise.
#
# `mnist.load_data()` gives you the digits as Keras does: `(x_train, y_train), (x_test, y_test)`, images as whole numbers
# from 0 to 255 (`uint8`), labels from 0 to 9. The first call downloads 11 MB; without a network you get a sample of 5,000
# digits, which says so. A network starts with small weights, which suit inputs of about the size of one, and 255 would
# drive every gate of the LSTM to its end at once.
#
# ### Task 1: load the digits as rows (6 points)
#
# Write `load_rows()`: call `mnist.load_data()` and bring the images to `float32` between 0 (black) and 1 (white). Keep all
# images in their order, keep the labels as they are, and return both pairs.

# %% nbgrader={"grade_id": "load_rows", "solution": true}
def load_rows():
    """Loads MNIST, each image as 28 time steps (its rows) of 28 features (the pixels of a row).

    Returns:
        (x_train, y_train), (x_test, y_test):
            images of shape (n, 28, 28), float32, from 0 to 1;
            labels of shape (n,), integers from 0 to 9.
    """
    ### BEGIN SOLUTION
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    x_train = x_train.astype("float32") / 255
    x_test = x_test.astype("float32") / 255
    return (x_train, y_train), (x_test, y_test)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_load_rows", "grade": true}
check("load_rows")

# %% [markdown]
# Look at one digit the way the network will: not as a picture, but as rows that come one after the other.

# %%
with when_written():
    (x_train, y_train), (x_test, y_test) = load_rows()
    steps = [4, 8, 12, 16, 20, 24]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.5))
    left.imshow(x_train[0], cmap="gray_r", vmin=0, vmax=1)
    left.hlines(steps, -0.5, 27.5, colors="tab:red", linewidth=0.7)
    left.set(title=f"a {y_train[0]} as we see it", xlabel="feature (column)", ylabel="time step (row)")
    for step in steps:
        right.plot(x_train[0][step] - 1.2 * step / 4, drawstyle="steps-mid", color="tab:red")
    right.set(title="six of the 28 rows that the LSTM sees", xlabel="feature (column)", yticks=[-1.2 * s / 4 for s in steps], yticklabels=steps)
    right.set_ylabel("time step")
    plt.show()

# %% [markdown]
# ## 2. The network
#
# At every row $x_t$ (28 numbers) the LSTM updates its output $h_t$ and its memory $c_t$, both of as many numbers as it has
# **units**, $H$. Three gates, each between 0 and 1, decide what to let in, what to keep and what to show:
#
# $$i_t, f_t, o_t = \sigma(\ldots), \qquad g_t = \tanh(\ldots), \qquad c_t = f_t \odot c_{t-1} + i_t \odot g_t, \qquad h_t = o_t \odot \tanh(c_t)$$
#
# Each $(\ldots)$ is $x_t W + h_{t-1} U + b$ with weights of its own. Only the output after the last row, $h_{28}$, goes on
# to a `Dense` layer with ten outputs, one a digit, and softmax makes probabilities of them:
#
# | stage | shape |
# | --- | --- |
# | a batch of images | (batch, 28 steps, 28 features) |
# | LSTM, output after the last step | (batch, units) |
# | Dense with softmax | (batch, 10) |
#
# The more units, the more the network can remember and the more weights there are to be trained.
#
# ### Task 2: build and compile the network (12 points)
#
# Write `build_model(units, learning_rate)`. Compile the model with Adam at the given learning rate, with the cross-entropy
# between its answers and the integer labels as the loss (Keras calls it *sparse categorical*), and with accuracy as a metric. Every call
# must return a new model that has nothing in common with earlier ones: in the sweep, a cell must not go on where another
# one stopped. Whether you use `Sequential`, the functional way or a subclass is up to you.

# %% nbgrader={"grade_id": "build_model", "solution": true}
def build_model(units, learning_rate):
    """Builds and compiles a new network: one LSTM over the rows, its last output into ten probabilities.

    Args:
        units: how many hidden units the LSTM has, an int.
        learning_rate: Adam's learning rate, a float.

    Returns:
        A compiled Keras model from images (batch, 28, 28) to probabilities (batch, 10). Its loss is the cross-entropy
        with integer labels, and it reports accuracy.
    """
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.LSTM(units),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_build_model", "grade": true}
check("build_model")

# %% [markdown]
# An untrained network knows nothing. It should say so: about a tenth for each digit, and a loss near
# $\ln 10 \approx 2.303$, which is what guessing costs. Keep that number in mind, you will meet it in the table.

# %%
with when_written():
    _, (x_test, y_test) = load_rows()
    model = build_model(32, 0.001)
    probabilities = model.predict(x_test[:500], verbose=0)
    print("mean probability of each digit:", probabilities.mean(axis=0).round(3))
    print("loss before training:", round(float(-np.log(probabilities[np.arange(500), y_test[:500]]).mean()), 3))

# %% [markdown]
# ## 3. How large is it?
#
# Before one trains a network it is good to know how many numbers are to be trained. The LSTM has four blocks: the input
# gate, the forget gate, the output gate and the candidate $g_t$. Each block has weights from the 28 features to the units,
# weights from the units' previous outputs to the units, and one bias a unit. The output layer has weights from the units
# to ten outputs, and ten biases.
#
# ### Task 3: count the parameters by formula (6 points)
#
# Write `count_parameters(units)`: the number of trainable parameters of the network of Task 2, by arithmetic alone. Build
# no model: the formula must be right for a network that no computer could hold.

# %% nbgrader={"grade_id": "count_parameters", "solution": true}
def count_parameters(units):
    """Counts the trainable parameters of build_model(units, …) without building it.

    Args:
        units: how many hidden units the LSTM has, an int of any size.

    Returns:
        The number of weights and biases of LSTM(units) on 28 features and Dense(10), an int, exact.
    """
    ### BEGIN SOLUTION
    one_block = 28 * units + units * units + units
    output_layer = units * 10 + 10
    return 4 * one_block + output_layer
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_count_parameters", "grade": true}
check("count_parameters")

# %% [markdown]
# Compare with Keras, and see how the count grows: doubling a wide LSTM makes it nearly four times as large. The largest
# network of the published table below has more than a thousand parameters for every one of the 60,000 training images.

# %%
with when_written():
    print("Keras counts", build_model(16, 0.001).count_params(), "parameters at 16 units")
    for width in (16, 32, 64, 128, 1024, 4096):
        print(f"{width:5} units: {count_parameters(width):12,} parameters")

# %% [markdown]
# ## 4. One cell of the table
#
# Training means: compute the loss of a batch of images, compute in which direction each weight would have to move to make
# the loss smaller, and move it a little. How far it moves is what the **learning rate** says. Adam scales every weight's
# gradient by its recent size, so that each step moves a weight by *about the learning rate itself*, whatever the size of
# the gradient. That makes the six learning rates easy to picture, since useful weights are of the order of 0.1 to 1:
#
# - at 0.00001 a weight can move by 0.005 in 500 steps. What can such a network have learnt?
# - at 1.0 a weight may be thrown from 0 to 1 and back by two batches. What can such a network have kept?
#
# ### Task 4: train and measure one cell (12 points)
#
# Write `run_cell`: set the seed with `keras.utils.set_random_seed`, build a new model, train it on the training part of
# `data` with the given budget, and measure it **after** the training: accuracy and loss on the training part, accuracy on
# the test part. (`fit` also reports a training accuracy, but that is an average over an epoch in which the weights were
# still changing. `model.evaluate(…, return_dict=True)` measures the final weights.) The same seed must give the same
# figures, and the data must be left as they are.

# %% nbgrader={"grade_id": "run_cell", "solution": true}
def run_cell(units, learning_rate, data, epochs=1, batch_size=128, seed=0):
    """Trains a new network and measures it.

    Args:
        units: how many hidden units the LSTM has.
        learning_rate: Adam's learning rate.
        data: (x_train, y_train), (x_test, y_test), as load_rows returns them.
        epochs: how many times the training images are gone through.
        batch_size: how many images one step of the training takes.
        seed: of the initial weights and the order of the images; the same seed gives the same figures.

    Returns:
        A dict of three floats, all measured after the training:
            "train_accuracy": the share of training images answered right, from 0 to 1;
            "test_accuracy": the share of test images answered right, from 0 to 1;
            "train_loss": the mean cross-entropy of the training images.
    """
    ### BEGIN SOLUTION
    (x_train, y_train), (x_test, y_test) = data
    keras.utils.set_random_seed(seed)
    model = build_model(units, learning_rate)
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    on_training_images = model.evaluate(x_train, y_train, batch_size=1000, verbose=0, return_dict=True)
    on_test_images = model.evaluate(x_test, y_test, batch_size=1000, verbose=0, return_dict=True)
    return {
        "train_accuracy": float(on_training_images["accuracy"]),
        "test_accuracy": float(on_test_images["accuracy"]),
        "train_loss": float(on_training_images["loss"]),
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_run_cell", "grade": true}
check("run_cell")

# %% [markdown]
# A first try on 1,280 images, which is only ten steps. Do not expect much: then change the rate or the number of epochs
# and see what helps.

# %%
with when_written():
    (x_train, y_train), (x_test, y_test) = load_rows()
    few = (x_train[:1280], y_train[:1280]), (x_test[:500], y_test[:500])
    print(run_cell(16, 0.01, few))

# %% [markdown]
# ## 5. The whole grid
#
# A sweep is a loop over all pairs, and its result is a **tidy** table: one row a cell, one column a quantity. What makes a
# sweep trustworthy is how it treats the cells that go wrong. A cell may run out of memory, or end in a loss that is no
# number any more. Both are results. A sweep that drops them shows a better world than there is, and one that stops at
# them shows none. So every cell keeps its row, and a column `status` says how it ended:
#
# | status | when | figures |
# | --- | --- | --- |
# | `"ok"` | `run` returned, and the training loss is a finite number | as returned |
# | `"diverged"` | `run` returned, and the training loss is nan or infinite | as returned |
# | `"failed"` | `run` raised an exception | all three nan |
#
# ### Task 5: run the whole grid (10 points)
#
# Write `sweep`. It calls `run(width, rate, data, **budget)` for every pair of a width out of `units` and a rate out of
# `learning_rates`; `run` is your `run_cell`, unless another function is handed in, as the checks do. Print a line for every
# cell when it is done: a program that is silent for minutes looks dead.

# %% nbgrader={"grade_id": "sweep", "solution": true}
def sweep(units, learning_rates, data, run=run_cell, **budget):
    """Runs every pair of a width and a learning rate, and prints its progress.

    Args:
        units: the widths, a list of ints.
        learning_rates: a list of floats.
        data: handed on to run.
        run: the function that trains and measures one cell: called as run(width, rate, data, **budget), it returns a
            dict with train_accuracy, test_accuracy and train_loss.
        **budget: whatever else run is to be called with, such as epochs=2 or seed=1.

    Returns:
        A DataFrame with one row for every pair, and the columns units, learning_rate, train_accuracy, test_accuracy,
        train_loss and status ("ok", "diverged" or "failed").
    """
    ### BEGIN SOLUTION
    cells = [(width, rate) for width in units for rate in learning_rates]
    rows = []
    for width, rate in cells:
        try:
            figures = run(width, rate, data, **budget)
            status = "ok" if math.isfinite(figures["train_loss"]) else "diverged"
        except Exception as error:
            figures = {"train_accuracy": math.nan, "test_accuracy": math.nan, "train_loss": math.nan}
            status = "failed"
            print(f"{type(error).__name__}: {error}")
        rows.append({"units": width, "learning_rate": rate, **figures, "status": status})
        print(f"{len(rows):2} of {len(cells)}: {width} units, rate {rate:g}: {status}, {figures['test_accuracy']:.4f}")
    return pd.DataFrame(rows)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sweep", "grade": true}
check("sweep")

# %% [markdown]
# Now the real thing. The next cell runs your sweep **once**, on 10,000 training images and all test images (4,000 and 1,000
# where you have the sample), and saves the table to `sweep.csv`; from then on it reads that file. It takes about a minute. If
# you change something above and want to measure again, delete `sweep.csv` and run the cell again.
#
# Two columns are added, without which a table of measurements is worth little. `data` says which digits it was made from; you
# will need that in Task 8. `seed` makes it repeatable: it is drawn at random when your sweep starts, so nobody else's table
# has the same figures as yours, and with it anybody can make your figures again. That is what happens when your work is
# graded: your own `run_cell` trains one of the small cells once more, with your seed. So if you change `build_model` or
# `run_cell` later on, make a new table.

# %% nbgrader={"grade_id": "measure", "locked": true}
WIDTHS = [16, 32, 64]
RATES = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0]


def home_sweep():
    (x_train, y_train), (x_test, y_test) = load_rows()
    run_cell(2, 0.01, ((x_train[:8], y_train[:8]), (x_test[:8], y_test[:8])))  # a mistake shows here, not in 18 failed cells
    seed = secrets.randbelow(2**31)
    table = sweep(WIDTHS, RATES, ((x_train[:10_000], y_train[:10_000]), (x_test, y_test)), run=run_cell, seed=seed)
    return table.assign(seed=seed, data=mnist.describe().source_name)


frame = measured_at_home("sweep.csv", home_sweep)
frame

# %% [markdown]
# ## 6. From rows to a table
#
# One row a cell is the right form to compute with. To be read by people, the same figures belong in a table with the
# widths down and the learning rates across.
#
# ### Task 6: arrange the table (6 points)
#
# Write `results_table(frame)`: the test accuracies, the widths as the index in ascending order, the learning rates as the
# columns in ascending order, both as numbers. The rows of `frame` may come in any order. A cell that failed or is missing
# is `nan`; a width or a rate all of whose cells failed still has its row or column.

# %% nbgrader={"grade_id": "results_table", "solution": true}
def results_table(frame):
    """Arranges a sweep's rows as a table of test accuracies.

    Args:
        frame: a DataFrame as sweep returns it, its rows in any order; each cell stands there at most once.

    Returns:
        A DataFrame of floats: index the units, columns the learning rates, both ascending; nan where a cell failed or is
        missing.
    """
    ### BEGIN SOLUTION
    return frame.pivot(index="units", columns="learning_rate", values="test_accuracy")
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_results_table", "grade": true}
check("results_table")

# %%
with when_written():
    if frame is not None:
        display(results_table(frame).round(4))

# %% [markdown]
# ## 7. From a table to a picture
#
# ### Task 7: draw the heatmap (6 points)
#
# Write `plot_heatmap(table)` with `seaborn.heatmap`: the table as it is (first width on top, smallest rate on the left), each accuracy written into its
# cell with at least two decimals, axes labelled with what they are (units, learning rate), and a colour scale that runs from 0 to 1 for every
# table: only then does one colour mean one accuracy, and two heatmaps can be compared. Return the Axes.

# %% nbgrader={"grade_id": "plot_heatmap", "solution": true}
def plot_heatmap(table):
    """Draws a table of accuracies.

    Args:
        table: a DataFrame as results_table returns it; a missing figure is nan and stays empty.

    Returns:
        The matplotlib Axes: an annotated heatmap, units down, learning rates across, colours from 0 to 1.
    """
    ### BEGIN SOLUTION
    _, axes = plt.subplots(figsize=(8, 0.5 * len(table) + 1.5))
    # seaborn labels the axes by the names of the table's index and columns
    return sns.heatmap(table, annot=True, fmt=".4f", vmin=0, vmax=1, cmap="viridis", ax=axes)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_plot_heatmap", "grade": true}
check("plot_heatmap")

# %% [markdown]
# First your own table. Below it, one that was published: a course whose exercise this is, and whose author let the widths
# go up to 4,096 units. The budget was not published; one epoch of all 60,000 training images in batches of 128 comes closest
# to its figures.

# %%
with when_written():
    if frame is not None:
        axes = plot_heatmap(results_table(frame))
        axes.set_title("my sweep: test accuracy")
        plt.show()

# %%
published = pd.DataFrame(
    [
        [0.1789, 0.2042, 0.7562, 0.9319, 0.8426, 0.0974],
        [0.0992, 0.4726, 0.8950, 0.9520, 0.7996, 0.1140],
        [0.1570, 0.6923, 0.9425, 0.9663, 0.9047, 0.1010],
        [0.3100, 0.8150, 0.9461, 0.9567, 0.4604, 0.0980],
        [0.4777, 0.8691, 0.9649, 0.9631, 0.1028, 0.2281],
        [0.6151, 0.8814, 0.9496, 0.7684, 0.0958, 0.0958],
        [0.7500, 0.9195, 0.9600, 0.1028, 0.1135, 0.1010],
        [0.8126, 0.9136, 0.9430, 0.0892, 0.1135, 0.1009],
        [0.8228, 0.8979, 0.9560, 0.0958, 0.0974, 0.0974],
    ],
    index=pd.Index([16, 32, 64, 128, 256, 512, 1024, 2048, 4096], name="units"),
    columns=pd.Index(RATES, name="learning_rate"),
)
with when_written():
    axes = plot_heatmap(published)
    axes.set_title("the published sweep: test accuracy")
    plt.show()

# %% [markdown]
# ## 8. What the table says
#
# Look at the right-hand side of the published table. 0.0974 stands there three times, 0.1135 twice, 0.0958 three times.
# Networks of different widths, trained at different rates from different initial weights, agree to four digits. That is no
# chance. What would a network have to answer to score exactly 0.0974?
#
# The next cell lists what share of the test images each digit has, for the test set that your table was made on.

# %% nbgrader={"grade_id": "digit_shares", "locked": true}
TEST_COUNTS = {
    "mnist": [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    "mnist-sample": [102, 103, 100, 109, 91, 106, 105, 92, 94, 98],
}


def digit_shares(frame):
    """What share of the test images shows each digit, in the test set that the table was made on: {digit: share}."""
    counts = TEST_COUNTS[frame["data"].iloc[0]]
    return {digit: count / sum(counts) for digit, count in enumerate(counts)}


if frame is not None:
    print(digit_shares(frame))

# %% [markdown]
# A network has **collapsed** when it gives one and the same answer to every image. Here is one: trained with your functions
# at a learning rate of 1.0. The bars show what it answers to a thousand test images.

# %%
with when_written():
    (x_train, y_train), (x_test, y_test) = load_rows()
    keras.utils.set_random_seed(1)
    figure, panels = plt.subplots(1, 2, figsize=(10, 2.8), sharey=True)
    for panel, rate in zip(panels, (0.01, 1.0)):
        model = build_model(32, rate)
        model.fit(x_train[:2560], y_train[:2560], batch_size=64, verbose=0)
        answered = model.predict(x_test[:1000], verbose=0, batch_size=500).argmax(axis=1)
        panel.bar(range(10), np.bincount(answered, minlength=10))
        panel.set(title=f"learning rate {rate:g}", xlabel="answer", xticks=range(10))
    panels[0].set_ylabel("test images")
    plt.show()

# %% [markdown]
# ### Task 8: read your own table (12 points)
#
# Answer from your own table, `frame`, or `results_table(frame)`. Fill in the dict, by hand or by code:
#
# - `"best_cell"`: the cell with the highest test accuracy, as `(units, learning_rate)`;
# - `"best_rate_per_width"`: for every width the learning rate with the highest test accuracy, as `{16: …, 32: …, 64: …}`;
# - `"collapsed"`: every cell whose test accuracy is exactly (to a millionth) the share of one digit among the test images,
#   with that digit, as `{(units, learning_rate): digit, …}`; an empty dict if there is none. Take the figures from `frame`,
#   which are not rounded.
#
# Half of these points are for the table itself: that it is whole, that it is your own, and that your functions and your seed
# give it again. A table with bad luck in it is as good as any other.

# %% nbgrader={"grade_id": "answers", "solution": true}
answers = {"best_cell": None, "best_rate_per_width": None, "collapsed": None}
### BEGIN SOLUTION
if frame is not None:
    by_cell = {(row.units, row.learning_rate): row.test_accuracy for row in frame.itertuples()}
    answers = {
        "best_cell": max(by_cell, key=by_cell.get),
        "best_rate_per_width": {width: max(RATES, key=lambda rate: by_cell[width, rate]) for width in WIDTHS},
        "collapsed": {
            cell: digit
            for cell, score in by_cell.items()
            for digit, share in digit_shares(frame).items()
            if abs(score - share) < 1e-6
        },
    }
### END SOLUTION

# %% nbgrader={"grade_id": "check_answers", "grade": true}
check("answers")

# %% [markdown]
# ## 9. What it means
#
# A network that **overfits** has learnt its training images by heart: it is right about them and wrong about others. So
# overfitting cannot be seen in a table of test accuracies. It shows only where both accuracies are known, as a gap between
# them. The next cell draws your own table in this way: one point a cell, training accuracy across, test accuracy up. On the
# diagonal the network is as good on new images as on those that it was trained on. Where would overfitting be?

# %%
if frame is not None:
    figure, axes = plt.subplots(figsize=(5, 4.5))
    axes.plot([0, 1], [0, 1], color="lightgray", zorder=0)
    rates = frame["learning_rate"].map("{:g}".format)
    sns.scatterplot(x=frame["train_accuracy"], y=frame["test_accuracy"], hue=rates, size=frame["units"], sizes=(30, 120), ax=axes)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="training accuracy", ylabel="test accuracy")
    axes.legend(fontsize=7)
    plt.show()

# %% [markdown]
# ### Task 9: interpret the sweep (10 points, graded by hand)
#
# Write about 300 words, with figures from your own table, on these five points:
#
# 1. **The left side.** What happens at the smallest learning rates, and why does a wider network get further there?
# 2. **The right side.** What happens at the largest rates? The author of the published table called its cells of about
#    0.1 overfitting. Do your training accuracies and the picture above agree? What are those figures?
# 3. **The best rate.** How does it change as the network grows, in your table and above all in the published one? Why
#    might that be, when every weight moves by about the learning rate at each step?
# 4. **Yours and the published one.** Where do the two differ, and which differences in the experiment could explain it?
# 5. **Doubt.** Which conclusion would you not yet draw from these figures, and which further run would settle it?

# %% [markdown] nbgrader={"grade_id": "interpretation", "grade": true, "solution": true, "points": 10}
# ### BEGIN SOLUTION
# *(Figures of one run; yours differ, on the right altogether.)*
#
# **1. The left side** is under-training. At 1e-5 my cells reach 0.07 to 0.12, and their training accuracies are as low (0.07 to
# 0.12): these networks have not failed to generalise, they have not learnt. 10,000 images in batches of 128 are 79 steps, and
# since a step of Adam moves a weight by about the learning rate, no weight has moved by more than 0.0008. At 1e-4 the accuracy
# rises with the width, from 0.166 (16 units) to 0.263 (64 units): every output is a sum over all units, so many small moves
# add up. The published first column shows the same, 0.18 at 16 units and 0.82 at 4,096.
#
# **2. The right side** is divergence. At 1.0 every step throws every weight by about one; the gates are driven to their ends,
# where gradients vanish, and the network says the same digit to everything. My cells at 32 and 64 units have 0.0980 and
# 0.1028: the shares of zeros and of sevens. The published 0.0974 is 974 eights in 10,000. This is not overfitting: an
# overfitted network is right about its training images, and here training accuracy is as low (0.100 and 0.107). In the
# picture all my points lie on the diagonal.
#
# **3. The best rate** falls as the network grows. In the published table it is 0.01 up to 128 units and 0.001 from 256 on; networks
# collapse at 0.1 from 256 units on and at 0.01 from 1,024 on. In my table it is 0.1 at 16 units and 0.01 at 32 and 64, the same
# direction. What a unit receives is a sum over all units of the step before; if every weight moves by the rate, the sum moves by
# up to the rate times the width. The wider the network, the smaller the step that it bears.
#
# **4. Mine and the published one.** Mine is lower on the left and in the middle: 64 units at 0.001 reach 0.576 against
# 0.9425. Mine had 79 steps; 60,000 images would have given 469. On the right both are near 0.1, but with other digits: the
# digit that a network falls into depends on its seed.
#
# **5. Doubt.** Each cell is one run. At 64 units 0.843 and at 32 units 0.820 (both at rate 0.01) are too close to be ranked: five
# seeds of both cells would show whether the difference is larger than the spread. And the best rate after 79 steps need not be the
# best after ten epochs, in which small rates catch up: a run with `epochs=10` would tell.
# ### END SOLUTION
