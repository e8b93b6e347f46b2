"""Measures what honest histories look like: the home training of part 10 on the sample, run for many seeds.

    python -m solutions.state_and_clipping.measure_honest --seeds 60

Each run is trained by this course's own solution functions; compiled graphs are used again from run to run, which saves
half the time and changes no figure. Every finished run is a line of honest_runs.csv, so a measurement that was broken
off goes on where it stopped. hidden_checks_home.py makes its limits out of that file.
"""

import argparse
import contextlib
import csv
import os
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
RUNS = HERE / "honest_runs.csv"
EPOCHS = 8
FIGURES = [f"{part}_{epoch}" for part in ("train", "valid") for epoch in range(1, EPOCHS + 1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=60, help="how many runs")
    parser.add_argument("--runs", type=Path, default=RUNS, help="the file of the runs (honest_runs.csv)")
    options = parser.parse_args()
    measure(options.runs, np.random.default_rng(28).integers(1, 2**31, size=1000)[: options.seeds].tolist())


def measure(path, seeds):
    """Trains every seed that the file does not hold yet."""
    os.environ["COURSE_DATA"] = "sample"
    done = {row.split(",")[1] for row in path.read_text().splitlines()} if path.exists() else set()
    if not done:
        path.write_text(",".join(("data", "seed", *FIGURES, "test")) + "\n")
    course = solution_functions()
    vocabulary, (train, valid), data = course["home_text"]()
    test = course["batchify"](vocabulary.encode(course["penn_treebank"].load_words().test), course["BATCH_SIZE"])
    kept = course["build_language_model"]("word", len(vocabulary), **course["HOME"])
    compute = course["compiled"](course["loss_and_gradients"])
    course["read"] = course["tf"].function(course["read"], reduce_retracing=True)
    for seed in seeds:
        if str(seed) in done:
            continue
        course["keras"].utils.set_random_seed(seed)
        kept.set_weights(course["build_language_model"]("word", len(vocabulary), **course["HOME"]).get_weights())
        with contextlib.redirect_stdout(None):
            history = course["train_language_model"](kept, train, valid, EPOCHS, course["STEPS"], compute)
        figures = [*history["train_perplexity"], *history["valid_perplexity"], course["evaluate"](kept, test, course["STEPS"])]
        with open(path, "a", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow([data, seed, *(f"{figure:.6g}" for figure in figures)])
        print(f"seed {seed}: done", flush=True)


def solution_functions():
    """The notebook's own functions, out of the solved source, without the training itself."""
    from autograder.assignment import Assignment
    from autograder.build import instructor_notebook

    course = {}
    for cell in instructor_notebook(Assignment(HERE.name, HERE.parents[1])).cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and (about.get("solution") or about.get("locked")) and not about.get("grade"):
            exec(compile(cell.source.split("history = measured_at_home")[0], cell["id"], "exec"), course)
            if cell["id"] == "training":
                return course
    raise ValueError("the notebook has no cell called training")


if __name__ == "__main__":
    sys.exit(main())
