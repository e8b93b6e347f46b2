"""Runs the checks on an author's own answers fast: no notebook, no sandbox, a fresh fork of a warm process for each trial.

Only for code that stands in solutions/. What students hand in is graded in the sandbox.
"""

import contextlib
import linecache
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from autograder.assignment import Assignment
from autograder.checks.notebook import quiet
from autograder.checks.outcomes import CheckResult, Outcome
from autograder.checks.specification import Check, Specification

PRELOADED = ["numpy", "pandas", "seaborn", "matplotlib.pyplot", "tensorflow", "keras", "autograder.cli", "autograder.proof"]
"""Imported once in the process that is forked. None of them starts a TensorFlow runtime: that would not survive a fork."""
ENVIRONMENT = {
    "COURSE_GRADING": "1",
    "COURSE_DATA": "sample",
    "COURSE_QUIET": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MPLBACKEND": "agg",
    "KERAS_BACKEND": "tensorflow",
}
MEMORY = 6 << 30
"""Address space that a trial may use beyond what it was forked with, in bytes."""


@dataclass(frozen=True)
class Trial:
    """One set of answers to be tried."""

    name: str
    """What it is called."""
    steps: tuple[str | tuple[str, ...], ...]
    """In the order of the notebook: code that is run, and the names of the checks that run where a check cell stands."""
    files: tuple[str, ...]
    """Folders of handed-in files, each over those before it."""
    seeds: tuple[int, ...]
    """The seeds that the checks run with, one after another."""
    until_failure: bool
    """Whether the first check that fails ends it."""
    seconds: float
    """Wall time that it may take."""
    from_memory: bool = False
    """Whether the checks meet a table of what was answered with the first seed, in the place of the answers."""


@dataclass(frozen=True)
class Finding:
    """What came of a trial."""

    trial: Trial
    """Which."""
    results: tuple[tuple[int, CheckResult], ...] = ()
    """The seed and the result of every check that was run."""
    problem: str = ""
    """Why it ended early: its cells raised, it took too long, it died."""

    def failed(self) -> list[CheckResult]:
        return [result for _, result in self.results if result.outcome in (Outcome.FAILED, Outcome.NOT_ATTEMPTED)]

    def broken(self) -> list[CheckResult]:
        """Checks that broke themselves: whatever the answer, that is the author's to mend."""
        return [result for _, result in self.results if result.outcome is Outcome.GRADER_ERROR]


class Trials:
    """Runs trials of one assignment, some at a time."""

    def __init__(self, assignment: Assignment, workers: int) -> None:
        self.assignment = assignment
        self.workers = workers
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOADED)
        self._starting = threading.Lock()

    def run(self, trials: Iterable[Trial]) -> Iterator[Finding]:
        """Yields what came of each trial, in their order."""
        with ThreadPoolExecutor(self.workers) as pool:
            yield from pool.map(self._run, list(trials))

    def _run(self, trial: Trial) -> Finding:
        with tempfile.TemporaryDirectory(prefix="course-trial-") as folder:
            for files in trial.files:
                shutil.copytree(files, folder, dirs_exist_ok=True)
            here, there = self._context.Pipe(duplex=False)
            process = self._context.Process(target=_attempt, args=(trial, self.assignment, folder, there), daemon=True)
            with self._starting, _environment(), quiet():  # the first start makes the process that is forked: it imports TensorFlow
                process.start()
            there.close()
            try:
                if here.poll(trial.seconds):
                    results, problem = here.recv()  # of our own fork, which runs the author's own code
                    return Finding(trial, results, problem)
                return Finding(trial, problem="took too long")
            except EOFError:
                return Finding(trial, problem="its process died")
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.kill()
                process.join()


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(ENVIRONMENT)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _attempt(trial: Trial, assignment: Assignment, folder: str, answer: object) -> None:
    """In the fork: runs the cells, then the checks, and sends what came of it."""
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    os.chdir(folder)
    os.environ.update(ENVIRONMENT)
    _limit()
    quiet = open(os.devnull, "w")  # noqa: SIM115 - until the process ends
    for stream in (1, 2):
        os.dup2(quiet.fileno(), stream)
    sys.stdout = sys.stderr = quiet
    sys.path.insert(0, str(assignment.root))
    answer.send(_results(trial, assignment.specification()))


def _results(trial: Trial, specification: Specification) -> tuple[tuple[tuple[int, CheckResult], ...], str]:
    """The seed and result of every check, and what went wrong with the cells."""
    results: list[tuple[int, CheckResult]] = []
    notebook = Notebook()
    memory = Memory(notebook.namespace) if trial.from_memory else None
    for step in trial.steps:
        if isinstance(step, str):
            try:
                notebook.run(step)
            except BaseException as error:
                return tuple(results), f"its cells raised {type(error).__name__}: {error}"
            continue
        for seed in trial.seeds:
            if memory is not None:
                memory.learning = seed == trial.seeds[0]
            transport = None if memory is None else memory.answer
            found = list(run_checks(specification, step, notebook.namespace, seed, trial.until_failure, transport))
            results += [(seed, result) for result in found]
            if trial.until_failure and found and found[-1].outcome is not Outcome.PASSED:
                return tuple(results), ""
    return tuple(results), ""


class Memory:
    """Answers requests out of a table of earlier ones: a submission that remembers what was right and computes nothing.

    Args:
        namespace: what the right answers define; asked as long as `learning` is true.
    """

    def __init__(self, namespace: dict) -> None:
        from autograder.checks.agent import Agent

        self.learning = True
        self._agent = Agent(namespace)
        self._known: dict[tuple[bytes, ...], list[bytes]] = {}

    def answer(self, message: list[bytes]) -> list[bytes]:
        """The reply to a request that was seen before; an error to any other."""
        from autograder.checks.wire import encode

        if self.learning:
            self._known[tuple(message)] = self._agent.answer(message)
        unknown = {"type": "KeyError", "message": "never seen", "line": "", "attempted": True}
        return self._known.get(tuple(message)) or encode({"error": unknown, "printed": ""})


def _limit() -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if Path("/proc/self/statm").exists() else 0
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


class Notebook:
    """Runs cells one after another, as a notebook's kernel would."""

    def __init__(self) -> None:
        import matplotlib

        matplotlib.use("agg")
        main = ModuleType("__main__")
        main.display = lambda *things: None
        sys.modules["__main__"] = main  # classes that the cells define belong to it, as they do in a notebook
        self.namespace = vars(main)
        """What the cells defined."""
        self._count = 0

    def run(self, source: str) -> None:
        """Runs one cell; errors name its lines."""
        self._count += 1
        name = f"<ipython-input-{self._count}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        exec(compile(source, name, "exec"), self.namespace)


def run_checks(
    specification: Specification, names: Iterable[str], namespace: dict, seed: int, until_failure: bool = False, transport: object = None
) -> Iterator[CheckResult]:
    """Runs the checks of these names on what the cells defined.

    Args:
        transport: in the place of the submission itself; see Student.
    """
    from autograder.checks.agent import Agent
    from autograder.checks.runner import run_check
    from autograder.checks.student import Student

    student = Student(transport or Agent(namespace).answer)
    by_name: dict[str, Check] = {check.name: check for check in specification.checks}
    outcomes: dict[str, Outcome] = {}
    for name in names:
        result = run_check(by_name[name], student, seed, outcomes)
        outcomes[name] = result.outcome
        yield result
        if until_failure and result.outcome in (Outcome.FAILED, Outcome.NOT_ATTEMPTED, Outcome.GRADER_ERROR):
            return
