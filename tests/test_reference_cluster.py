"""The same cells on a Dask cluster: a real scheduler, real workers, one of them killed in the middle."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from test_reference import ROOT, Toy, finish, wait_until

from solutions.reference.backends import _prove_workers
from solutions.reference.errors import RunnerError

distributed = pytest.importorskip("distributed", reason="Dask is not installed (the extra `cluster`)")


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self.start("scheduler", "--host", "127.0.0.1", "--port", self.address.rpartition(":")[2], "--no-dashboard")

    def start(self, kind, *arguments, **variables):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments]
        with open(self.folder / "cluster.log", "a") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, env={**os.environ, **variables}, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)
        return process

    def worker(self, *arguments):
        """Start one without a nanny, so that a kill is the end of it."""
        variables = {"TOY_FOLDER": str(self.folder), "PYTHONPATH": str(ROOT)}
        usual = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder))
        return self.start("worker", self.address, *(arguments or usual), **variables)

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def toy(tmp_path):
    toy = Toy(tmp_path)
    yield toy
    toy.end()


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.end()


def results(toy):
    return {width: json.loads(toy.path(width).read_text())["results"]["score"] for width in toy.statuses()}


def test_a_worker_killed_in_the_middle_costs_nothing(toy, cluster):
    workers = [cluster.worker(), cluster.worker()]
    toy.tell("wait", 6, 5)  # the two longest: each worker hangs in one
    run = toy.start("--backend", "dask", "--scheduler", cluster.address)
    wait_until(lambda: toy.log("start").total() == 2)
    os.killpg(workers[0].pid, signal.SIGKILL)
    toy.untell("wait", 6, 5)
    done = finish(run)
    assert done.returncode == 0, done.stderr
    assert toy.log("start").total() == 7  # the cell that the killed one was at, once more
    assert results(toy) == {width: width / 10 for width in range(1, 7)}  # the table of an undisturbed run
    assert all(count == 1 for count in toy.log("end").values())


def test_a_cell_that_takes_every_worker_with_it_has_failed_and_the_rest_is_done(toy, cluster):
    toy.tell("die", 3)
    usual = ("--nthreads", "1", "--no-dashboard", "--local-directory", str(cluster.folder))  # with a nanny, which starts it again
    cluster.worker(*usual)
    done = finish(toy.start("--backend", "dask", "--scheduler", cluster.address))
    assert done.returncode == 1
    assert "1 of 6 cells failed" in done.stderr and "Traceback" not in done.stderr
    assert toy.statuses() == {width: "failed" if width == 3 else "done" for width in range(1, 7)}


def test_a_scheduler_that_dies_is_said_in_one_line_and_the_run_goes_on_later(toy, cluster):
    cluster.worker()
    toy.tell("wait", 1)
    run = toy.start("--backend", "dask", "--scheduler", cluster.address)
    wait_until(lambda: len(toy.statuses()) == 5 and toy.log("start")[1])
    os.killpg(cluster.processes[0].pid, signal.SIGKILL)
    done = finish(run)
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1
    assert "the scheduler is gone" in done.stderr
    cluster.end()
    toy.untell("wait", 1)
    assert toy.run().returncode == 0
    assert set(toy.statuses().values()) == {"done"}


def test_a_worker_that_would_train_two_cells_at_a_time_is_refused_before_anything_is_run(toy, cluster):
    cluster.worker("--nthreads", "2", "--no-nanny", "--no-dashboard")
    done = finish(toy.start("--backend", "dask", "--scheduler", cluster.address))
    assert done.returncode == 1 and "one cell at a time" in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not toy.statuses()


class Elsewhere:
    """A client whose workers are on a machine that has another file system, or not the project. (Here all have both.)"""

    def __init__(self, sees=True, imports=True):
        self.sees, self.imports = sees, imports

    def wait_for_workers(self, count, timeout):
        pass

    def nthreads(self):
        return {"tcp://far:1": 1}

    def run(self, function, *arguments):
        if function is os.path.exists:
            assert Path(*arguments).exists()
            return {"tcp://far:1": self.sees}
        if not self.imports:
            raise ModuleNotFoundError("No module named 'solutions'")
        return {}


def test_workers_that_do_not_see_the_folder_or_the_project_are_refused(tmp_path):
    _prove_workers(Elsewhere(), tmp_path)
    with pytest.raises(RunnerError, match="far:1 does not see .* a folder that all machines share"):
        _prove_workers(Elsewhere(sees=False), tmp_path)
    with pytest.raises(RunnerError, match="cannot import the project .No module named 'solutions'"):
        _prove_workers(Elsewhere(imports=False), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_scheduler_is_one_line(toy):
    done = finish(toy.start("--backend", "dask", "--scheduler", "tcp://127.0.0.1:9"))
    assert done.returncode == 1 and "no scheduler answers at tcp://127.0.0.1:9" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", [("--backend", "dask"), ("--scheduler", "tcp://x:1"), ("--backend", "spark")])
def test_half_a_choice_of_backend_is_refused(toy, arguments):
    done = finish(toy.start(*arguments))
    assert done.returncode == 1 and "expected --backend local, or --backend dask --scheduler ADDRESS" in done.stderr


def test_the_job_of_a_slurm_worker_trains_one_cell_at_a_time_in_the_clone():
    words = ["--threads", "4", "--memory", "6GB", "--walltime", "02:00:00", "--queue", "long", "--gres", "gpu:1", "--show"]
    command = [sys.executable, "-m", "solutions.reference.slurm", *words]
    script = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = script.splitlines()
    assert {"#SBATCH -p long", "#SBATCH --cpus-per-task=4", "#SBATCH -t 02:00:00", "#SBATCH --gres=gpu:1"} <= set(lines)
    assert any(line.startswith("#SBATCH --mem=") and line.endswith("G") for line in lines)
    assert f"cd {ROOT}" in lines and f"export PYTHONPATH={ROOT}" in lines
    assert any("distributed.cli.dask_worker" in line and "--nthreads 1 " in line for line in lines)
