"""State and clipping: hidden checks of task 22: does the history come from a training, and from this one?

The limits are those of at least 50 honest runs (measure_honest.py, honest_runs.csv) and some room on either side.
"""

import csv
import functools
import math
from pathlib import Path

import numpy as np
from course_checks_clipping import rate_of
from course_checks_data import pairs_of, rows_of
from course_checks_home import COLUMNS, EPOCHS, own_history
from course_checks_model import Oracle

from autograder.checks.expectations import CannotTell, expect, expect_close, expect_equal
from autograder.checks.specification import check

VOCABULARY_SIZE, BATCH_SIZE, STEPS, TRAINING_WORDS = 1500, 20, 20, 60_000
OTHERS = ("penn-treebank", "wikitext-2")
"""What else than the sample the history may be made from."""
SIZES = {"embedding_size": 64, "units": 64, "layers": 2}
ROOM = math.log(1.25)
"""How far beyond the honest runs' lowest and highest figure a history may go, in nats: other machines, other luck."""
with open(Path(__file__).with_name("honest_runs.csv"), newline="") as file:
    RUNS = list(csv.DictReader(file))


def honest_limits(figures):
    """The lowest and the highest figure that is believed, given those of honest runs."""
    logs = np.log(np.array(figures, dtype=float))
    return math.exp(logs.min() - ROOM), math.exp(logs.max() + ROOM)


def limits_of(column):
    """The limits of train_perplexity or valid_perplexity after each epoch on the sample."""
    part = column.split("_")[0]
    return [honest_limits([run[f"{part}_{epoch}"] for run in RUNS]) for epoch in range(1, EPOCHS + 1)]


@functools.lru_cache(maxsize=1)
def sample_name():
    """What home_text calls the sample."""
    from datasets import pydoc_text

    pydoc_text.load_words()
    return f"pydoc-text {pydoc_text.describe().python_version}"


def words_of(data):
    """Training, validation and test words of a data set, by the name that home_text gives it; None where the grader has no copy.

    Nothing is downloaded here: WikiText-2 is read where it is on this machine already (COURSE_DATA_DIR, or Keras's cache).
    """
    from datasets import penn_treebank, pydoc_text, wikitext2
    from datasets.files import DataError, cache_folder, local_folder

    if data == sample_name():
        return pydoc_text.load_words()
    if local_folder() is None and (data == "penn-treebank" or not (cache_folder() / wikitext2.ARCHIVE).exists()):
        return None
    try:
        return (penn_treebank if data == "penn-treebank" else wikitext2).load_words("full")
    except DataError:
        return None


@functools.lru_cache(maxsize=4)
def text_of(data):
    """What home_text gives on a data set, and its test text: how many words there are, rows of the three parts, and the perplexity
    of the validation text for a model that knows nothing but how often each word comes in the training text.

    Raises:
        CannotTell: the grader has no copy of it.
    """
    from datasets.vocabulary import Vocabulary

    words = words_of(data)
    if words is None:
        reason = f"it was trained on {data}, which this machine does not have; load it once (README.md) and grade with --regrade"
        raise CannotTell(reason)
    parts = [part[:TRAINING_WORDS] for part in words]
    vocabulary = Vocabulary(parts[0], VOCABULARY_SIZE)
    train, valid, test = (np.asarray(vocabulary.encode(part)) for part in parts)
    shares = np.bincount(train, minlength=len(vocabulary)) + 1.0
    counting = math.exp(-np.log(shares / shares.sum())[valid].mean())
    return len(vocabulary), [rows_of(part, BATCH_SIZE) for part in (train, valid, test)], counting


def perplexity_of(oracle, rows):
    states, losses, counts = np.zeros((len(rows), 2, 2, 64)), [], []
    for inputs, targets in pairs_of(rows, STEPS):
        logs, states = oracle.run(inputs, states)
        losses.append(-np.take_along_axis(logs, targets[..., None], axis=-1).mean())
        counts.append(targets.size)
    return math.exp(np.average(losses, weights=counts))


@check(task="answers", points=1)
def comes_with_a_whole_history(student, rng):
    """comes with a history of all epochs, by the protocol, such as a training makes"""
    _, columns = own_history(student)
    hint = "history.csv is as the cell given makes it: eight epochs, the protocol's rates, one seed; make it again and hand it in as it is"
    expect_equal(columns["epoch"], list(range(1, EPOCHS + 1)), "the column epoch", hint=hint)
    expect_close(columns["learning_rate"], [rate_of(epoch) for epoch in columns["epoch"]], "the column learning_rate", hint=hint)
    for name in COLUMNS[4:]:
        expect_equal(len(set(map(str, columns[name]))), 1, f"the number of different values in the column {name}", hint=hint)
    on_sample = columns["data"][0] == sample_name()
    expect(on_sample or columns["data"][0] in OTHERS, "the column data holds no data set of the notebook's", hint)
    for name in COLUMNS[2:4]:
        limits = limits_of(name) if on_sample else [(2, 2 * VOCABULARY_SIZE)] * EPOCHS
        for value, (low, high) in zip(columns[name], limits, strict=True):
            good = isinstance(value, int | float) and math.isfinite(value) and low <= value <= high
            expect(good, f"the column {name} holds a figure that no training gives", hint)


@check(task="answers", points=2, after=comes_with_a_whole_history)
def comes_with_the_weights_of_that_training(student, rng):
    """comes with weights whose perplexity on the validation text is the one that the history claims"""
    _, columns = own_history(student)
    weights = student.weights
    hint = "hand in weights.npz and history.csv of one and the same training: delete both, run the cell of part 10 again"
    expect(isinstance(weights, dict) and "seed" in weights, "there are no weights", hint)
    expect_equal(int(np.asarray(weights["seed"])), int(columns["seed"][0]), "the seed in weights.npz", hint=hint)
    arrays = [weights[f"weight_{place}"] for place in range(len(weights) - 1) if f"weight_{place}" in weights]
    expect(all(np.isfinite(array).all() for array in arrays), "a weight is not a finite number", hint)
    vocabulary, (_, valid, test), counting = text_of(columns["data"][0])
    oracle = Oracle(arrays, vocabulary, **SIZES)
    found = perplexity_of(oracle, valid)
    expect_close(columns["valid_perplexity"][-1], found, "the claimed validation perplexity", hint=hint, rtol=0.01)
    expect(found < counting, "the weights predict the validation text worse than counting words does", hint)
    if columns["data"][0] == sample_name():
        low, high = honest_limits([float(run["test"]) / float(run[f"valid_{EPOCHS}"]) for run in RUNS])
        close = low < perplexity_of(oracle, test) / found < high
        expect(close, "on other text the weights are much worse than on the validation text", hint)
