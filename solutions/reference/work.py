"""What a worker does with one task. Everything here can be pickled by reference, so another backend can run it."""

import importlib.metadata
import os
import platform
import threading
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

from solutions.reference import devices, store
from solutions.reference.checkpoint import Checkpoint, Watch
from solutions.reference.discover import load
from solutions.reference.errors import UnusableFile, one_line
from solutions.reference.locks import cell_lock
from solutions.reference.plan import Cell

BUSY = "busy"
LOG = "workers.log"


@dataclass(frozen=True)
class Task:
    """One cell to be trained, and all a worker has to know for it."""

    assignment: str
    """folder name under solutions"""
    solutions: Path
    """the folder of the assignments"""
    folder: Path
    """where cells are stored"""
    cell: Cell
    """which one"""
    threads: int
    """how many threads its training may use"""
    run: str
    """the run's own mark, written into the locks it holds"""
    started: float
    """when the run began: a failure older than that is tried again"""
    device: str = devices.CPU
    """cpu or gpu: what it was meant for"""
    tensorboard: Path | None = None
    """where logs for TensorBoard are written, or None"""


def run_task(task):
    """Train the cell unless it has its result or somebody else is at it.

    Returns:
        The cell's record; BUSY where another run holds the cell.

    Raises:
        StorageError: the result cannot be written.
    """
    limit_threads(task.threads)
    with cell_lock(task.folder, task.cell, task.run) as mine:
        if not mine:
            return BUSY
        record = settled(task.folder, task.cell, task.started)
        if record is None:
            record = train(task)
            store.write(task.folder, record)
            if record.is_result:
                checkpoint_of(task).remove()
        return replace(record, traceback="")


def settled(folder, cell, started):
    """Return the cell's record if this run need not run it: a result, or a failure no older than the run. Else None."""
    try:
        record = store.read(folder, cell)
    except UnusableFile:
        return None
    if record is None or record.is_result or record.finished >= started:
        return record
    return None


def train(task):
    """Run the assignment's train and return what became of it, failure included, as a record."""
    reference = load(task.assignment, task.solutions)
    checkpoint = checkpoint_of(task)
    try:
        reference.warm_up(task.cell)
        devices.require(task.device)
        checkpoint = checkpoint_of(task)  # its clock starts here: the warm-up is not training
        extra = (checkpoint,) if reference.resumes else ()
        results = store.plain(dict(reference.train(task.cell, *extra)))
        status = store.DIVERGED if results.get("diverged") else store.DONE
        outcome = {"status": status, "results": results}
    except (Exception, SystemExit) as error:
        outcome = {"status": store.FAILED, "reason": one_line(error), "traceback": traceback.format_exc()}
    return store.Record(
        cell=task.cell,
        seconds=round(checkpoint.seconds, 3),
        threads=task.threads,
        device=devices.used(),
        operations=float(reference.operations(task.cell)),
        finished=time.time(),
        versions=versions(reference.packages),
        **outcome,
    )


def checkpoint_of(task):
    """Return where the task's cell keeps what it needs to go on."""
    path = store.checkpoint_path(task.folder, task.cell)
    return Checkpoint(path, task.cell.name, watch=Watch(task.tensorboard and task.tensorboard / task.assignment / task.cell.name))


def versions(packages):
    """Return the versions of Python and of installed distributions, without importing them."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def limit_threads(threads):
    """Set the number of threads before NumPy's or TensorFlow's runtime starts; later calls change nothing for them."""
    for variable in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = str(threads)


def start_worker(folder, parent, device, cards, numbers):
    """Prepare a local worker process: quiet, on its device, and gone when the run is gone.

    Args:
        numbers: a shared counter, from which each worker takes its number.
    """
    with numbers:
        number = numbers.value
        numbers.value += 1
    os.environ.update(devices.environment(device, number, cards))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    log = os.open(Path(folder) / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)  # by descriptor: TensorFlow's own messages would tear the progress bar
    os.dup2(log, 2)
    os.close(log)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent):
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
