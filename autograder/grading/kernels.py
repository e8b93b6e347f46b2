"""How grading opens kernels for submissions: in which sandbox, and how much they may use."""

import atexit
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache, partial
from pathlib import Path

import pandas  # noqa: F401 - whole before several threads of checks reach for it at once

from autograder.grading.execute import OpenKernel
from autograder.grading.pool import ENVIRONMENT, shown, warm_pool
from autograder.sandbox import UnsafeKernel
from autograder.sandbox.limits import Limits
from autograder.sandbox.turns import Turns
from autograder.sandbox.warm import WarmPool

HERE = {"COURSE_DATA": "sample", "COURSE_QUIET": "1"}
"""For the checks in this process: both sides of the wall look at the same data."""


@contextmanager
def kernels(
    limits: Limits,
    threads: int,
    clone: Path,
    imports: tuple[str, ...] = (),
    unsafe: bool = False,
    pool: WarmPool | None = None,
    side_by_side: int = 1,
) -> Iterator[OpenKernel]:
    """Gives the function that opens a submission's kernel, from several threads at once if need be.

    Args:
        limits: what a submission may use.
        threads: threads that its numerical libraries compute with.
        clone: where the public half of the engine and the loaders stand, which student code may import.
        imports: slow modules that a notebook will import; kernels find them imported.
        unsafe: no sandbox at all.
        pool: one that has begun already; closed in the end as well.
        side_by_side: submissions that compute at a time; each has its share of the cores, and what one starts slows down no other.
            Kernels that are opened beyond them wait for their turn.
    """
    os.environ.update(HERE)
    turns = Turns(side_by_side)
    if unsafe:
        yield partial(UnsafeKernel, limits=limits, readonly=shown(clone), environment=ENVIRONMENT, threads=threads, turns=turns)
        return
    with pool or warm_pool(clone, imports) as pool:
        pool.threads = threads
        yield partial(pool.kernel, limits=limits, turns=turns)


@lru_cache
def shared_kernels(limits: Limits, threads: int, clone: str, imports: tuple[str, ...], unsafe: bool) -> OpenKernel:
    """The same for plain nbgrader, which makes its steps anew for every submission: opened once, closed with the process."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(kernels(limits, threads, Path(clone), imports, unsafe))
