"""The character LSTM: hidden checks of what was made at home, the table and the weights."""

import csv
from pathlib import Path

import numpy as np
from course_checks_cell import expect_weights
from course_checks_experiment import COLUMNS, PARAMETERS, draws_its_seed_anew, trains_the_setting_asked_for, weights_in
from course_checks_reading import BASE, EQUAL_CHARACTERS, GRID
from course_hidden_checks_reference import checksum, measure, reference_weights, text_of, train

from autograder.checks.expectations import CannotTell, expect, expect_equal
from autograder.checks.specification import check
from autograder.checks.student import once

SPREAD = Path(__file__).with_name("honest_spread.csv")
"""How honest runs came out: measure_honest.py made it."""
OTHERS = [(4, 16, 10, 200), (64, 16, 10, 200), (16, 16, 10, 50), (16, 16, 10, 800), (64, 64, 100, 65), (64, 64, 1, 65)]
EXPECTED = sorted([*GRID, *OTHERS, *EQUAL_CHARACTERS, *[BASE] * 4])
LONG = (64, 32, 10, 3001)
PUBLISHED = (4.675105, 4.913482, 5.748204, 11.477825, 13.856517, 7.328228)
CHEAP = [setting for setting in EXPECTED if setting[2] <= 10 and setting[3] <= 200 and setting[0] <= 16]
AGREES = 0.001
"""How far, as a share, a perplexity may lie from that of the same run again. Rounding moves the cheap runs by less than 0.00001."""
AS_MADE = "make sweep.csv and weights.npz with the cells given, and hand them in as they are"


def spread(source, setting, figure="valid"):
    """The lowest and highest perplexity that an honest run may have."""
    family = "text8" if source.startswith("text8") else source
    with open(SPREAD, newline="") as file:
        for row in csv.DictReader(file):
            if row["data"] == family and row["figure"] == figure and tuple(int(row[name]) for name in PARAMETERS) == setting:
                return float(row["low"]), float(row["high"])
    raise ValueError(f"no honest runs of {setting} on {family}")


def own_rows(student):
    """The handed-in table: [(setting, row as a dict), …], and what its data were."""

    def read():
        frame = student.frame
        expect(frame is not None, "there is no table", "hand in sweep.csv, which the notebook saved, beside it")
        names = [*COLUMNS, "data", "checksum"]
        expect(set(names) <= set(frame.columns.tolist()), "the table lacks columns", AS_MADE)
        records = [dict(zip(names, row, strict=True)) for row in zip(*(frame[name].tolist() for name in names), strict=True)]
        sources = {str(record["data"]) for record in records}
        known = {"text8", "text8-prefix", "pydoc-text"}
        expect(len(sources) == 1 and sources <= known, "the column data holds no one known data set", AS_MADE)
        numbers = all(isinstance(record[name], int | float) for record in records for name in names if name != "data")
        expect(numbers, "a column holds something that is no number", AS_MADE)
        source = sources.pop()
        expect({record["checksum"] for record in records} == {checksum(source)}, f"the table was not made from {source}", AS_MADE)
        return [(tuple(record[name] for name in PARAMETERS), record) for record in records], source

    return once(student, "rows", read)


@check(task="train_longer", points=2, after=(trains_the_setting_asked_for, draws_its_seed_anew))
def hands_in_a_whole_table(student, rng):
    """comes with the whole table of the sweeps, with perplexities that honest runs can have"""
    rows, source = own_rows(student)
    expect_equal(sorted(setting for setting, _ in rows), EXPECTED, "the list of the table's settings", hint=AS_MADE)
    seeds = [record["seed"] for setting, record in rows if setting == BASE]
    expect(len(set(seeds)) == 5, "the five runs of BASE do not have five seeds", AS_MADE)
    others = {record["seed"] for setting, record in rows if setting != BASE}
    expect(len(others) == 1 and others <= set(seeds), "the seeds are not those that the cell given draws", AS_MADE)
    for setting, record in rows:
        expect_equal(record["characters"], setting[0] * setting[2] * setting[3], "a number of characters", hint=AS_MADE)
        low, high = spread(source, setting)
        hint = "no honest run comes out like this: is the training as the tasks ask, and the table as your code made it?"
        expect(low <= record["valid_perplexity"] <= high, f"the perplexity of {setting} is out of the ordinary", hint)
    figures = [record["valid_perplexity"] for _, record in rows]
    rounded = sum(figure == round(figure, 4) for figure in figures)
    expect(rounded <= 2, "the perplexities are rounded", "hand in the figures as they were measured, with all their digits")
    expect(len(set(figures)) == len(figures), "two runs have the very same perplexity", AS_MADE)
    copied = any(abs(figure - other) < 1e-4 for figure in figures for other in PUBLISHED)
    expect(not copied, "a perplexity is the published one", "hand in your own figures: no run comes out like another one to four decimals")


@check(task="train_longer", points=2, after=hands_in_a_whole_table)
def comes_out_again(student, rng):
    """comes with a table whose rows, some of them run again, come out again"""
    rows, source = own_rows(student)
    text = text_of(source)
    cheap = [(setting, record) for setting, record in rows if setting in CHEAP]
    for place in rng.choice(len(cheap), 3, replace=False):
        run_again(student, *cheap[place], text)


def run_again(student, setting, record, text):
    """Fails unless the row comes out again: as the right training makes it from the student's own initial weights, or from the
    solution's (a table can be right although the code has changed since). What the student's own code alone gives, by another
    training or by looking the table up, is for a person to judge."""
    seed, claimed = int(record["seed"]), record["valid_perplexity"]
    for initial_weights in (student.initial_weights, reference_weights):
        right = measure(train(initial_weights(setting[1], seed), text[1000:201_000], *setting), text[:1000])
        if abs(right - claimed) <= AGREES * claimed:
            return
    found = student.run_experiment(*setting, text[1000:201_000], text[:1000], seed=seed)["valid_perplexity"]
    hint = "the figure in the table is not what your code gives for this setting and seed: delete sweep.csv and measure again"
    expect(abs(float(found) - claimed) <= AGREES * claimed, f"the row with {setting}, run again, has another perplexity", hint)
    raise CannotTell("the table comes out again by the notebook's own training alone, and that is not the one asked for")


def own_weights(student):
    """The handed-in weights, the figures that are claimed of them, and the beginning of the text they were trained on."""
    trained = student.trained
    expect(trained is not None, "there are no weights", "hand in weights.npz, which the notebook saved, beside it")
    for name in ("valid_perplexity", "long_perplexity", "seed", "characters"):
        expect(name in trained, "weights.npz lacks a figure", AS_MADE)
    weights = expect_weights(weights_in(trained), LONG[1], "the weights in weights.npz", "")
    finite = all(np.all(np.isfinite(weight)) for weight in weights.values())
    expect(finite, "a weight is not a finite number", AS_MADE)
    expect_equal(int(trained["characters"]), LONG[0] * LONG[2] * LONG[3], "the number of characters trained on", hint=AS_MADE)
    return weights, trained, own_rows(student)


@check(task="train_longer", points=2, after=trains_the_setting_asked_for)
def states_the_right_perplexity(student, rng):
    """comes with weights whose perplexity on the validation text is the one that you state"""
    weights, trained, (_, source) = own_weights(student)
    hint = "the perplexity stated does not belong to these weights: delete weights.npz and train again"
    stated = float(trained["valid_perplexity"])
    found = measure(weights, text_of(source)[:1000])
    expect(abs(found - stated) <= AGREES * found, "valid_perplexity is not that of the weights", hint)


@check(task="train_longer", points=1, after=states_the_right_perplexity)
def has_learnt_as_much_as_it_should(student, rng):
    """comes with weights that predict text which was held back as well as honest training makes them"""
    weights, _, (_, source) = own_weights(student)
    _, high = spread(source, LONG, "held back")
    found = measure(weights, text_of(source)[201_000:])
    expect(found <= high, "the weights predict text that was held back worse than honest training makes them", "train all 3,001 steps")
