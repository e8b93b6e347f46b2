"""The runner of reference grids, on a toy assignment whose training is told by files what to do: real processes, real kills."""

import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from rich.console import Console

from solutions.reference import checkpoint, cli, discover, estimate, reporting, restore, store, tables, work
from solutions.reference.backends import Local
from solutions.reference.errors import RunnerError, StorageError, UnusableFile, one_line
from solutions.reference.locks import cell_lock, held_by, is_free
from solutions.reference.only import keep_only
from solutions.reference.plan import Cell, Preset, Reference
from solutions.reference.progress import RunProgress
from solutions.reference.runner import _groups, plan_run

ROOT = Path(__file__).parents[1]
PATIENCE = 60  # seconds until a process that hangs fails its test
TOY = """
import os, resource, signal, time
from pathlib import Path
from solutions.reference.plan import Cell, Preset, Reference
from solutions.reference.tables import write_text

HERE = Path(os.environ["TOY_FOLDER"])
CELLS = tuple(Cell({"width": width}, 0, "toy-data", {"epochs": 1}) for width in range(1, 7))
OTHER = (Cell({"width": 1}, 0, "other-data", {"epochs": 1}),)

def told(cell, act):
    return (HERE / f"{cell.parameters['width']}.{act}").exists()

def note(word, cell):
    with open(HERE / "log", "a") as log:
        log.write(f"{word} {cell.parameters['width']}\\n")

def train(cell):
    note("start", cell)
    while told(cell, "wait"):
        time.sleep(0.01)
    if told(cell, "fail"):
        raise ValueError("no luck\\nsecond line")
    if told(cell, "die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if told(cell, "full"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    else:
        note("end", cell)
    nan = told(cell, "nan")
    score = float("nan") if nan else cell.parameters["width"] / 10
    return {"score": score, "diverged": nan, "threads": os.environ.get("OMP_NUM_THREADS")}

def prepare(data):
    if (HERE / "no-data").exists():
        raise OSError(f"{data} is nowhere")

def report(found, folder):
    write_text(folder / "page.md", f"{len(found.frame)} runs, {len(found.missing)} missing, failed {dict(found.failed)}")

PRESETS = (Preset("small", "one cell", OTHER, warning="SAMPLE"), Preset("wide", "six cells", CELLS))
REFERENCE = Reference(PRESETS, lambda cell: float(cell.parameters["width"]), train, report, prepare)
"""


class Toy:
    """A toy assignment in a folder of its own, its runs, and the log of what was trained."""

    def __init__(self, folder):
        self.folder = folder
        self.cells = folder / "cells"
        self.solutions = folder / "solutions"
        (self.solutions / "toy").mkdir(parents=True)
        (self.solutions / "toy" / "reference.py").write_text(TOY)
        self.started = []

    def tell(self, act, *widths):
        for width in widths:
            (self.folder / f"{width}.{act}").touch()

    def untell(self, act, *widths):
        for width in widths:
            (self.folder / f"{width}.{act}").unlink()

    def start(self, *arguments, command="run"):
        preset = ("--preset", "wide") if command == "run" else ()
        command = [sys.executable, "-m", "solutions.reference", command, "toy", *preset, *arguments]
        places = ["--cells", str(self.cells), "--solutions", str(self.solutions)]
        process = subprocess.Popen(
            [*command, *places], cwd=ROOT, env={**os.environ, "TOY_FOLDER": str(self.folder)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            preexec_fn=_hear_interrupts,
        )  # fmt: skip
        self.started.append(process)
        return process

    def run(self, *arguments, command="run"):
        return finish(self.start(*arguments, command=command))

    def log(self, word):
        """How often each width was noted with this word."""
        path = self.folder / "log"
        lines = path.read_text().splitlines() if path.exists() else []
        return Counter(int(line.split()[1]) for line in lines if line.startswith(word))

    def order(self):
        return [int(line.split()[1]) for line in (self.folder / "log").read_text().splitlines() if line.startswith("start")]

    def path(self, width):
        return self.cells / f"width={width},seed=0,data=toy-data,epochs=1.json"

    def statuses(self):
        return {width: json.loads(self.path(width).read_text())["status"] for width in range(1, 7) if self.path(width).exists()}

    def end(self):
        for process in self.started:
            for stream in (process.stdout, process.stderr):
                stream.close()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _hear_interrupts():
    """As from a terminal: tests that a shell started in the background ignore SIGINT, and so would their children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finish(process):
    """Wait for a run; return its exit code, output and errors."""
    output, errors = process.communicate(timeout=PATIENCE)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def wait_until(true):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def toy(tmp_path):
    """The toy assignment; its processes are ended with the test."""
    toy = Toy(tmp_path)
    yield toy
    toy.end()


def cell(width=1, seed=0, data="toy-data"):
    """A cell of the toy's form."""
    return Cell({"width": width}, seed, data, {"epochs": 1})


GRID = Preset(
    "grid", "", tuple(Cell({"units": units, "rate": rate, "kind": "03"}, 0, "toy-data") for units in (16, 32) for rate in (1e-3, 1.0))
)


def once(*widths):
    """The log in which each of these widths stands once."""
    return Counter(widths)


# Kills, other runs, failures


def test_killed_in_the_middle_and_run_again_no_cell_is_lost_or_done_twice(toy):
    toy.tell("wait", 4, 3)
    process = toy.start("--workers", "2")
    wait_until(lambda: toy.log("start")[3] and toy.log("start")[4] and {5, 6} <= set(toy.statuses()))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert toy.statuses() == {6: "done", 5: "done"}

    toy.untell("wait", 4, 3)
    again = toy.run("--workers", "2")
    assert again.returncode == 0, again.stderr
    assert toy.statuses() == dict.fromkeys(range(1, 7), "done")
    assert toy.log("end") == once(1, 2, 3, 4, 5, 6)
    assert toy.log("start") == once(1, 2, 3, 3, 4, 4, 5, 6)
    assert {path.suffix for path in toy.cells.iterdir()} == {".json", ".log"}  # no lock and no half file stays


def test_workers_end_with_a_runner_that_is_killed_alone(toy):
    toy.tell("wait", 6)
    process = toy.start("--workers", "1")
    wait_until(lambda: toy.log("start")[6])
    process.kill()
    process.wait()
    again = toy.start("--workers", "1")
    wait_until(lambda: toy.log("start")[6] == 2)  # only once the orphan has gone, and its lock with it
    toy.untell("wait", 6)
    assert finish(again).returncode == 0
    assert toy.log("end") == once(1, 2, 3, 4, 5, 6)


def test_two_runs_at_once_share_the_cells(toy):
    toy.tell("wait", 6, 5)
    first = toy.start("--workers", "2")
    wait_until(lambda: toy.log("start")[6] and toy.log("start")[5])
    second = toy.start("--workers", "2")
    wait_until(lambda: {1, 2, 3, 4} <= set(toy.statuses()))
    toy.untell("wait", 6, 5)
    assert [finish(first).returncode, finish(second).returncode] == [0, 0]
    assert toy.log("start") == once(1, 2, 3, 4, 5, 6)


def test_a_worker_leaves_a_cell_that_another_run_holds(toy, monkeypatch):
    monkeypatch.setattr(work, "limit_threads", lambda _threads: None)  # this is the tests' own process
    monkeypatch.setenv("TOY_FOLDER", str(toy.folder))
    toy.cells.mkdir()
    task = work.Task("toy", toy.solutions, toy.cells, cell(1), threads=1, run="mine", started=time.time())
    with cell_lock(toy.cells, cell(1), "other"):
        assert work.run_task(task) == work.BUSY
    assert toy.log("start") == Counter()
    assert work.run_task(task).status == "done"
    assert work.run_task(task).status == "done"  # reads what stands there
    assert toy.log("start") == once(1)


def test_finished_cells_are_not_run_again(toy):
    assert toy.run().returncode == 0
    assert "6 cells, 0 to run" in toy.run().stdout
    assert toy.log("start") == once(1, 2, 3, 4, 5, 6)


def test_longest_cells_go_first(toy):
    assert toy.run("--workers", "1").returncode == 0
    assert toy.order() == [6, 5, 4, 3, 2, 1]


def test_a_run_of_some_rows_trains_these_and_speaks_of_these(toy):
    run = toy.run("--only", "width=2,5")
    assert run.returncode == 0, run.stderr
    assert "toy wide: 2 cells, 2 to run" in run.stdout and "all 2 cells have their results" in run.stdout
    assert toy.log("end") == once(2, 5)
    assert "toy wide: 6 cells, 4 to run" in toy.run().stdout  # the next night takes up the rest
    assert toy.log("end") == once(1, 2, 3, 4, 5, 6)


def test_some_rows_with_other_seeds_are_the_same_cells_in_either_order(toy):
    assert "2 cells, 2 to run" in toy.run("--only", "width=2", "--seeds", "7,8").stdout
    assert "2 cells, 0 to run" in toy.run("--seeds", "7,8", "--only", "width=2").stdout
    assert toy.log("end") == once(2, 2)


def test_status_of_some_rows_counts_these_and_estimates_by_all_that_was_measured(toy):
    toy.cells.mkdir()
    store.write(toy.cells, store.Record(cell(3), "done", {"score": 1.0}, seconds=3600.0, operations=3.0))  # on one core

    def rows(*arguments):
        told = toy.run(*arguments, command="status").stdout
        return {line.split()[1]: line.replace("│", " ").split()[1:] for line in told.splitlines() if line.startswith("│")}

    assert rows("--only", "width=1") == {
        "small": ["1", "0", "0", "0", "1", "not", "yet", "known"],
        "wide": ["1", "0", "0", "0", "1", "20", "min"],
    }
    assert rows("--only", "width=2,3") == {"wide": ["2", "1", "0", "0", "1", "40", "min"]}


def test_plan_of_some_rows_counts_these_and_estimates_by_all_that_was_measured(toy):
    toy.cells.mkdir()
    store.write(toy.cells, store.Record(cell(3), "done", {"score": 1.0}, seconds=3600.0, operations=3.0))  # on one core
    told = toy.run("--preset", "wide", "--only", "width=2", command="plan").stdout
    rows = [line.replace("│", " ").split() for line in told.splitlines() if line.startswith("│")]
    assert [row[:-6] for row in rows] == [["width", "2", "1", "2e-15", "40", "min"], ["all", "1", "2e-15", "40", "min"]]


def test_a_failed_cell_is_tried_again_and_a_diverged_one_is_a_result(toy):
    toy.tell("fail", 2)
    toy.tell("nan", 3)
    first = toy.run()
    assert first.returncode == 1
    assert first.stderr == "error: 1 of 6 cells failed; run it again to try them again: ValueError: no luck\n"
    assert toy.statuses() == {**dict.fromkeys(range(1, 7), "done"), 2: "failed", 3: "diverged"}
    assert json.loads(toy.path(3).read_text())["results"]["score"] is None

    state = toy.run("--preset", "wide", command="status").stdout
    assert "failed  width=2 seed=0: ValueError: no luck" in state

    toy.untell("fail", 2)
    assert toy.run().returncode == 0
    assert toy.log("start") == once(1, 2, 2, 3, 4, 5, 6)


def test_a_cell_that_takes_its_worker_with_it_does_not_stop_the_others(toy):
    toy.tell("die", 5)
    run = toy.run("--workers", "2")
    assert run.returncode == 1
    assert run.stderr.startswith("error: 1 of 6 cells failed") and "the worker died" in run.stderr
    assert toy.statuses() == {**dict.fromkeys(range(1, 7), "done"), 5: "failed"}
    assert toy.log("start")[5] == 2  # side by side, and once more alone


def test_interrupt_ends_in_one_line_and_leaves_no_process(toy):
    toy.tell("wait", 4)
    process = toy.start("--workers", "1")
    wait_until(lambda: toy.log("start")[4] and {6, 5} <= set(toy.statuses()))
    store.write(toy.cells, store.Record(cell(1), "done", {"score": 1.0}))  # another run's: this one has not been told of it
    os.killpg(process.pid, signal.SIGINT)
    run = finish(process)
    assert run.returncode == 1
    assert run.stderr == "error: stopped with 3 of 6 cells done; run it again to go on\n"
    assert is_free(toy.cells, cell(4))


def test_a_full_disk_stops_the_run_in_one_line(toy):
    toy.tell("full", 6)
    run = toy.run("--workers", "1")
    assert run.returncode == 1
    assert run.stderr == f"error: cannot write into {toy.cells}: {os.strerror(errno.EFBIG)}\n"
    assert toy.statuses() == {}


@pytest.mark.parametrize("text", ["", "{", '{"format": "solutions.reference cell 1"}', "[]", "null", "\x00\xff"])
def test_a_half_written_file_is_not_a_record(tmp_path, text):
    store.path_of(tmp_path, cell()).write_text(text)
    with pytest.raises(UnusableFile):
        store.read(tmp_path, cell())


def test_a_half_written_file_is_told_and_run_again(toy):
    toy.cells.mkdir()
    for width in range(2, 7):
        store.write(toy.cells, store.Record(cell(width), "done", {"score": 1.0}))
    toy.path(1).write_text(toy.path(2).read_text()[:90])
    run = toy.run()
    assert run.returncode == 0
    assert [line.split(":")[0] for line in run.stdout.splitlines() if toy.path(1).name in line] == ["not counted, will be run again"]
    assert toy.log("start") == once(1)
    assert toy.statuses()[1] == "done"


def test_another_cells_record_is_not_counted(toy):
    toy.cells.mkdir()
    for width in range(2, 7):
        store.write(toy.cells, store.Record(cell(width), "done", {"score": 1.0}))
    toy.path(1).write_text(toy.path(2).read_text())
    with pytest.raises(UnusableFile, match="holds another cell"):
        store.read(toy.cells, cell(1))
    assert toy.run().returncode == 0
    assert toy.log("start") == once(1)


def test_threads_are_shared_out_before_training_starts(toy):
    assert toy.run("--workers", "1").returncode == 0
    threads = json.loads(toy.path(1).read_text())["results"]["threads"]
    assert threads == str(estimate.available_cores())


def test_data_that_cannot_be_had_is_told_before_any_cell(toy):
    (toy.folder / "no-data").touch()
    run = toy.run()
    assert (run.returncode, run.stderr) == (1, "error: data 'toy-data' cannot be had: OSError: toy-data is nowhere\n")
    assert toy.log("start") == Counter()


def test_report_takes_the_widest_preset_with_results_and_keeps_samples_apart(toy):
    toy.cells.mkdir()
    store.write(toy.cells, store.Record(cell(1, data="other-data"), "done", {"score": 0.5}))
    assert toy.run(command="report").returncode == 0  # only the sample has results
    sample = toy.folder / "build" / "reference" / "toy" / "small"
    assert list(pd.read_csv(sample / "cells.csv")["data"]) == ["other-data"]

    store.write(toy.cells, store.Record(cell(2), "done", {"score": 0.25}))
    store.write(toy.cells, store.Record(cell(3), "failed", reason="ValueError: no luck"))
    assert toy.run(command="report").returncode == 0
    results = toy.solutions / "toy" / "results"
    assert list(pd.read_csv(results / "cells.csv")["data"]) == ["toy-data"]
    assert (results / "page.md").read_text() == "1 runs, 5 missing, failed {'width=3 seed=0': 'ValueError: no luck'}"


def test_a_report_of_more_runs_is_not_overwritten_by_one_of_fewer(toy):
    toy.cells.mkdir()
    for width in (2, 3):
        store.write(toy.cells, store.Record(cell(width), "done", {"score": 0.25}))
    assert toy.run(command="report").returncode == 0
    toy.path(3).unlink()
    refused = toy.run(command="report")
    assert refused.returncode == 1
    assert "reports 2 runs and here are only 1: take up the others with `restore`, or give another --output, or --replace" in refused.stderr
    store.write(toy.cells, store.Record(cell(3), "done", {"score": 0.25}))
    store.write(toy.cells, store.Record(cell(1, data="other-data"), "done", {"score": 0.25}))
    narrower = toy.run("--preset", "small", "--output", str(toy.solutions / "toy" / "results"), command="report")
    assert "here are only 1: give another --output, or --replace" in narrower.stderr  # there is nothing to be taken up
    toy.path(3).unlink()
    assert len(pd.read_csv(toy.solutions / "toy" / "results" / "cells.csv")) == 2
    assert toy.run("--replace", command="report").returncode == 0
    assert len(pd.read_csv(toy.solutions / "toy" / "results" / "cells.csv")) == 1


# Another machine's results


def test_a_run_goes_on_from_a_report_made_elsewhere(toy):
    assert toy.run("--only", "width=2,5").returncode == 0
    assert toy.run(command="report").returncode == 0
    shutil.rmtree(toy.cells)  # a clone has the report alone
    restored = toy.run(command="restore")
    assert restored.returncode == 0 and "restored: 2;" in restored.stdout
    assert "6 cells, 4 to run" in toy.run().stdout
    assert toy.log("end") == once(1, 2, 3, 4, 5, 6)


def test_run_and_status_say_what_stands_in_the_report_and_report_does_too(toy):
    assert toy.run("--only", "width=2,5").returncode == 0
    assert "but with one in" not in toy.run("--only", "width=2,4").stdout
    assert toy.run(command="report").returncode == 0
    shutil.rmtree(toy.cells)
    results = toy.solutions / "toy" / "results"
    places = f"--cells {toy.cells} --solutions {toy.solutions}"
    hint = f"without a result here, but with one in {results}: 3; to take those, call this before `run`: restore toy {places}"
    assert hint in toy.run(command="status").stdout
    assert hint.replace(": 3;", ": 1;") in toy.run("--only", "width=1,2").stdout
    assert "take up the others with `restore`, or give another --output, or --replace" in toy.run(command="report").stderr
    (results / "cells.csv").write_text((results / "cells.csv").read_text().replace("toy-data", ""))
    assert "not compared with the report" not in toy.run("--only", "width=3").stdout  # of no cell of this grid
    (results / "cells.csv").write_text("<<<<<<< ours\n1\n2\n")
    assert f"not compared with the report: {results / 'cells.csv'}, line 2: not a row that" in toy.run("--only", "width=3").stdout


def test_a_diverged_run_is_restored_as_one(toy):
    toy.tell("nan", 3)
    assert toy.run("--only", "width=3,4").returncode == 0
    before = {width: json.loads(toy.path(width).read_text()) for width in (3, 4)}
    assert toy.run(command="report").returncode == 0
    shutil.rmtree(toy.cells)
    assert toy.run(command="restore").returncode == 0
    for width, record in before.items():
        after = json.loads(toy.path(width).read_text())
        for each in (record, after):
            del each["finished"], each["results"]["threads"]  # a report does not say when; the cost's threads stand over the toy's own
        assert record == after
    assert toy.statuses() == {3: "diverged", 4: "done"}


def test_restoring_keeps_what_is_here_and_replaces_what_is_no_result(toy):
    assert toy.run("--only", "width=1,2,3,4").returncode == 0
    assert toy.run(command="report").returncode == 0
    store.write(toy.cells, store.Record(cell(1), "done", {"score": 0.75}))
    store.write(toy.cells, store.Record(cell(2), "failed", reason="ValueError: no luck"))
    toy.path(3).write_text("{")
    toy.path(4).unlink()
    with cell_lock(toy.cells, cell(4)):  # as a run holds it that trains the cell
        restored = toy.run(command="restore")
    assert restored.returncode == 0 and "restored: 2;" in restored.stdout
    assert "left alone: width=4 seed=0 is being trained" in restored.stdout
    assert f"replaced: {toy.path(3).name}: half-written or not JSON" in restored.stdout
    assert [store.read(toy.cells, cell(width)).results["score"] for width in (1, 2, 3)] == [0.75, 0.2, 0.3]
    assert not toy.path(4).exists()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("1,x,0.1,toy-data,1,0.5,1,cpu", "line 3: not a row that `report` wrote"),  # no seed
        (f"1,{10**300},0.1,toy-data,1,0.5,1,cpu", "line 3: not a row that `report` wrote"),
        ("1,0,0.1,toy-data,1,inf,1,cpu", "line 3: not a row that `report` wrote"),  # no number of seconds
        ("1,0,0.1,toy-data,1,1e308,2,cpu", "line 3: not a row that `report` wrote"),
        ("1,0,0.1,toy-data,1,-1,1,cpu", "line 3: not a row that `report` wrote"),
        ("1,0,0.1,toy-data,1,0.5,0,cpu", "line 3: not a row that `report` wrote"),  # no threads
        ("1,0,0.1,toy-data,1,0.5,1", "line 3: not a row that `report` wrote"),  # a field too few
        ("1,0,0.1,toy-data,1,0.5,1,cpu,more", "line 3: not a row that `report` wrote"),
        ("2,0,0.2,toy-data,1,0.5,1,cpu", "line 4: width=2 seed=0 stands there twice"),  # as two branches merged make it
        ("\0\udc80", "cannot read"),
    ],
)
def test_a_report_that_cannot_be_read_is_one_line_and_writes_nothing(toy, line, told):
    results = toy.solutions / "toy" / "results"
    results.mkdir()
    good = "2,0,0.1,toy-data,1,0.5,1,cpu"
    text = "\n".join(["width,seed,score,data,epochs,seconds,threads,device", "", line, good, ""])  # csv skips the empty line
    (results / "cells.csv").write_text(text, errors="surrogateescape")
    restored = toy.run(command="restore")
    assert restored.returncode == 1
    assert told in restored.stderr and restored.stderr.count("\n") == 1
    assert not toy.cells.exists()


@pytest.mark.parametrize(
    "header",
    [
        "width,data,seed,score,epochs,seconds,threads,device",  # the results are not between the seed and the data
        "width,seed,data,epochs,score,seconds,threads,device",
        "data,epochs,seconds,threads,device,width,seed,score",
    ],
)
def test_columns_in_another_order_are_not_a_report(toy, header):
    results = toy.solutions / "toy" / "results"
    results.mkdir()
    values = {"width": 1, "seed": 0, "score": 0.1, "data": "toy-data", "epochs": 1, "seconds": 0.5, "threads": 1, "device": "cpu"}
    (results / "cells.csv").write_text(f"{header}\n{','.join(str(values[name]) for name in header.split(','))}\n")
    restored = toy.run(command="restore")
    assert restored.returncode == 1 and "line 2: not a row that `report` wrote" in restored.stderr


def test_rows_of_another_grid_are_left_out_and_told(toy):
    results = toy.solutions / "toy" / "results"
    results.mkdir()
    rows = ["width,seed,score,data,epochs,precision,seconds,threads,device"]
    rows += ["2.0,4,0.1,toy-data,1,,0.5,1,cpu", "2,0,0.1,toy-data,7,,0.5,1,cpu", "3,0,0.1,toy-data,1,mixed_float16,0.5,1,cpu"]
    (results / "cells.csv").write_text("\n".join([*rows, ""]))
    restored = toy.run(command="restore")
    assert restored.returncode == 0 and "being of no cell of this grid: 2" in restored.stdout and "restored: 1;" in restored.stdout
    assert [path.name for path in toy.cells.glob("*.json")] == ["width=2,seed=4,data=toy-data,epochs=1.json"]  # spelt as the grid spells it


def test_a_checkpoint_of_what_was_finished_elsewhere_goes(toy):
    assert toy.run("--only", "width=1,2").returncode == 0
    assert toy.run(command="report").returncode == 0
    toy.path(1).unlink()
    begun = [store.checkpoint_path(toy.cells, cell(width)) for width in (1, 3)]
    for path in begun:
        path.touch()
    assert toy.run(command="restore").returncode == 0
    assert [path.exists() for path in begun] == [False, True]


def test_the_seconds_of_a_resumed_cell_are_those_of_every_sitting(tmp_path, monkeypatch):
    clock = SimpleNamespace(monotonic=lambda: clock.now, time=lambda: clock.now, now=1000.0)
    monkeypatch.setattr(work, "time", clock)
    monkeypatch.setattr(checkpoint, "time", clock)

    def train(cell, kept):
        loaded = kept.load()
        clock.now += 100
        kept.save({}, {})
        if loaded is None:
            clock.now += 30  # lost with what was trained meanwhile
            raise KeyboardInterrupt
        return {"score": 1.0}

    def warm_up(cell):
        clock.now += 7

    reference = Reference((), lambda cell: 1.0, train, None, warm_up=warm_up, resumes=True)
    monkeypatch.setattr(work, "load", lambda *where: reference)
    task = work.Task("toy", tmp_path, tmp_path, cell(1), 1, "run", 0.0)
    with pytest.raises(KeyboardInterrupt):
        work.train(task)
    assert work.train(task).seconds == 200


@pytest.mark.parametrize("assignment", discover.assignments())
def test_the_committed_results_come_back_to_the_last_digit(assignment, tmp_path):
    reference = discover.load(assignment, discover.SOLUTIONS)
    committed = discover.SOLUTIONS / assignment / "results"
    rows = (committed / "cells.csv").read_text(encoding="utf-8")
    assert restore.restore(reference, committed, tmp_path) == rows.count("\n") - 1
    records = store.read_all(tmp_path)
    found = tables.findings(reporting.choose_preset(reference, records), records)
    assert found.frame.to_csv(index=False, lineterminator="\n") == rows
    assert restore.restore(reference, committed, tmp_path) == 0  # all of them are here


def test_lists_are_restored_as_lists_and_what_is_empty_as_none(tmp_path):
    lines = ["width,seed,score,shares,curve_losses,note,said,data,epochs,seconds,threads,device"]
    lines += ["1,0,1e-05,1 2.5 None,2.25,,no luck,toy-data,1,0.5,1,cpu", "2,0,3,4,None,True,7,toy-data,1,0.5,1,cpu", ""]
    (tmp_path / "cells.csv").write_text("\n".join(lines))
    reference = Reference((Preset("wide", "", (cell(1), cell(2))),), lambda _cell: 1.0, print, print)
    records, _ = restore.records_in(reference, tmp_path)
    assert [record.results for record in records] == [
        {"score": 1e-5, "shares": [1, 2.5, None], "curve_losses": [2.25], "note": None, "said": "no luck"},
        {"score": 3, "shares": [4], "curve_losses": [None], "note": True, "said": 7},
    ]
    assert len(tables.numbers(tables.frame(records)["curve_losses"])) == 2


# The command line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "nothing", "--preset", "demo"], "no assignment 'nothing' with a reference.py; known: KNOWN"),
        (["run", "mnist_sweep", "--preset", "huge"], "no preset 'huge'; known: demo, laptop, full"),
        (["run", "mnist_sweep", "--preset", "demo", "--seeds", "a"], "expected seeds such as 0,1,2 or 0-4, got 'a'"),
        (["run", "mnist_sweep", "--preset", "demo", "--only", "width=16"], "no parameter 'width'; known: units, learning_rate"),
        (["plan", "mnist_sweep", "--preset", "demo", "--only", "units=16,7"], "no cell with units='7'; known: 16, 32, 64"),
        (["status", "state_and_clipping", "--only", "level=letter"], "no cell with level='letter'; known: word, character"),
        (
            ["status", "state_and_clipping", "--only", "layers=3", "--only", "embedding=16,400", "--only", "level=word"],
            "no cell has layers=3 and embedding=16,400 and level=word",
        ),
        (["run", "mnist_sweep", "--preset", "demo", "--cells", "FILE"], "cannot write into FILE: File exists"),
        (["report", "mnist_sweep", "--cells", "EMPTY"], "no results yet: TO_BEGIN"),
        (["report", "mnist_sweep", "--cells", "EMPTY", "--preset", "demo"], "no results yet for preset demo: TO_BEGIN"),
        (
            ["restore", "mnist_sweep", "--mixed-precision"],
            "--mixed-precision needs --from: reports in mixed precision are not kept with the others",
        ),
        (
            ["restore", "mnist_sweep", "--from", str(discover.SOLUTIONS / "char_lstm" / "results")],
            "no row of CHARS is of a cell of this grid",
        ),
        (["restore", "mnist_sweep", "--from", "EMPTY"], "no results in EMPTY/cells.csv"),
        (["restore", "mnist_sweep", "--cells", "FILE"], "cannot write into FILE: File exists"),
        (["status", "mnist_sweep", "--preset", "huge"], "no preset 'huge'; known: demo, laptop, full"),
    ],
)
def test_mistakes_are_one_line_and_a_non_zero_exit(arguments, message, tmp_path, monkeypatch, capsys):
    places = {"FILE": tmp_path / "file", "EMPTY": tmp_path / "empty"}
    places["FILE"].touch()
    monkeypatch.setattr(sys, "argv", ["reference", *(str(places.get(word, word)) for word in arguments)])
    with pytest.raises(SystemExit) as exit_:
        cli.main()
    assert exit_.value.code == 1
    places["TO_BEGIN"] = "start them with `run`, or take up those of a report with `restore`"
    places["CHARS"] = discover.SOLUTIONS / "char_lstm" / "results" / "cells.csv"
    for word, meant in {**places, "KNOWN": ", ".join(discover.assignments())}.items():
        message = message.replace(word, str(meant))
    assert capsys.readouterr().err == f"error: {message}\n"


def test_every_command_and_option_is_documented():
    import typer.main

    for command in typer.main.get_command(cli.app).commands.values():
        assert command.help
        assert all(parameter.help for parameter in command.params)


@pytest.mark.parametrize(("text", "seeds"), [("0", (0,)), ("0,2,2", (0, 2)), ("1-3", (1, 2, 3)), ("0-1,5", (0, 1, 5))])
def test_seeds_are_lists_and_ranges(text, seeds):
    assert cli._seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "units", "units=", "=16", "units=16,,32", "units=16,"])
def test_a_choice_of_rows_that_is_no_name_with_values_is_refused(text):
    with pytest.raises(RunnerError, match=f"expected --only NAME=VALUE.*, got {text!r}"):
        keep_only([GRID], [text])


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        ([], [(16, 0.001), (16, 1.0), (32, 0.001), (32, 1.0)]),
        (["units=16"], [(16, 0.001), (16, 1.0)]),
        (["rate=1e-3"], [(16, 0.001), (32, 0.001)]),  # by value, not by spelling
        ([" rate = 1 , 0.001 ", "units=32.0"], [(32, 0.001), (32, 1.0)]),
        (["units=32", "rate=1", "units=16"], [(16, 1.0), (32, 1.0)]),  # a name given twice: the values of both
        (["kind=03"], [(16, 0.001), (16, 1.0), (32, 0.001), (32, 1.0)]),
    ],
)
def test_rows_are_chosen_by_values(texts, kept):
    (preset,) = keep_only([GRID], texts)
    assert [(each.parameters["units"], each.parameters["rate"]) for each in preset.cells] == kept


@pytest.mark.parametrize("text", ["kind=3", "units=nan", "units=16=32"])
def test_a_value_that_no_cell_has_is_refused(text):
    with pytest.raises(RunnerError, match="no cell with"):
        keep_only([GRID], [text])


def test_the_runner_itself_never_imports_tensorflow():
    names = "cli discover estimate grid_report locks only plan progress reporting restore runner store tables work"
    code = f"import sys; [__import__(f'solutions.reference.{{name}}') for name in {names.split()!r}]\n"
    code += "import solutions.mnist_sweep.reference; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_reference_that_cannot_be_loaded_is_one_line(tmp_path):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "reference.py").write_text("import nothing_of_that_name")
    with pytest.raises(RunnerError, match="cannot load the reference of broken: ModuleNotFoundError"):
        discover.load("broken", tmp_path)


# Cells, presets, files, locks


def test_a_cells_name_is_readable_and_says_all_that_identifies_it():
    sweep = Cell({"units": 16, "learning_rate": 0.001}, 0, "mnist", {"epochs": 1})
    assert sweep.name == "units=16,learning_rate=0.001,seed=0,data=mnist,epochs=1"


@pytest.mark.parametrize("parameters", [{"a/b": 1}, {"a": "x/y"}, {"a": "1,b=2"}, {"seed": 1}, {"epochs": 2}, {"a": ""}])
def test_names_that_would_not_make_one_file_are_refused(parameters):
    with pytest.raises(ValueError, match="expected letters|stands twice"):
        Cell(parameters, 0, "data", {"epochs": 1})


def test_a_preset_is_one_data_set():
    with pytest.raises(ValueError, match="one data set and one protocol"):
        Preset("mixed", "", (cell(1), cell(2, data="other")))


def test_seeds_of_a_preset_can_be_replaced():
    preset = Preset("two", "", (cell(1, 0), cell(1, 1), cell(2, 0))).with_seeds((7, 8))
    assert [(each.parameters["width"], each.seed) for each in preset.cells] == [(1, 7), (1, 8), (2, 7), (2, 8)]


def test_a_preset_keeps_the_cells_with_some_values_and_their_seeds():
    preset = Preset("three", "about", (cell(1, 0), cell(1, 1), cell(2, 0), cell(3, 0)), warning="SAMPLE")
    assert preset.with_only({"width": (1, 3)}) == Preset("three", "about", (cell(1, 0), cell(1, 1), cell(3, 0)), warning="SAMPLE")
    assert preset.with_only({"width": (4,)}) is None


def test_a_record_comes_back_as_it_was(tmp_path):
    record = store.Record(cell(), "done", {"score": 0.1, "counts": [1, 2]}, seconds=1.5, threads=2, versions={"python": "3"})
    store.write(tmp_path, record)
    assert store.read(tmp_path, cell()) == record
    assert store.read(tmp_path, cell(2)) is None


def test_a_refused_write_keeps_what_was_there(tmp_path, monkeypatch):
    store.write(tmp_path, store.Record(cell(), "done", {"score": 1.0}))

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="cannot write into .*: No space left on device"):
        store.write(tmp_path, store.Record(cell(), "done", {"score": 2.0}))
    assert store.read(tmp_path, cell()).results == {"score": 1.0}
    assert len(list(tmp_path.iterdir())) == 1


def test_results_become_plain_json():
    import numpy as np

    given = {"a": np.float32(0.5), "b": np.arange(2), "c": float("inf"), "d": (1, None, True, "x"), "e": np.nan}
    assert store.plain(given) == {"a": 0.5, "b": [0, 1], "c": None, "d": [1, None, True, "x"], "e": None}
    with pytest.raises(TypeError, match="got object"):
        store.plain({"a": object()})


def test_a_lock_is_had_once_and_leaves_nothing(tmp_path):
    with cell_lock(tmp_path, cell(), "first") as had:
        assert had
        assert held_by("first", tmp_path, [cell(), cell(2)]).keys() == {cell().name}
        assert held_by("second", tmp_path, [cell()]) == {}
        assert not is_free(tmp_path, cell())
        assert is_free(tmp_path, cell(2))
    assert is_free(tmp_path, cell())
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_that_nobody_holds_is_free(tmp_path):
    (tmp_path / f"{cell().name}.lock").write_text("killed")
    assert is_free(tmp_path, cell())


def test_large_cells_run_alone_with_all_cores(tmp_path):
    reference = Reference((), lambda each: each.parameters["width"], None, None, is_large=lambda each: each.parameters["width"] > 2)
    run = plan_run("toy", tmp_path, reference, [cell(1), cell(4), cell(2), cell(3)], tmp_path, Local(cores=8, workers=4))
    groups = [([each.parameters["width"] for each in group], workers) for group, workers in _groups(run, run.cells)]
    assert groups == [([4, 3], 1), ([2, 1], 4)]
    assert [run.threads_for(each) for each in run.cells] == [8, 8, 2, 2]


def test_one_line_of_an_exception():
    assert one_line(ValueError("no luck\nsecond")) == "ValueError: no luck"
    assert one_line(KeyboardInterrupt()) == "KeyboardInterrupt"


# Time left


def test_time_left_is_by_operation_counts_and_measured_speed():
    measured = [(100.0, 10.0), (1.0, 1.0)]  # 10 operations a core second for large cells, 1 for small ones
    large, small = estimate.Work(200.0), estimate.Work(2.0)
    assert estimate.seconds_left([large], measured, cores=1) == pytest.approx(20)
    assert estimate.seconds_left([small], measured, cores=1) == pytest.approx(2)
    assert estimate.seconds_left([large, large], measured, cores=2) == pytest.approx(20)
    begun = [estimate.Work(200.0, spent=5.0), estimate.Work(100.0, spent=50.0)]
    assert estimate.seconds_left(begun, measured, cores=1) == pytest.approx(15)
    assert estimate.seconds_left([large], [], cores=1) is None
    assert estimate.seconds_left([], [], cores=1) == 0


def test_time_left_is_not_below_that_of_the_longest_cell_on_its_own_threads():
    measured = [(100.0, 10.0)]
    assert estimate.seconds_left([estimate.Work(200.0)], measured, cores=4) == pytest.approx(20)
    assert estimate.seconds_left([estimate.Work(200.0, threads=4)], measured, cores=4) == pytest.approx(5)
    assert estimate.seconds_left([estimate.Work(200.0, spent=12.0), estimate.Work(40.0)], measured, cores=4) == pytest.approx(8)
    assert estimate.seconds_left([estimate.Work(40.0)] * 8, measured, cores=4) == pytest.approx(8)


def test_large_cells_are_taken_to_have_all_cores_and_small_ones_one(monkeypatch):
    reference = Reference((GRID,), lambda _cell: 240.0, print, print, is_large=lambda cell: cell.parameters["units"] == 32)
    monkeypatch.setattr(cli, "available_cores", lambda: 4)
    small, large = GRID.cells[0], GRID.cells[-1]
    assert cli._time_for(reference, [small], [(100.0, 10.0)]) == "24 s"
    assert cli._time_for(reference, [large], [(100.0, 10.0)]) == "6 s"


def test_the_time_left_of_a_run_counts_what_was_spent_and_each_cells_own_threads(toy):
    large = cell(2)
    reference = Reference((Preset("wide", "", (cell(1), large)),), lambda _cell: 2400.0, print, print, is_large=lambda each: each == large)
    run = plan_run("toy", toy.solutions, reference, (cell(1), large), toy.cells, Local(4, 4, "cpu", ()))
    done = store.Record(cell(6), "done", {"score": 1.0}, seconds=10.0, operations=100.0)
    shown = RunProgress(Console(file=io.StringIO()), run, {})
    shown.measured.append((done.operations, done.seconds))
    assert shown.left() == pytest.approx(240)  # the small one's, though both together have 480 core seconds on 4 cores
    toy.cells.mkdir()
    with cell_lock(toy.cells, cell(1), run.mark):
        past = time.time() - 200
        os.utime(toy.cells / f"{cell(1).name}.lock", (past, past))
        assert shown.left() == pytest.approx(70, abs=5)  # 40 core seconds of the small one, 240 of the large one


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "not yet known"), (0.2, "1 s"), (100, "2 min"), (16_800, "4 h 40 min"), (7_259, "2 h 01 min")]
)
def test_durations_for_people(seconds, text):
    assert estimate.as_text(seconds) == text


# Tables


def test_findings_take_every_seed_of_the_presets_places_and_no_other_data():
    preset = Preset("two", "", (cell(1), cell(2), cell(3)))
    records = [
        store.Record(cell(2, seed=5), "done", {"score": 0.5}),
        store.Record(cell(1), "diverged", {"score": None}),
        store.Record(cell(1, data="other"), "done", {"score": 0.9}),
        store.Record(cell(3), "failed", reason="why"),
    ]
    found = tables.findings(preset, records)
    assert list(found.frame[["width", "seed"]].itertuples(index=False, name=None)) == [(1, 0), (2, 5)]
    assert [each.parameters["width"] for each in found.missing] == [2, 3]
    assert found.failed == {"width=3 seed=0": "why"}


def test_a_pivot_has_every_row_and_column_and_means_over_seeds():
    frame = pd.DataFrame({"units": [32, 16, 16], "rate": [0.1, 0.1, 0.1], "score": [0.5, 0.2, 0.4]})
    table = tables.pivot(frame, "units", "rate", "score", [16, 32, 64], [0.1, 1.0])
    assert list(table.index) == [16, 32, 64] and table.index.name == "units"
    assert list(table.columns) == [0.1, 1.0] and table.columns.name == "rate"
    assert table.loc[16, 0.1] == pytest.approx(0.3)
    assert table.isna().sum().sum() == 4
    assert "| 64 | not run | not run |" in tables.to_markdown(table)
    empty = tables.pivot(pd.DataFrame(), "units", "rate", "score", [16], [0.1])
    assert empty.shape == (1, 1) and empty.isna().all(axis=None)


def test_a_report_on_nothing_is_refused():
    reference = Reference((Preset("one", "", (cell(),)),), None, None, None)
    with pytest.raises(RunnerError, match="no results yet"):
        reporting.choose_preset(reference, [store.Record(cell(), "failed")])
