"""python -m benchmarks.training_sides.serve SIDE THREADS: sets cells up and trains them as the lines on its input say.

A line is JSON: {"setting": ["char", 64, 64, 10]} or {"setting": ["mnist", 64, 128]} with "steps". The answer is a line of JSON with
"seconds" for those steps and the "loss" after them. What a setting needs to begin is made when it is first named, and kept.
"""

import importlib
import json
import os
import sys
import time

import numpy as np


def text(length=2_000_000):
    """Return characters as whole numbers 0 to 26 for any side: the speed does not depend on what is written."""
    return np.random.default_rng(0).integers(0, 27, length).astype("uint8")


def digits(count=20_000):
    """Return random images and labels of MNIST's shapes, for the same reason."""
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (count, 28, 28), np.uint8), rng.integers(0, 10, count).astype("int32")


def main():
    side, threads = sys.argv[1], sys.argv[2]
    for variable in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = threads
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not come between the answers
    module = importlib.import_module(f"benchmarks.training_sides.{side}")
    makers = {"char": lambda *sizes: module.char(*sizes, text()), "mnist": lambda *sizes: module.mnist(*sizes, *digits())}
    made = {}
    for line in sys.stdin:
        told = json.loads(line)
        kind, *sizes = told["setting"]
        begin = time.perf_counter()
        run = made.get((kind, *sizes)) or made.setdefault((kind, *sizes), makers[kind](*sizes))
        loss = run(told["steps"])
        print(json.dumps({"seconds": time.perf_counter() - begin, "loss": float(loss)}), file=answers, flush=True)


if __name__ == "__main__":
    main()
