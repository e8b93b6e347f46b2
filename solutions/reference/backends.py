"""What runs the cells: processes of this machine, or the workers of a Dask cluster. Either gives an executor with the same submit."""

import logging
import multiprocessing
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from solutions.reference import devices
from solutions.reference.errors import RunnerError, one_line
from solutions.reference.work import start_worker

PATIENCE = 20  # seconds that a scheduler has to answer, and then to have a worker


class WorkersDied(Exception):
    """A cell took its worker with it."""


@dataclass(frozen=True)
class Local:
    """Processes of this machine: large cells one after another with all cores, the others side by side."""

    cores: int
    """to be shared out: workers times threads"""
    workers: int
    """cells side by side, large ones excepted"""
    device: str = devices.CPU
    """cpu or gpu"""
    cards: tuple[str, ...] = ()
    """names of the cards, where the device is gpu"""

    @property
    def about(self):
        """What a person reads of it."""
        return f"{self.cores} cores" + (f", {len(self.cards)} cards" if self.cards else "")

    @property
    def large_workers(self):
        """Large cells side by side: one with all cores, or one a card."""
        return max(1, len(self.cards))

    def threads(self, is_large):
        """Return the threads of a cell; the same for the last one as for the first."""
        return max(1, self.cores // (self.large_workers if is_large else self.workers))

    def groups(self, large, small):
        """Return lists of cells that run at a time, with the number of workers for each."""
        return [(cells, workers) for cells, workers in ((large, self.large_workers), (small, self.workers)) if cells]

    @contextmanager
    def pool(self, workers, folder) -> Iterator[Executor]:
        """Yield an executor of fresh processes, which are gone afterwards, whatever they were doing: a TensorFlow that runs
        cannot be given another number of threads."""
        context = multiprocessing.get_context("spawn")
        before = set(multiprocessing.active_children())
        start = (folder, os.getpid(), self.device, self.cards, context.Value("i", 0))
        pool = ProcessPoolExecutor(workers, context, initializer=start_worker, initargs=start)
        try:
            yield pool
        finally:
            for process in set(multiprocessing.active_children()) - before:
                process.kill()
            pool.shutdown(wait=True, cancel_futures=True)

    @staticmethod
    def result(future):
        """Return what a cell's future holds, or raise WorkersDied."""
        try:
            return future.result()
        except BrokenProcessPool as error:
            raise WorkersDied(one_line(error)) from error


@dataclass(frozen=True)
class Dask:
    """The workers of a scheduler that runs already. They see the same folders, and each trains one cell at a time."""

    address: str
    """of the scheduler, such as tcp://login-node:8786"""
    cell_threads: int = 1
    """threads of each cell"""
    device: str = devices.CPU
    """cpu or gpu; which card is a worker's is for those to say who start it"""

    @property
    def about(self):
        """What a person reads of it."""
        return f"the workers of {self.address}"

    def threads(self, is_large):
        """Return the threads of a cell."""
        return self.cell_threads

    def groups(self, large, small):
        """Return all cells as one list, the largest first: the scheduler gives them out as workers come and go."""
        return [([*large, *small], 0)] if large or small else []

    @contextmanager
    def pool(self, workers, folder) -> Iterator[Executor]:
        """Yield the cluster's executor.

        Raises:
            RunnerError: there is no scheduler, or its workers cannot do this.
        """
        try:
            from distributed import Client
        except ModuleNotFoundError:
            raise RunnerError("--backend dask needs Dask: pip install 'dask[distributed]'") from None
        logging.disable()  # they log tracebacks of connections that we tell of in one line; nothing else logs in this process
        try:
            client = Client(self.address, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise RunnerError(f"no scheduler answers at {self.address}: {one_line(error)}") from None
        try:
            _prove_workers(client, folder)
            yield client.get_executor(pure=False)
        finally:
            client.close(timeout=5)

    @staticmethod
    def result(future):
        """Return what a cell's future holds, or raise WorkersDied where one worker after the other died of it.

        Raises:
            RunnerError: the scheduler is gone.
        """
        from distributed import KilledWorker

        try:
            return future.result()
        except KilledWorker as error:
            raise WorkersDied(one_line(error)) from error
        except CancelledError:
            raise RunnerError("the scheduler is gone, or took the cells back; run it again to go on") from None


def _prove_workers(client, folder):
    """Fail with one line where the cluster cannot do what it is asked: better now than after an hour.

    Raises:
        RunnerError: no worker came, or one cannot import this project, does not see the folder, or runs several cells at a time.
    """
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise RunnerError(f"the scheduler has no worker after {PATIENCE} s: start some with `dask worker`") from None
    crowded = [name for name, threads in client.nthreads().items() if threads > 1]
    if crowded:  # seeds are a process's, not a thread's
        raise RunnerError(f"a worker trains one cell at a time: start {crowded[0]} with --nthreads 1 (and --nworkers for more)")
    token = Path(folder) / f".probe-{uuid.uuid4().hex}"
    token.touch()
    try:
        seen = client.run(os.path.exists, str(token))
        client.run(__import__, "solutions.reference.work")
    except ModuleNotFoundError as error:
        raise RunnerError(
            f"a worker cannot import the project ({error}): start the workers in the clone, or set PYTHONPATH to it"
        ) from None
    finally:
        token.unlink()
    blind = [name for name, sees in seen.items() if not sees]
    if blind:
        raise RunnerError(f"worker {blind[0]} does not see {folder}: give --cells a folder that all machines share")
