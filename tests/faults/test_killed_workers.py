"""A kernel, the warm process or a sandbox's outer process is killed from outside: nobody's score is another for it."""

import json
import os
import signal
import threading

import psutil
import pytest
from courses import SCORES, problems, scores

from autograder.grading.classroom import Classroom, Ungraded, grade_class
from autograder.grading.execute import _Client
from autograder.grading.wall import Wall
from autograder.sandbox.warm import NotWarm, WarmPool

SLOW_ANSWER = "import time\ntime.sleep(1)\ndef mean(numbers):\n    return sum(numbers) / len(numbers)"

WORKERS = 2

pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def classroom(course, toy_assignment):
    """A class in which ada's right answer takes a second to define."""
    path = course / "submitted" / "ada" / "averages" / "averages.ipynb"
    notebook = json.loads(path.read_text())
    next(cell for cell in notebook["cells"] if cell["id"] == "mean")["source"] = SLOW_ANSWER
    path.write_text(json.dumps(notebook))
    return Classroom(course, toy_assignment)


def run(classroom):
    """Grades the class and gives the reasons of those who were not graded."""
    results = grade_class(classroom, classroom.students(), WORKERS, False, lambda result: None)
    reasons = {result.student: result.reason for result in results if isinstance(result, Ungraded)}
    assert not any("\n" in reason or "Traceback" in reason for reason in reasons.values())
    assert problems(classroom.course) == []
    given = scores(classroom.course)
    assert given == {student: SCORES[student] for student in given}, "a wrong score was given"
    assert set(given) | set(reasons) == set(SCORES)
    return reasons


def kernel_itself(kernel):
    return kernel.manager.provisioner.family._kernel().pid


def outer_process(kernel):
    """bwrap as the host sees it; a warm kernel has the pool's."""
    family = kernel.manager.provisioner.family
    return family._process.pid if hasattr(family, "_process") else kernel.manager.provisioner.pool._zygote._process.pid


def warm_process(kernel):
    return psutil.Process(kernel.manager.provisioner.pool._zygote.first).children()[0].pid


def kill(victim, kernel):
    os.kill(victim(kernel), signal.SIGKILL)


@pytest.fixture
def kill_in_a_cell(monkeypatch):
    """Kills once, while ada's slow cell runs."""
    original, killed = _Client.execute_cell, []

    def arm(victim):
        def execute_cell(client, cell, place):
            if cell["source"] == SLOW_ANSWER and not killed:
                killed.append(victim)
                threading.Timer(0.4, kill, [victim, client.kernel]).start()
            return original(client, cell, place)

        monkeypatch.setattr(_Client, "execute_cell", execute_cell)
        return killed

    return arm


def test_a_kernel_killed_in_a_cell_costs_nothing(classroom, kill_in_a_cell):
    killed = kill_in_a_cell(kernel_itself)
    assert run(classroom) == {}
    assert killed
    assert "the kernel was killed in cell mean; the notebook is run again as it is" in classroom.log_path("ada").read_text()


def test_a_cold_sandbox_killed_from_outside_costs_nothing(classroom, kill_in_a_cell, monkeypatch):
    def refuse(pool):
        raise NotWarm("the test wants cold kernels")

    monkeypatch.setattr(WarmPool, "_start", refuse)
    killed = kill_in_a_cell(outer_process)
    assert run(classroom) == {}
    assert killed and "kernel 1 opened cold" in classroom.log_path("ada").read_text()


def test_a_kernel_killed_in_a_check_costs_nothing(classroom, monkeypatch):
    original, killed = Wall.__call__, []

    def call(wall, request):
        if not killed:
            killed.append(wall)
            kill(kernel_itself, wall.kernel)
        return original(wall, request)

    monkeypatch.setattr(Wall, "__call__", call)
    assert run(classroom) == {}
    assert killed


@pytest.mark.parametrize("victim", [warm_process, outer_process])
def test_a_killed_pool_leaves_some_for_the_next_run_and_wrongs_nobody(classroom, kill_in_a_cell, victim):
    killed = kill_in_a_cell(victim)
    reasons = run(classroom)
    assert killed
    assert len(reasons) <= WORKERS + 1, "only those that ran, or were made ready to run, at that moment are left"
    assert "sandbox ended by itself" in reasons["ada"]
    assert run(classroom) == {}


def test_a_kernel_killed_before_any_cell_is_told_and_graded_by_the_next_run(classroom, monkeypatch):
    original, killed = _Client.connected, []

    def connected(client):
        if not killed:
            killed.append(client)
            kill(kernel_itself, client.kernel)
        return original(client)

    monkeypatch.setattr(_Client, "connected", connected)
    reasons = run(classroom)
    assert len(reasons) == 1 and "the kernel could not be prepared" in next(iter(reasons.values()))
    assert run(classroom) == {}
