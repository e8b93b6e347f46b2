"""With a defence switched off its attacks work: so the red team is known to bite, and each defence to be needed."""

import dataclasses
import os
import pickle
import signal
from collections.abc import Callable
from functools import partial

import pytest
from attack import ATTACKS, Attack, Target, read_attack
from canary import Canary
from classes import LIMITS, graded, small_grader

from autograder.build import instructor_notebook
from autograder.checks import wire
from autograder.grading.grade import grade_folder
from autograder.release import make_release
from autograder.sandbox import SandboxedKernel, bubblewrap, watchdog


def attack(name: str) -> Attack:
    return read_attack(ATTACKS / f"{name}.py")


@pytest.fixture
def alone(toy_assignment, tmp_path, sandbox) -> Callable:
    """Grades one attack by itself, in a sandbox of its own; gives the record and what became of the canary."""

    def run(name: str) -> tuple[object, list[str]]:
        canary = Canary(tmp_path / "canary.txt")
        try:
            released = make_release(instructor_notebook(toy_assignment))
            target = Target("", "", str(canary.file), canary.port, canary.socket, canary.victim)
            attack(name).hand_in(released, tmp_path / "submission", target)
            package = toy_assignment.root / "autograder"
            shown = {package / part: f"/course/autograder/{part}" for part in ("__init__.py", "checks")}
            open_kernel = partial(SandboxedKernel, limits=LIMITS, readonly=shown, threads=1)
            record = grade_folder(small_grader(toy_assignment), "mallory", tmp_path / "submission", open_kernel, seed=1)
            return record, canary.touched()
        finally:
            canary.close()

    return run


def test_without_the_sandbox_files_network_and_points_are_had(toy_assignment, tmp_path):
    names = ["writes_over_files_outside", "sends_the_notebook_home", "runs_the_instructors_solution", "leaves_daemons_behind"]
    with graded(toy_assignment, list(map(attack, names)), tmp_path, unsafe=True) as result:
        try:
            touched = {name: canary.touched() for name, canary in result.canaries.items()}
            assert "the file was changed" in touched["writes_over_files_outside"]
            assert touched["sends_the_notebook_home"] == [
                "a TCP connection came",
                "a UDP datagram came",
                "an abstract socket's connection came",
            ]
            assert result.score("runs_the_instructors_solution") > result.score("wrong")
            assert result.survivors
        finally:
            for survivor in result.survivors:
                os.kill(int(survivor.split(":")[0]), signal.SIGKILL)


def test_the_same_attacker_is_held_by_the_sandbox(alone):
    record, touched = alone("sends_the_notebook_home")
    assert (record.earned, touched) == (0, [])


def test_without_a_network_of_its_own_it_reaches_the_server(alone, monkeypatch):
    honest = bubblewrap.command

    def with_the_hosts_network(*arguments: object, **options: object) -> bubblewrap.Command:
        command = honest(*arguments, **options)
        return dataclasses.replace(command, options=[*command.options, "--share-net"])

    monkeypatch.setattr(bubblewrap, "command", with_the_hosts_network)
    monkeypatch.setattr(watchdog, "in_sockets", lambda process, room: 0)  # the host's own sockets are not the attacker's
    _, touched = alone("sends_the_notebook_home")
    assert "a TCP connection came" in touched


def test_a_decoder_that_believes_what_it_reads_runs_the_students_code(alone, monkeypatch):
    monkeypatch.setattr(wire._Decoder, "_build_array", lambda self, body, depth: pickle.loads(self.buffers[0]))
    _, touched = alone("returns_what_executes_when_unpickled")
    assert touched == ["the file was changed"]
