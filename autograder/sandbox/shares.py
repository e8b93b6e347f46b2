"""Cores dealt out to kernels that run side by side: whatever one of them starts, it slows down nobody on the others' cores."""

import os
import threading
from collections.abc import Sequence


class Shares:
    """The cores in equal parts, one for each kernel that runs at the same time."""

    def __init__(self, count: int | None = None, cores: Sequence[int] | None = None) -> None:
        """
        Args:
            count: kernels that run side by side; with fewer than two all cores are everybody's.
            cores: by their numbers; by default those that this process may use.
        """
        if cores is None:
            cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else ()
        parts = min(count or 1, len(cores))
        bounds = [len(cores) * part // parts for part in range(parts + 1)] if parts > 1 else []
        self._users = {tuple(cores[begin:end]): 0 for begin, end in zip(bounds, bounds[1:], strict=False)}
        self._lock = threading.Lock()

    def take(self) -> tuple[int, ...]:
        """The share that the fewest have; empty where there is nothing to be shared."""
        with self._lock:
            share = min(self._users, key=self._users.__getitem__, default=())
            if share:
                self._users[share] += 1
            return share

    def give_back(self, share: tuple[int, ...]) -> None:
        """Who had the share needs it no more."""
        with self._lock:
            if share:
                self._users[share] -= 1
