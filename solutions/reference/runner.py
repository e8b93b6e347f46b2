"""Run the cells that have no result yet: longest first, on all cores, surviving kills, failures and other runs."""

import signal
import threading
import time
import uuid
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from solutions.reference import store
from solutions.reference.backends import Dask, Local, WorkersDied
from solutions.reference.errors import RunnerError, one_line
from solutions.reference.locks import cell_lock, held_by, is_free
from solutions.reference.plan import Cell, Reference
from solutions.reference.work import BUSY, Task, run_task, settled, versions

POLL = 0.5  # seconds between two looks at cells that another run holds


@dataclass(frozen=True)
class Run:
    """One call of `run`: what, where and with how much of the machine."""

    assignment: str
    """folder name under solutions"""
    solutions: Path
    """the folder of the assignments"""
    reference: Reference
    """the assignment's own part"""
    cells: tuple[Cell, ...]
    """what shall have a result in the end"""
    folder: Path
    """where cells are stored"""
    backend: Local | Dask
    """what runs the cells"""
    mark: str
    """distinguishes this run's locks from any other's"""
    started: float
    """when it began, in seconds of the Unix epoch"""
    tensorboard: Path | None = None
    """where logs for TensorBoard are written, or None"""

    @property
    def cores(self):
        """Cores in use, for the time left."""
        return getattr(self.backend, "cores", 1)

    def threads_for(self, cell):
        """Return the threads that this cell trains with."""
        return self.backend.threads(self.reference.is_large(cell))

    def task(self, cell):
        """Return what a worker needs for this cell."""
        threads, device = self.threads_for(cell), self.backend.device
        return Task(self.assignment, self.solutions, self.folder, cell, threads, self.mark, self.started, device, self.tensorboard)

    def held(self):
        """Return {cell name: since when} of the cells at work in this run."""
        return held_by(self.mark, self.folder, self.cells)


def plan_run(assignment, solutions, reference, cells, folder, backend, tensorboard=None):
    """Return a Run, longest cells first."""
    order = sorted(cells, key=reference.operations, reverse=True)
    return Run(
        assignment=assignment,
        solutions=Path(solutions).resolve(),
        reference=reference,
        cells=tuple(order),
        folder=Path(folder).resolve(),
        backend=backend,
        mark=uuid.uuid4().hex,
        started=time.time(),
        tensorboard=tensorboard and Path(tensorboard).resolve(),
    )


def run_cells(run, finished, waiting=lambda _count: None):
    """Run until every cell has a result or has failed in this run.

    Args:
        finished: called with the record of each cell that this run found settled or settled itself.
        waiting: called with the number of cells left when all of them are held by another run.

    Raises:
        StorageError: the cells folder refuses a result.
    """
    told = set()

    def tell(record):
        if record.cell.name not in told:
            told.add(record.cell.name)
            finished(record)

    while pending := _pending(run, tell):
        free = [cell for cell in pending if is_free(run.folder, cell)]
        if not free:
            waiting(len(pending))
            time.sleep(POLL)
        for group, workers in _groups(run, free):
            _run_group(run, group, workers, tell)


def _pending(run, tell):
    """Return the cells still without a settled record; tell those that have one."""
    pending = []
    for cell in run.cells:
        record = settled(run.folder, cell, run.started)
        if record is None:
            pending.append(cell)
        else:
            tell(record)
    return pending


def _groups(run, cells):
    """Share the cells out: lists of those that run at a time, with the number of workers for each."""
    large = [cell for cell in cells if run.reference.is_large(cell)]
    small = [cell for cell in cells if not run.reference.is_large(cell)]
    return run.backend.groups(large, small)


def _run_group(run, cells, workers, tell):
    """Run cells that share one number of threads. Where a worker process dies, try what it was at once more, alone."""
    try:
        _run_parallel(run, cells, workers, tell)
    except WorkersDied:
        for cell in [cell for cell in cells if cell.name in run.held()]:
            try:
                _run_parallel(run, [cell], 1, tell)
            except WorkersDied as error:
                _record_death(run, cell, error)


def _run_parallel(run, cells, workers, tell):
    """Run cells on the workers of one pool."""
    tasks = [run.task(cell) for cell in cells]
    with run.backend.pool(min(workers, len(tasks)), run.folder) as pool:
        with _interrupts_ignored():  # local workers inherit it: Ctrl-C is the run's to answer, even while they start
            futures = [pool.submit(run_task, task) for task in tasks]
        for future in as_completed(futures):
            record = run.backend.result(future)
            if record != BUSY:
                tell(record)


@contextmanager
def _interrupts_ignored():
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _record_death(run, cell, error):
    """Record as failed a cell that took its worker with it twice, the second time alone."""
    reason = f"the worker died: out of memory, killed or crashed ({error})"
    with cell_lock(run.folder, cell, run.mark) as mine:
        if mine:
            record = store.Record(
                cell=cell,
                status=store.FAILED,
                reason=reason,
                threads=run.threads_for(cell),
                device=run.backend.device,
                operations=float(run.reference.operations(cell)),
                finished=time.time(),
                versions=versions(run.reference.packages),
            )
            store.write(run.folder, record)


def prepare_data(reference, cells):
    """Fetch what the cells need once, before many workers ask for it at once."""
    for data in dict.fromkeys(cell.data for cell in cells):
        try:
            reference.prepare(data)
        except Exception as error:
            raise RunnerError(f"data {data!r} cannot be had: {one_line(error)}") from error
