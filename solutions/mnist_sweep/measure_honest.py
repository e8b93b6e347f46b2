"""Measures what honest tables look like: the home sweep of Task 5, run for many seeds on both editions of MNIST.

    COURSE_DATA_DIR=… python -m solutions.mnist_sweep.measure_honest --seeds 50

Each cell is trained by this course's own solution functions. Only the compiled graph of each width is used again from
cell to cell, which saves a third of the time and changes no figure. Every finished cell is a line of honest_runs.csv, so
a measurement that was broken off goes on where it stopped; with no cell left to run, only the report is made again.

honest_spread.csv is what the checks compare with. The report says how many of these honest tables would be refused, each
judged by the spread of all the others, and how many made-up and copied ones would be accepted.
"""

import argparse
import csv
import functools
import os
import sys
from pathlib import Path

import numpy as np
import pandas

HERE = Path(__file__).parent
RUNS, SPREAD = HERE / "honest_runs.csv", HERE / "honest_spread.csv"
EDITIONS = {"mnist": "full", "mnist-sample": "sample"}
WIDTHS, RATES = (16, 32, 64), (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
FIGURES = ("train_accuracy", "test_accuracy", "train_loss")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=50, help="how many seeds of the whole sweep, on each edition")
    parser.add_argument("--runs", type=Path, default=RUNS, help="the file of the runs (honest_runs.csv)")
    options = parser.parse_args()
    measure(options.runs, np.random.default_rng(28).integers(2**31, size=1000)[: options.seeds].tolist())
    runs = whole_sweeps(pandas.read_csv(options.runs))
    spread_of(runs).to_csv(SPREAD, index=False, lineterminator="\n", float_format="%.7g")
    report(runs)


def measure(path, seeds):
    """Trains every cell that the file does not hold yet, both editions of one seed after the other."""
    done = {tuple(row.split(",")[:4]) for row in path.read_text().splitlines()} if path.exists() else set()
    if not done:
        path.write_text(",".join(("data", "seed", "units", "learning_rate", *FIGURES)) + "\n")
    wanted = {(edition, str(seed), str(units), f"{rate:g}") for edition in EDITIONS for seed in seeds for units in WIDTHS for rate in RATES}
    if wanted <= done:
        return
    course = solution_functions()
    digits = {edition: home_digits(course, source) for edition, source in EDITIONS.items()}
    for seed in seeds:
        for edition in EDITIONS:
            for units in WIDTHS:
                for rate in RATES:
                    cell = edition, str(seed), str(units), f"{rate:g}"
                    if cell not in done:
                        figures = course["run_cell"](units, rate, digits[edition], seed=seed)
                        with open(path, "a", newline="") as file:
                            csv.writer(file, lineterminator="\n").writerow([*cell, *(f"{figures[name]:.7g}" for name in FIGURES)])
            print(f"seed {seed}, {edition}: done", flush=True)


def solution_functions():
    """The notebook's own load_rows, build_model and run_cell, out of the solved source."""
    from autograder.assignment import Assignment
    from autograder.build import instructor_notebook

    cells = {cell["id"]: cell.source for cell in instructor_notebook(Assignment(HERE.name, HERE.parents[1])).cells}
    course = {}
    for name in ("setup", "load_rows", "build_model", "run_cell"):
        exec(compile(cells[name], name, "exec"), course)
    course["build_model"] = with_one_graph_a_width(course["build_model"])
    return course


def with_one_graph_a_width(build_model):
    """A build_model whose models of one width share a compiled graph: initial weights, optimizer and rate are new every time."""
    from keras import ops

    kept = {units: build_model(units, 0.1) for units in WIDTHS}
    for model in kept.values():
        model.optimizer.build(model.trainable_variables)

    def build_again(units, learning_rate):
        model = kept[units]
        model.set_weights(build_model(units, learning_rate).get_weights())
        for variable in model.optimizer.variables:
            variable.assign(ops.zeros_like(variable))
        model.optimizer.learning_rate.assign(learning_rate)
        return model

    return build_again


def home_digits(course, source):
    """What home_sweep hands to the sweep, on one edition."""
    os.environ["COURSE_DATA"] = source
    (x_train, y_train), test = course["load_rows"]()
    return (x_train[:10_000], y_train[:10_000]), test


def whole_sweeps(runs):
    """The runs of those seeds and editions that have all their cells."""
    cells = runs.groupby(["data", "seed"])["units"].transform("size")
    return runs[cells == len(WIDTHS) * len(RATES)]


@functools.cache
def evidence():
    """The module of the hidden checks that judge a table."""
    from autograder.assignment import Assignment

    Assignment(HERE.name, HERE.parents[1]).specification()
    return sys.modules["course_hidden_checks_evidence"]


def tables(runs):
    """Each seed's table as the checks read it: {(edition, seed): {(units, rate): row}}."""
    return {
        key: {(row["units"], row["learning_rate"]): row for row in table.to_dict("records")}
        for key, table in runs.groupby(["data", "seed"])
    }


def spread_of(runs):
    """The smallest and largest of every figure that is compared, for each edition and cell."""
    figures = pandas.DataFrame([evidence().figures_in(row) for row in runs.to_dict("records")])
    long = pandas.concat([runs[["data", "units", "learning_rate"]].reset_index(drop=True), figures], axis="columns")
    long = long.melt(id_vars=["data", "units", "learning_rate"], var_name="figure")
    groups = long.groupby(["data", "units", "learning_rate", "figure"])["value"]
    return groups.agg(runs="count", min="min", median="median", max="max").reset_index()


def as_bounds(spread):
    """A spread as honest_spread() gives it."""
    return {(row.data, row.units, row.learning_rate, row.figure): (row.min, row.max) for row in spread.itertuples()}


def report(runs):
    """Says how many honest tables are refused, and how many dishonest ones are accepted."""
    judge, whole = evidence(), tables(runs)
    figures = ("train_accuracy", "test_accuracy", "gap", "log_loss")
    for edition in EDITIONS:
        seeds = [seed for data, seed in whole if data == edition]
        refused = {}
        for seed in seeds:
            others = as_bounds(spread_of(runs[(runs["data"] == edition) & (runs["seed"] != seed)]))
            found = list(judge.outliers(others, edition, whole[edition, seed], figures))
            refused |= {seed: found} if found else {}
        print(f"{edition}: {len(seeds)} honest tables, each judged by the others' spread: {len(refused)} refused {refused or ''}")
        report_copies(judge, edition, [whole[edition, seed] for seed in seeds])
    report_inventions(judge, whole)


def report_copies(judge, edition, found):
    """Says how often somebody else's cell passes for a run of another seed."""
    for rate in judge.CHEAP_RATES:
        rows = np.array([[table[16, rate][name] for name in FIGURES] for table in found])
        apart = np.abs(rows[:, None] - rows[None])[np.triu_indices(len(rows), 1)]
        same = (apart <= (judge.SAME_ACCURACY, judge.SAME_ACCURACY, judge.SAME_LOSS)).all(axis=1)
        print(f"{edition}, 16 units, rate {rate:g}: {same.sum()} of {len(same)} pairs of seeds cannot be told apart")


def report_inventions(judge, whole, count=1000):
    """Says how many invented tables pass for honest ones: smooth figures in the shape that the published table shows."""
    rng, spread = np.random.default_rng(28), as_bounds(pandas.read_csv(SPREAD))
    accepted = 0
    for _ in range(count):
        top, slope, gain = rng.uniform(0.6, 0.95), rng.uniform(0.5, 2.5), rng.uniform(0, 0.15)
        peak = rng.uniform(-3, -1)
        table = {}
        for place, units in enumerate(WIDTHS):
            for rate in RATES:
                away = (np.log10(rate) - peak) / slope
                accuracy = 0.1 + (top - 0.1 + gain * (place - 1)) * np.exp(-(away**2)) + rng.normal(0, 0.01)
                accuracy = round(float(np.clip(accuracy, 0.08, 0.98)), 4)
                train = round(min(1.0, accuracy + rng.uniform(0, 0.02)), 4)
                loss = float(np.clip(-np.log(train) * 1.3, 0.05, 2.35))
                table[units, rate] = {"train_accuracy": train, "test_accuracy": accuracy, "train_loss": loss}
        figures = ("train_accuracy", "test_accuracy", "gap", "log_loss")
        accepted += not any(judge.outliers(spread, "mnist", table, figures))
    print(f"{accepted} of {count} invented tables lie within the spread")


if __name__ == "__main__":
    sys.exit(main())
