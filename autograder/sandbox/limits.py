"""What a submission may use, and the sentence a student reads when it used more."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass

from autograder.errors import CourseError

KIB, MIB, GIB = 2**10, 2**20, 2**30


@dataclass(frozen=True)
class Limits:
    """Limits of one submission; the engine times cells and checks, the sandbox holds the rest."""

    cell_seconds: float = 120
    """Wall time of one cell of the notebook, in seconds."""
    cell_cpu_seconds: float = 600
    """Processor time of one cell, on all cores together, in seconds."""
    check_seconds: float = 60
    """Wall time of one call that a check makes, in seconds."""
    submission_seconds: float = 900
    """Wall time of the whole submission from the kernel's start, in seconds; while it waits for its turn to compute, none counts."""
    cpu_seconds: float = 1800
    """Processor time of the submission's kernels and all their children together, in seconds."""
    memory_bytes: int = 4 * GIB
    """Memory of the kernel and all its children together, in bytes (shared pages count once)."""
    processes: int = 256
    """Processes alive at one time; threads are limited to sixteen times as many."""
    file_bytes: int = 1 * GIB
    """Size of any one file, in bytes; writing beyond it is an OSError in the student's cell."""
    scratch_bytes: int = 1 * GIB
    """Size of all files together, the submission's own among them, in bytes."""
    scratch_files: int = 100_000
    """Number of files and folders, the submission's own among them."""
    output_bytes: int = 512 * MIB
    """All that the kernel sends, replies to checks among it, in bytes."""
    display_bytes: int = 8 * MIB
    """All that the notebook's cells print and display, in bytes; the engine counts it."""
    start_seconds: float = 120
    """Wall time a kernel has to come up, in seconds; beyond it the grader is at fault, not the student."""


def limits_of(settings: Mapping[str, float]) -> Limits:
    """The limits with some of them set otherwise, as a course's config does.

    Raises:
        CourseError: a name is no limit's, or a value is no positive number.
    """
    known = {field.name: field.type for field in dataclasses.fields(Limits)}
    for name, value in settings.items():
        if name not in known:
            raise CourseError(f"c.GradeInSandbox.limits: there is no limit {name!r}; there are {', '.join(known)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not (math.isfinite(value) and value > 0):
            raise CourseError(f"c.GradeInSandbox.limits: {name} is to be a positive number, not {value!r}")
    return Limits(**{name: known[name](value) for name, value in settings.items()})


@dataclass(frozen=True)
class Verdict:
    """Why a kernel is gone."""

    kind: str
    """One of: memory, cpu, processes, scratch, files, output, wall, died, killed, stopped. Killed is by SIGKILL, whoever sent
    it; stopped is by the grader's own doing."""
    sentence: str
    """One plain sentence for the student."""

    def __str__(self) -> str:
        return self.sentence


def in_words(size: float) -> str:
    """Bytes as a reader says them: ``in_words(4 * GIB) == "4.0 GiB"``."""
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
