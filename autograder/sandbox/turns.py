"""Whose turn it is to compute: so many kernels at a time, each on cores of its own, so that what one starts slows down no other.

Further kernels may be open already and wait: a kernel opens and closes while others compute.
"""

import os
import queue
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Turns:
    """As many turns as kernels may compute at the same time, each with its part of the cores."""

    def __init__(self, count: int, cores: Sequence[int] | None = None) -> None:
        """
        Args:
            count: kernels that compute side by side; where it is one, all cores are its own.
            cores: by their numbers; by default those that this process may use.
        """
        if cores is None:
            cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else ()
        parts = min(count, len(cores))
        bounds = [len(cores) * part // parts for part in range(parts + 1)] if parts > 1 else []
        shares = [tuple(cores[begin:end]) for begin, end in zip(bounds, bounds[1:], strict=False)] or [()]
        self._free: queue.SimpleQueue[tuple[int, ...]] = queue.SimpleQueue()
        for number in range(count):
            self._free.put(shares[number % len(shares)])

    @contextmanager
    def take(self) -> Iterator[tuple[int, ...]]:
        """Waits for a turn and gives the cores that are its own; empty where they are everybody's."""
        share = self._free.get()
        try:
            yield share
        finally:
            self._free.put(share)
