"""Grading speed against stock nbgrader: python benchmarks/grading.py [--submissions 30].

A class of made-up students, right and wrong in every mixture, hands in one small Keras assignment (benchmarks/grading_assignment).
Stock nbgrader grades it with its own execute step and the tests in the notebook, ours with the sandbox on and the checks outside; both
as one command in a process of its own, in turn, round after round. Stock's share of the class is what --stock says: it grades
one after another, and its throughput does not depend on their number. Scores must be the same.

Memory is measured in runs of its own: asking the kernel for the memory of ten processes twice a second took a twelfth of what
ours had of the machine, and next to nothing of stock's. Ours writes feedback pages as it grades, stock by another command;
that command's time is printed, and is not in the throughput ratio.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.grading_assignment.answers import ANSWERS, POINTS, student  # noqa: E402

HERE = ROOT / "benchmarks" / "grading_assignment"
NAME = "small_lstm"
CORES = len(os.sched_getaffinity(0))
PROGRAMS = Path(sys.executable).parent
ENVIRONMENT = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
"""Without TensorFlow's log lines: stock nbgrader gives 0 points to a right answer for one of them."""


@dataclass(frozen=True)
class Measured:
    """What one grading command cost."""

    submissions: int
    """how many it graded"""
    seconds: float
    """wall time, the command's start included"""
    processor_seconds: float
    """of the whole machine while it ran: sandboxed processes are nobody's waited-for children"""
    peak: int = 0
    """most memory of all its processes together, PSS in bytes; 0 where it was not watched"""

    @property
    def a_minute(self):
        """Submissions a minute."""
        return 60 * self.submissions / self.seconds


def command(words, folder, submissions, cores=None, watched=False):
    """Run a grading command, on so many cores alone where it is said, and return what it cost; its memory only if it is watched."""
    begin, busy, peak = time.perf_counter(), _busy(), [0]
    keep = [] if cores is None else ["taskset", "--cpu-list", ",".join(map(str, sorted(os.sched_getaffinity(0))[:cores]))]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen([*keep, *words], cwd=folder, env=ENVIRONMENT, **pipes)
    watch = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    if watched:
        watch.start()
    said = process.stdout.read()
    if process.wait():
        sys.exit(f"{' '.join(map(str, words))} failed:\n{said[-3000:]}")
    if watched:
        watch.join()
    return Measured(submissions, time.perf_counter() - begin, _busy() - busy, peak[0])


def _busy():
    """Return the processor seconds that the machine has spent on anything."""
    times = psutil.cpu_times()
    return times.user + times.nice + times.system


def _watch(process, peak):
    """Note the most memory that a process and its descendants had together."""
    while psutil.pid_exists(process):
        peak[0] = max(peak[0], memory(process))
        time.sleep(0.5)


def memory(process):
    """Return the PSS of a process and its descendants in bytes; 0 where they are gone."""
    total = 0
    try:
        family = [psutil.Process(process), *psutil.Process(process).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for each in family:
        try:
            total += each.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied, FileNotFoundError):
            continue
    return total


def make_clone(folder):
    """Make a clone whose one assignment is the benchmark's; its engine is the real one."""
    shutil.copytree(HERE / "solutions", folder / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("autograder", "datasets"):
        (folder / part).symlink_to(ROOT / part, target_is_directory=True)


def make_our_course(clone, course, count):
    """Make a course of ours with that many submissions."""
    from autograder.assignment import find_assignment
    from autograder.build import write_release
    from autograder.grading.course import new_course

    assignment = find_assignment(NAME, clone)
    write_release(assignment)
    new_course(course, [assignment])
    _hand_in(course, course / "release" / NAME / f"{NAME}.ipynb", count)


def make_stock_course(course, count):
    """Make a course of stock nbgrader's with the same cells, its tests in the notebook, and that many submissions."""
    source = course / "source" / NAME
    source.mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'stock'\nc.ExecutePreprocessor.timeout = 300\n"
    )
    nbformat.write(_stock_notebook(), source / f"{NAME}.ipynb")
    subprocess.run(["nbgrader", "generate_assignment", NAME], cwd=course, env=ENVIRONMENT, check=True, capture_output=True)
    _hand_in(course, course / "release" / NAME / f"{NAME}.ipynb", count)


def _stock_notebook():
    """Return our notebook with tests for check cells and without our imports."""
    from autograder.assignment import Assignment
    from autograder.build import instructor_notebook

    tests = dict(part.split("\n", 1) for part in (HERE / "solutions" / NAME / "stock_tests.py").read_text().split("# %% ")[1:])
    notebook = instructor_notebook(Assignment(NAME, HERE))
    for cell in notebook.cells:
        cell.source = cell.source.replace("from autograder.checks import check, when_written\n", "").replace(
            "with when_written():", "if True:"
        )
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade") and cell.cell_type == "code":
            cell.source = tests[about["grade_id"].removeprefix("check_")].strip()
            about["points"] = POINTS[about["grade_id"].removeprefix("check_")]
    return notebook


def _hand_in(course, released, count):
    """Write the students' notebooks."""
    for number in range(count):
        notebook = nbformat.read(released, 4)
        for cell in notebook.cells:
            task = cell.metadata.get("nbgrader", {}).get("grade_id")
            if task in ANSWERS:
                cell.source = student(number)[task][0]
        folder = course / "submitted" / f"student{number:04}" / NAME
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / released.name)


def scores(course):
    """Return {student: score} of a graded course."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {each.student.id: each.score for each in gradebook.assignment_submissions(NAME)}


def expected_scores(count):
    """Return {student: score} as they must come out."""
    return {f"student{n:04}": float(sum(POINTS[task] for task, (_, right) in student(n).items() if right)) for n in range(count)}


OWN = """
import json, os, sys, time
import keras, numpy as np, pandas as pd, seaborn as sns
seconds = []
for cells in json.load(open(sys.argv[1])):
    begin = time.perf_counter()
    child = os.fork()
    if not child:
        space = {}
        sys.stdout = sys.stderr = open(os.devnull, "w")
        for cell in cells:
            try:
                exec(cell, space)
            except Exception:
                pass
        os._exit(0)
    os.waitpid(child, 0)
    seconds.append(time.perf_counter() - begin)
print(json.dumps(seconds))
"""


def own_seconds(course, count):
    """Return the seconds that students' cells and their tests compute by themselves, everything imported, a fork each."""
    notebooks = [nbformat.read(path, 4) for path in sorted((course / "submitted").glob(f"*/{NAME}/*.ipynb"))[:count]]
    code = [[cell.source for cell in notebook.cells if cell.cell_type == "code"] for notebook in notebooks]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(code, file)
        file.flush()
        environment = ENVIRONMENT | {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
        done = subprocess.run([sys.executable, "-c", OWN, file.name], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


KERNELS = """
import os, sys, tempfile
from contextlib import ExitStack
from pathlib import Path
from autograder.grading.kernels import kernels
from autograder.sandbox.limits import Limits
from autograder.sandbox.warm import IMPORTS
from benchmarks.grading import memory
with ExitStack() as stack, tempfile.TemporaryDirectory() as files:
    opened = stack.enter_context(kernels(Limits(), 1, Path(sys.argv[1]), IMPORTS))
    figures = []
    for _ in range(3):
        stack.enter_context(opened(Path(files)))
        figures.append(memory(os.getpid()))
    print(figures)
"""


def kernel_memory(clone):
    """Return the PSS in bytes of the pool alone, and what each of two open kernels adds before it runs anything."""
    done = subprocess.run([sys.executable, "-c", KERNELS, clone], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    first, second, third = json.loads(done.stdout.splitlines()[-1])
    return first, statistics.mean([second - first, third - second])


def row(name, measured):
    """Print what a command cost, a submission."""
    each = measured.processor_seconds / measured.submissions
    speed = f"{measured.a_minute:7.1f} submissions a minute, {each:5.2f} processor seconds a submission"
    print(f"{name:<34} {measured.submissions:5} submissions {measured.seconds:7.1f} s {speed}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--submissions", type=int, default=30, help="in the class that ours grades")
    parser.add_argument("--stock", type=int, default=4, help="of them, those that stock nbgrader grades in each round")
    parser.add_argument("--rounds", type=int, default=3, help="of which medians are taken")
    parser.add_argument("--sizes", default="", help="classes of other sizes that ours grades afterwards, such as 20,1000")
    told = parser.parse_args()
    ratios, costs, feedback_shares, ours = [], [], [], []
    with tempfile.TemporaryDirectory(prefix="grading-benchmark-", dir=ROOT / "build" if (ROOT / "build").is_dir() else None) as scratch:
        scratch = Path(scratch)
        clone = scratch / "clone"
        make_clone(clone)

        def stock_on(label, **how):
            course = scratch / label
            make_stock_course(course, told.stock)
            measured = command([PROGRAMS / "nbgrader", "autograde", NAME], course, told.stock, **how)
            if scores(course) != expected_scores(told.stock):
                sys.exit(f"stock nbgrader gave other scores than it must: {scores(course)}")
            return measured

        def ours_on(count, workers, label, **how):
            course = scratch / label
            make_our_course(clone, course, count)
            words = [PROGRAMS / "autograder", "grade", NAME, "--course", course, "--workers", str(workers)]
            measured = command(words, clone, count, **how)
            if scores(course) != expected_scores(count):
                sys.exit(f"ours gave other scores than it must: {scores(course)}")
            return measured

        for number in range(told.rounds):
            stock = stock_on(f"stock{number}")
            row("stock nbgrader", stock)
            pages = command([PROGRAMS / "nbgrader", "generate_feedback", NAME], scratch / f"stock{number}", told.stock)
            feedback_shares.append(pages.seconds / stock.seconds)
            ours.append(ours_on(told.submissions, CORES, f"ours{number}"))
            row(f"ours, {CORES} workers", ours[-1])
            ratios.append(ours[-1].a_minute / stock.a_minute)
            costs.append(stock.processor_seconds / stock.submissions / (ours[-1].processor_seconds / ours[-1].submissions))
        one = ours_on(told.submissions, 1, "one", cores=1)
        row("ours, 1 worker on 1 core", one)
        for size in filter(None, told.sizes.split(",")):
            row(f"ours, {CORES} workers", ours_on(int(size), CORES, f"size{size}"))
        stock_peak = stock_on("stock-watched", watched=True).peak
        our_peak = ours_on(told.submissions, CORES, "ours-watched", watched=True).peak
        own = statistics.mean(own_seconds(scratch / "stock0", told.stock))
        pool, kernel = kernel_memory(clone)
    busy = statistics.median(measured.seconds * CORES / measured.submissions for measured in ours)
    print(f"same scores: yes, {told.stock} of stock nbgrader's and {told.submissions} of ours in each round, as made up")
    print(f"own computation of a submission: {own:.2f} s; ours takes {busy:.2f} worker seconds, so {busy - own:.2f} s more")
    print(
        f"memory: the warm process and a first kernel {pool / 2**20:.0f} MB, each further kernel {kernel / 2**20:.0f} MB before it computes"
    )
    print(f"cores: {statistics.median(each.a_minute for each in ours) / one.a_minute:.2f} times the throughput of 1 core with {CORES}")
    print(f"peak memory: stock nbgrader {stock_peak / 2**20:.0f} MB, ours {our_peak / 2**20:.0f} MB with {CORES} at a time")
    print(f"peak memory ratio, a submission at a time: {stock_peak / (our_peak / CORES):.1f}")
    print(f"feedback pages, which ours includes, take stock nbgrader another {statistics.median(feedback_shares):.0%} of its time")
    print(f"processor seconds ratio: {statistics.median(costs):.1f}")
    print(f"throughput ratio: {statistics.median(ratios):.1f}")


if __name__ == "__main__":
    main()
