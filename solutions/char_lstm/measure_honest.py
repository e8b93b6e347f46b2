"""How honest runs of the home experiments come out: what the hidden checks of Task 14 measure a handed-in table by.

    COURSE_DATA_DIR=folder nice -n 15 python -m solutions.char_lstm.measure_honest --seeds 52

trains every setting of the home sweep, and the long run, with that many seeds on text8 and on the pydoc text (one process, one
thread; about 40 minutes of a core), adds a line a run to the file, and can be stopped and started again. With --report it only
reads the file and writes honest_spread.csv: for each setting the lowest and highest honest perplexity, and the limits, which lie
further out by five standard deviations of the logarithm. It also says how many runs would be refused by limits made from the
other half of the runs alone.
"""

import argparse
import csv
import os
import secrets
from pathlib import Path

import numpy as np
import pandas as pd

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf

from autograder.checks.specification import load_specification

HERE = Path(__file__).parent
SETTINGS = ["batch_size", "num_nodes", "num_unrollings", "num_steps"]
COLUMNS = ["data", *SETTINGS, "seed", "perplexity", "held_back"]
FIGURES = {"valid": "perplexity", "held back": "held_back"}
GATES = ("input", "forget", "output", "update")


def texts():
    """The two texts: {name: text}. The beginning of text8 is that of its prefix."""
    from datasets import pydoc_text, text8

    found = {"pydoc-text": pydoc_text.load_text()}
    text = text8.load_text()
    if text8.describe().source_name != "pydoc-text":
        found["text8"] = text
    return found


def unroll(weights, inputs, output, memory):
    logits = []
    for characters in inputs:
        i, f, o, u = (characters @ weights[f"{g}_x"] + output @ weights[f"{g}_h"] + weights[f"{g}_b"] for g in GATES)
        memory = tf.sigmoid(f) * memory + tf.sigmoid(i) * tf.tanh(u)
        output = tf.sigmoid(o) * tf.tanh(memory)
        logits.append(output @ weights["classifier_w"] + weights["classifier_b"])
    return tf.stack(logits), output, memory


def training_step(weights, batches, output, memory, rate):
    with tf.GradientTape() as tape:
        tape.watch(weights)
        logits, output, memory = unroll(weights, tf.unstack(batches[:-1]), output, memory)
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=batches[1:], logits=logits))
    gradients = tape.gradient(loss, weights)
    factor = 1.25 / tf.maximum(tf.linalg.global_norm(list(gradients.values())), 1.25)
    return {name: weights[name] - rate * factor * gradients[name] for name in weights}, output, memory


compiled_step = tf.function(training_step, autograph=False)


def run(setting, seed, train_text, reference):
    """The weights after one honest training."""
    batch_size, num_nodes, num_unrollings, num_steps = setting
    weights = {name: tf.constant(array) for name, array in reference.reference_weights(num_nodes, seed).items()}
    numbers, one_hot = reference.as_numbers(train_text), np.eye(27, dtype=np.float32)
    cursors = np.arange(batch_size) * (len(train_text) // batch_size)
    output = memory = tf.zeros((batch_size, num_nodes))
    for step in range(num_steps):
        places = cursors + step * num_unrollings + np.arange(num_unrollings + 1)[:, np.newaxis]
        batches = one_hot[numbers[places % len(numbers)]]
        weights, output, memory = compiled_step(weights, batches, output, memory, 10.0 * 0.1 ** (step // 5000))
    return weights


def measure(path, seeds):
    """Adds the missing runs to the file."""
    load_specification(HERE / "checks.py", HERE / "hidden_checks.py")  # the hidden checks' modules can be imported after this
    import course_hidden_checks_reference as reference
    import course_hidden_checks_trained as trained

    done = read(path) if path.is_file() else pd.DataFrame(columns=COLUMNS)
    for setting in [*sorted(set(trained.EXPECTED)), trained.LONG]:
        for name, text in texts().items():
            small = text[1000:201_000]
            there = ((done[SETTINGS] == list(setting)).all(axis=1) & (done["data"] == name)).sum()
            for seed in (secrets.randbelow(2**31) for _ in range(seeds - there)):
                long = setting == trained.LONG
                weights = run(setting, seed, small + text[301_000:] if long else small, reference)
                held_back = reference.measure(weights, text[201_000:221_000]) if long else ""
                with open(path, "a", newline="") as file:
                    csv.writer(file).writerow([name, *setting, seed, reference.measure(weights, text[:1000]), held_back])
        print(setting, "measured", flush=True)


def read(path):
    return pd.read_csv(path, header=None, names=COLUMNS)


def limits(values):
    """The perplexities that the checks believe: beyond the honest ones by five standard deviations of the logarithm, 5 % at least."""
    logarithms = np.log(values)
    beyond = max(5 * logarithms.std(), 0.05)
    return np.exp(logarithms.min() - beyond), np.exp(logarithms.max() + beyond)


def report(path):
    """Writes honest_spread.csv, and says how many runs limits made from the other half would refuse."""
    rows, refused, judged = [], 0, 0
    for (data, *setting), group in read(path).groupby(["data", *SETTINGS]):
        for figure, column in FIGURES.items():
            values = group[column].dropna().to_numpy()
            if not len(values):
                continue
            for half, other in ((values[::2], values[1::2]), (values[1::2], values[::2])):
                low, high = limits(half)
                refused, judged = refused + int(((other < low) | (other > high)).sum()), judged + len(other)
            spread = [values.min(), values.max(), values.mean(), values.std(), *limits(values)]
            rows.append([data, *setting, figure, len(values), *spread])
    names = ["data", *SETTINGS, "figure", "runs", "lowest", "highest", "mean", "deviation", "low", "high"]
    table = pd.DataFrame(rows, columns=names)
    table.to_csv(HERE / "honest_spread.csv", index=False, float_format="%.4f")
    print(f"{len(table)} settings, {table['runs'].min()} to {table['runs'].max()} honest runs each")
    print(f"limits made from half of the runs refuse {refused} of the other half's {judged}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=52)
    parser.add_argument("--runs", type=Path, default=HERE / "honest_runs.csv")
    parser.add_argument("--report", action="store_true", help="only read the runs and write honest_spread.csv")
    arguments = parser.parse_args()
    if not arguments.report:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        measure(arguments.runs, arguments.seeds)
    report(arguments.runs)
