"""A kernel that is ready waits for its turn: nothing handed in runs before it, and the wait is none of the submission's time."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import packages_distributions
from types import SimpleNamespace

import nbformat
import psutil
import pytest

from autograder.build import instructor_notebook
from autograder.grading import classroom, grade
from autograder.grading.execute import execute
from autograder.grading.grade import grade_folder, prepare
from autograder.grading.kernels import kernels
from autograder.grading.pool import ENVIRONMENT, shown
from autograder.sandbox import SandboxedKernel
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Family
from autograder.sandbox.turns import Turns
from autograder.verify import Case, hand_in

CORES = "print('cores', *sorted(__import__('os').sched_getaffinity(0)))"
TRAP = "open('ran-' + __name__, 'w').close()\nraise ImportError(__name__)\n"
SPRUNG = "print('ran:', *sorted(name for name in __import__('os').listdir() if name.startswith('ran-')))"


@pytest.fixture
def submission(module_toy, tmp_path):
    """The solved toy with a cell of the student's own in front of all others."""

    def write(source):
        notebook = nbformat.from_dict(instructor_notebook(module_toy))
        notebook.cells.insert(0, nbformat.v4.new_code_cell(source, id="own"))
        folder = tmp_path / "submission"
        hand_in(Case("solution", notebook), module_toy, folder)
        return folder

    return write


def graded(module_toy, folder, open_kernel, limits=Limits()):
    return grade_folder(replace(prepare(module_toy, limits), limits=limits), "ada", folder, open_kernel, seed=1)


def printed(record):
    return "".join(output.get("text", "") for outputs in record.outputs.values() for output in outputs)


@pytest.mark.parametrize("is_warm", [True, False], ids=["warm", "cold"])
def test_nothing_beside_the_notebook_runs_before_the_turn(is_warm, module_toy, submission, sandbox):
    """Whatever a kernel imports by itself on its way, it does not find in the submission's folder."""
    folder = submission(SPRUNG)
    names = {name for name in packages_distributions() if name.isidentifier()} | {"storemagic", "autoreload", "sitecustomize"}
    for name in names:
        (folder / f"{name}.py").write_text(TRAP)
    with kernels(Limits(), 1, module_toy.root) as warm:
        cold = partial(SandboxedKernel, limits=Limits(), readonly=shown(module_toy.root), environment=ENVIRONMENT, threads=1)
        record = graded(module_toy, folder, warm if is_warm else cold)
    assert len(names) > 100 and "ran:\n" in printed(record), printed(record)


def test_cores_come_with_the_turn(module_toy, submission, sandbox):
    folder = submission(CORES)
    with kernels(Limits(), 1, module_toy.root, side_by_side=2) as open_kernel, open_kernel.keywords["turns"].take() as taken:
        record = graded(module_toy, folder, open_kernel)
    cores = {int(core) for core in printed(record).split("cores ")[1].split("\n")[0].split()}
    assert cores and not cores & set(taken), "the cores are its own"
    assert record.earned == 5


def test_waiting_for_the_turn_is_no_time_of_the_submissions(module_toy, submission, sandbox, monkeypatch):
    """It waits for longer than it may take, and has every point."""
    folder, limits, done = submission("print('here')"), Limits(submission_seconds=8), []

    def noting(*arguments):
        done.append(execute(*arguments))
        return done[-1]

    monkeypatch.setattr(grade, "execute", noting)
    with kernels(limits, 1, module_toy.root) as open_kernel:
        with open_kernel(folder):  # from here on kernels open at once
            pass
        grading = threading.Thread(target=lambda: done.append(graded(module_toy, folder, open_kernel, limits)))
        with open_kernel.keywords["turns"].take():
            grading.start()
            grading.join(12)
            assert grading.is_alive() and not done
        grading.join(60)
    executed, record = done
    assert (record.earned, record.notes) == (5, ()) and executed.waited > limits.submission_seconds


def test_one_more_is_made_ready_than_compute(module_toy, tmp_path, monkeypatch):
    together = threading.Barrier(3)

    def grade_one(course, student, seed, open_kernel):
        together.wait(20)
        return classroom.Ungraded(student, "not now")

    @contextmanager
    def no_kernels(*arguments, **keywords):
        yield None

    monkeypatch.setattr(classroom, "kernels", no_kernels)
    monkeypatch.setattr(classroom, "grade_one", grade_one)
    results = list(classroom.grade_all(classroom.Classroom(tmp_path, module_toy), ["ada", "blaise", "carl"], workers=2, seed=1))
    assert {result.reason for result in results} == {"not now"}


@pytest.mark.parametrize(
    "error", [psutil.NoSuchProcess(1), ProcessLookupError(), PermissionError()], ids=lambda error: type(error).__name__
)
def test_a_process_that_ended_or_is_not_ours_to_move_ends_nothing(error, monkeypatch):
    """The kernel was killed meanwhile, or the grader is root without the right to move others' processes."""
    moved = []

    def move(thread, cores):
        if thread == 1 and isinstance(error, OSError):
            raise error
        moved.append((thread, cores))

    def threads_of(number):
        if number == 1 and not isinstance(error, OSError):
            raise error
        return [SimpleNamespace(id=number), SimpleNamespace(id=number + 10)]

    family = SimpleNamespace(members=lambda: [SimpleNamespace(threads=partial(threads_of, number)) for number in (1, 2)])
    monkeypatch.setattr("os.sched_setaffinity", move)
    Family.keep_to(family, (0,))
    others = [] if isinstance(error, psutil.Error) else [(11, (0,))]
    assert moved == [*others, (2, (0,)), (12, (0,))], "all that can be moved are"


def test_a_turn_is_given_back_whatever_happens():
    turns = Turns(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.take():
            assert turns._free.empty()
            1 / 0  # noqa: B018
        assert not turns._free.empty()
