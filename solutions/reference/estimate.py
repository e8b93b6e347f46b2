"""The time left, from operation counts and the speed measured so far."""

import math
import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """A cell that has no result yet."""

    operations: float
    """its cost by count"""
    threads: int = 1
    """threads that it trains with, or would"""
    spent: float = 0.0
    """core seconds spent on it so far"""


def available_cores():
    """Return how many cores this process may use: its affinity and, in a container, its share."""
    import joblib

    return max(1, min(joblib.cpu_count(), len(os.sched_getaffinity(0))))


def core_seconds(operations, measured):
    """Estimate a cell's seconds on one core from finished cells of nearest cost: small cells never reach large ones' speed.

    Args:
        operations: the cell's cost by count.
        measured: (operations, seconds times threads) of each finished cell.

    Returns:
        Seconds, or None where nothing has been measured.
    """
    usable = [(done, seconds) for done, seconds in measured if done > 0 and seconds > 0]
    if not usable or operations <= 0:
        return None
    distance = min(abs(math.log(done / operations)) for done, _ in usable)
    near = [pair for pair in usable if abs(math.log(pair[0] / operations)) <= distance + 1e-9]
    speed = sum(done for done, _ in near) / sum(seconds for _, seconds in near)
    return operations / speed


def seconds_left(work, measured, cores):
    """Estimate the wall time until all cells are done: all cores at work, and no cell faster than its own threads allow.

    Args:
        work: the cells' Work, waiting or begun.
        measured: as in `core_seconds`.
        cores: cores in use.

    Returns:
        Seconds, or None where nothing has been measured yet.
    """
    total, longest = 0.0, 0.0
    for each in work:
        seconds = core_seconds(each.operations, measured)
        if seconds is None:
            return None
        left = max(0.0, seconds - each.spent)
        total += left
        longest = max(longest, left / each.threads)
    return max(total / cores, longest)


def as_text(seconds):
    """Return a duration for people: "45 s", "3 min", "4 h 40 min", or "not yet known"."""
    if seconds is None:
        return "not yet known"
    if seconds < 90:
        return f"{math.ceil(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
