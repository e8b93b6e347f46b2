"""Training speed of the reference runs against the original's way, PyTorch and Keras fit: python benchmarks/training.py [--quick].

Every side is a process that keeps what it made; the sides take turns cell by cell, round after round, so that a machine that slows
down slows all of them. Peers have all cores for one cell at a time; ours trains as `run` does: small cells side by side, a thread
each. A cell's figure is the median over rounds of seconds a step (steady state; the first call, with its compiling, is told apart).
A grid's figure is the sum over its cells, each as long as the sampled cell nearest to it in its sizes' logarithms.

PyTorch: from this environment, from --torch PYTHON, or from build/benchmarks/peers, which the script makes of benchmarks/peers.txt.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from solutions.char_lstm.reference import POWERS, UNROLLINGS  # noqa: E402

NODES, LENGTHS, BATCH = (16, 64, 256), (1, 10, 50), 64
UNITS, GRID_UNITS, MNIST_BATCH = (16, 64, 256, 512), (16, 32, 64, 128, 256, 512), 128
CORES = len(os.sched_getaffinity(0))


class Side:
    """One process, or several side by side that share the cores."""

    def __init__(self, name, python=sys.executable, workers=1):
        self.name = name
        command = [python, "-m", "benchmarks.training_sides.serve", name, str(max(1, CORES // workers))]
        quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.processes = [subprocess.Popen(command, cwd=ROOT, env=quiet, text=True, **pipes) for _ in range(workers)]

    def seconds(self, setting, steps):
        """Return the seconds that a cell costs: of as many cells as there are workers at once, shared out among them."""
        for process in self.processes:
            process.stdin.write(json.dumps({"setting": setting, "steps": steps}) + "\n")
            process.stdin.flush()
        answers = [json.loads(process.stdout.readline() or "{}") for process in self.processes]
        if not all(answers):
            sys.exit(f"{self.name} ended at {setting}; run it alone to see why: python -m benchmarks.training_sides.serve {self.name} 1")
        return max(answer["seconds"] for answer in answers) / len(answers)

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


def nearest(sizes, sampled):
    """Return the sampled sizes nearest to a cell's, shared out where several are as near: {sampled: share}."""
    distances = {each: math.dist(tuple(map(math.log2, sizes)), tuple(map(math.log2, each))) for each in sampled}
    least = min(distances.values())
    chosen = [each for each, distance in distances.items() if distance < least + 1e-9]
    return {each: 1 / len(chosen) for each in chosen}


def weights(cells, sampled):
    """Return how many of the grid's cells each sampled one stands for."""
    counts = dict.fromkeys(sampled, 0.0)
    for cell in cells:
        for each, share in nearest(cell, sampled).items():
            counts[each] += share
    return counts


def operations(nodes, unrollings):
    """Return the floating-point operations of one step's products: 2 forward and 4 backward for each weight but the looked-up ones."""
    return 6 * BATCH * unrollings * (4 * nodes * nodes + nodes * 27)


def measure(sides, settings, rounds, budget):
    """Return {side: {setting: [seconds a step of each round]}} and {side: {setting: seconds of the first call}}.

    Args:
        budget: seconds that one measurement of a side should take, roughly.
    """
    first, steps = {}, {}
    for setting in settings:
        for side in sides:
            first[side.name, setting] = side.seconds(setting, 2)
            once = side.seconds(setting, 4) / 4
            steps[side.name, setting] = max(4, min(400, round(budget / max(once, 1e-5))))
            side.seconds(setting, steps[side.name, setting])  # Keras traces again for another number of steps
        print(f"  {' '.join(map(str, setting))}: made", flush=True)
    timed = {key: [] for key in first}
    for number in range(rounds):
        for setting in settings:
            for side in sides if number % 2 == 0 else sides[::-1]:
                count = steps[side.name, setting]
                timed[side.name, setting].append(side.seconds(setting, count) / count)
    return timed, first


def table(sides, settings, timed, first):
    """Print milliseconds a step and the first call's seconds of every side."""
    print(f"{'setting':>18}" + "".join(f"{side.name:>24}" for side in sides))
    for setting in settings:
        line = f"{' '.join(map(str, setting)):>18}"
        for side in sides:
            line += f"{statistics.median(timed[side.name, setting]) * 1e3:12.2f} ms ({first[side.name, setting]:4.1f} s)"
        print(line)


def grid_ratio(timed, ours, other, shares, setting_of):
    """Return the median over rounds of the other side's time for the grid over ours."""
    rounds = len(next(iter(timed.values())))

    def total(name, number):
        return sum(share * timed[name, setting_of(each)][number] for each, share in shares.items())

    return statistics.median(total(other, number) / total(ours, number) for number in range(rounds))


def product_rate(rounds):
    """Return operations a second of large products on all cores, measured in a process of its own."""
    code = f"from benchmarks.training_sides.products import rate; print(max(rate() for _ in range({rounds})))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}, capture_output=True, text=True
    )
    return float(done.stdout.split()[-1])


def torch_python(given):
    """Return an interpreter that has PyTorch, making an environment for it where none is given and none is here."""
    if given:
        return given
    if subprocess.run([sys.executable, "-c", "import torch"], capture_output=True).returncode == 0:
        return sys.executable
    folder = ROOT / "build" / "benchmarks" / "peers"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print(f"making {folder.relative_to(ROOT)} with PyTorch (once)", flush=True)
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", ROOT / "benchmarks" / "peers.txt"], check=True)
        (folder / "ready").touch()
    return str(python)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="shorter measurements: within five minutes")
    parser.add_argument("--rounds", type=int, help="rounds, of which medians are taken (7; quick 3)")
    parser.add_argument("--torch", help="a Python that has PyTorch")
    told = parser.parse_args()
    rounds, budget = told.rounds or (3 if told.quick else 7), 0.25 if told.quick else 1.0
    lines = []

    cells = list(dict.fromkeys((nodes, length) for nodes in NODES for length in LENGTHS))
    shares = weights([(nodes, length) for nodes in POWERS for length in UNROLLINGS], cells)
    settings = [("char", BATCH, *cell) for cell in cells]
    before = product_rate(2)
    sides = [Side("ours", workers=CORES), Side("original"), Side("pytorch", torch_python(told.torch)), Side("keras_fit")]
    try:
        print(f"character LSTM, batch {BATCH}, nodes unrollings: milliseconds a step (first call)", flush=True)
        timed, first = measure(sides, settings, rounds, budget)
        table(sides, settings, timed, first)
        limit = max(before, product_rate(2))
        print(f"large float32 products: {limit / 1e9:.0f} GFLOP/s on {CORES} cores")

        def setting_of(cell):
            return ("char", BATCH, *cell)

        print(f"grid vs keras fit: {grid_ratio(timed, 'ours', 'keras_fit', shares, setting_of):.2f}")
        for other in ("original", "pytorch"):
            lines.append((f"grid vs {other}", grid_ratio(timed, "ours", other, shares, setting_of)))
        ours = statistics.median(
            sum(share * timed["ours", setting_of(cell)][number] for cell, share in shares.items()) for number in range(rounds)
        )
        least = sum(share * operations(*cell) / limit for cell, share in shares.items())
        lines.append(("grid vs matrix-product limit", ours / least))
    finally:
        for side in sides:
            side.end()

    shares = weights([(units,) for units in GRID_UNITS], [(units,) for units in UNITS])
    settings = [("mnist", units, MNIST_BATCH) for units in UNITS]
    sides = [Side("ours", workers=CORES), Side("pytorch", torch_python(told.torch)), Side("keras_fit")]
    try:
        print(f"MNIST, batch {MNIST_BATCH}, units: milliseconds a step (first call)", flush=True)
        timed, first = measure(sides, settings, rounds, 2 * budget)
        table(sides, settings, timed, first)
        for other in ("keras_fit", "pytorch"):
            ratio = grid_ratio(timed, "ours", other, shares, lambda cell: ("mnist", *cell, MNIST_BATCH))
            lines.append((f"mnist vs {other.replace('_', ' ')}", ratio))
    finally:
        for side in sides:
            side.end()
    for name, ratio in lines:
        print(f"{name}: {ratio:.2f}")


if __name__ == "__main__":
    main()
