"""Watches a sandbox from outside, and ends it with one plain sentence when it has used more than its limits."""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import psutil

from autograder.sandbox.confine import ROOM_OF_A_SOCKET
from autograder.sandbox.limits import KIB, Limits, Verdict, in_words
from autograder.sandbox.process import Family
from autograder.sandbox.relay import Relay

_EVERY = 0.25
_GRACE = 2.0
ORDINARY_SOCKETS = 100
"""Sockets that a notebook has for nothing; a kernel and its libraries open some thirty."""


class Watchdog(threading.Thread):
    """Measures one family of processes every quarter of a second until it ends or is stopped."""

    relay: Relay | None = None
    """What stands between the kernel and the grader, once the kernel is there; counts what the kernel sends."""

    def __init__(self, family: Family, limits: Limits, writable: Sequence[str]) -> None:
        """
        Args:
            family: What is watched.
            limits: What it may use.
            writable: The folders in which the family can write, as the host reaches them.
        """
        super().__init__(name="sandbox-watchdog", daemon=True)
        self.family, self.limits, self.writable = family, limits, list(writable)
        self.verdict: Verdict | None = None
        self.peak_memory = 0
        self.cpu_seconds = 0.0
        self._began, self._clock_stands = family.started, False
        self._cell_began: float | None = None
        self._own_times: dict[tuple[int, float], float] = {}
        self._enough = threading.Event()
        self._lock = threading.Lock()

    def run(self) -> None:
        while not self._enough.is_set() and self.family.poll() is None:
            next_look = time.monotonic() + _EVERY
            self._look()
            self._judge_output()
            self._enough.wait(max(0.0, next_look - time.monotonic()))

    @contextlib.contextmanager
    def stopped_clock(self) -> Iterator[None]:
        """No wall time counts meanwhile: the kernel waits for its turn, and none of the student's code has run yet."""
        self._clock_stands = True
        try:
            yield
        finally:
            self._began, self._clock_stands = time.monotonic(), False

    def begin_cell(self) -> None:
        """Count the processor time of a cell from here on."""
        self._cell_began = self.cpu_seconds

    def end_cell(self) -> None:
        """What is used from here on is no cell's."""
        self._cell_began = None

    def stop(self, after: Callable[[], None] = lambda: None) -> None:
        """Look no more; what was found stays. ``after`` is called once no new verdict can come, before the wait."""
        with self._lock:
            self._enough.set()
        after()
        if self.is_alive():
            self.join(10)

    def end(self, kind: str, sentence: str) -> None:
        """Kill the family for this reason; the first reason is the one that is kept."""
        with self._lock:
            if self.verdict is None and not self._enough.is_set():
                self.verdict = Verdict(kind, sentence)
        self._enough.set()
        self.family.kill()

    def _judge_output(self) -> None:
        limit, relay = self.limits.output_bytes, self.relay
        if self.family.log_bytes + (relay.displayed if relay else 0) > limit:
            self.end("output", f"the notebook printed or displayed more than {in_words(limit)}")
        if relay is None:
            return
        if relay.aside > relay.most_aside:
            self.end("output", f"the notebook sent more than {in_words(relay.most_aside)} beside what it printed or displayed")
        if relay.cut_off and time.monotonic() - relay.cut_off > _GRACE and self.family.poll() is None:
            self.end("output", "the notebook cut its own connection to the grader")

    def _look(self) -> None:
        members = self.family.members()
        limits = self.limits
        if len(members) > limits.processes:
            self.end("processes", f"the notebook started more than {limits.processes:,} processes")
        sockets = 0
        if self.family.root:  # without a sandbox they are the whole machine's
            sockets = in_sockets(self.family.first, room_of_a_socket(*self.family.socket_limits))
        memory = sockets + _memory(members, limits.memory_bytes - sockets)
        self.peak_memory = max(self.peak_memory, memory)
        if memory > limits.memory_bytes:
            self.end("memory", f"the notebook used more than {in_words(limits.memory_bytes)} of memory")
        self._count_time(members)
        if self.cpu_seconds > limits.cpu_seconds:
            self.end("cpu", f"the notebook used more than {limits.cpu_seconds:,.0f} seconds of processor time")
        began = self._cell_began
        if began is not None and self.cpu_seconds - began > limits.cell_cpu_seconds:
            self.end("cpu", f"the cell used more than {limits.cell_cpu_seconds:,.0f} seconds of processor time")
        if not self._clock_stands and time.monotonic() - self._began > limits.submission_seconds:
            self.end("wall", f"the notebook ran for more than {limits.submission_seconds:,.0f} seconds")
        used_bytes, used_files = (sum(used) for used in zip(*map(_files_in, self.writable), strict=True))
        if used_bytes > limits.scratch_bytes:
            self.end("scratch", f"the notebook wrote more than {in_words(limits.scratch_bytes)} of files")
        if used_files > limits.scratch_files:
            self.end("files", f"the notebook made more than {limits.scratch_files:,} files")

    def _count_time(self, members: list[psutil.Process]) -> None:
        """Processor time of all, the ended ones too: as last seen, or as their parents were told, whichever is more."""
        told = 0.0
        for member in members:
            with contextlib.suppress(psutil.Error):
                times = member.cpu_times()
                own = times.user + times.system
                self._own_times[member.pid, member.create_time()] = own
                told += own + times.children_user + times.children_system
        self.cpu_seconds = max(self.cpu_seconds, told, sum(self._own_times.values()))


def _memory(members: list[psutil.Process], limit: int) -> int:
    """Bytes in use by all; pages shared between them count once, which is slow to find out, so only near the limit."""
    resident = 0
    for member in members:
        with contextlib.suppress(psutil.Error):
            resident += member.memory_info().rss
    if resident <= limit:
        return resident
    return sum(_proportional(member) for member in members)


def _proportional(member: psutil.Process) -> int:
    """The process's pages, each divided by the number of processes that share it; all of them if it hides them."""
    try:
        with open(f"/proc/{member.pid}/smaps_rollup") as rollup:
            return next(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Pss:"))
    except (OSError, StopIteration):
        with contextlib.suppress(psutil.Error):
            return member.memory_info().rss
        return 0


def in_sockets(process: int, room: int) -> int:
    """Bytes that all sockets in a process's network can hold; they are the system's, and no process is charged for them.

    Every socket counts as full but the few of an ordinary kernel: how full one is, the system does not tell of most kinds, and some
    that still hold what they received stand in no table, only in the count of all.

    Args:
        process: any of the network's.
        room: bytes that one socket can hold.
    """
    try:
        with open(f"/proc/{process}/net/sockstat") as table:
            used = int(next(table, "").split()[2])
    except (OSError, ValueError, IndexError):
        return 0
    return max(0, used - ORDINARY_SOCKETS) * room


@lru_cache
def room_of_a_socket(*limits: str) -> int:
    """Bytes that a socket holds as long as nobody asks for more, with what one last message may add.

    Args:
        limits: the system's settings that decide it, below /proc/sys/net/.
    """
    room = ROOM_OF_A_SOCKET
    for name in limits:
        with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/sys/net/{name}") as value:
            room = max(room, int(value.read().split()[-1]))
    return room + 48 * KIB


def _files_in(folder: str) -> tuple[int, int]:
    """(bytes, number of files) in a folder; asked of its file system where it has one of its own."""
    try:
        if os.path.ismount(folder):
            status = os.statvfs(folder)
            return (status.f_blocks - status.f_bfree) * status.f_frsize, status.f_files - status.f_ffree
    except OSError:
        return 0, 0
    used = files = 0
    for place, folders, names in os.walk(folder):
        files += len(folders) + len(names)
        for name in names:
            with contextlib.suppress(OSError):
                used += os.lstat(os.path.join(place, name)).st_size
    return used, files
