"""The warm process that grading forks its kernels from: what it shows them, and what it has imported. Quick to import itself, so that
its slow imports are under way while the grader loads."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.assignment import Assignment
from autograder.sandbox.warm import IMPORTS, OF_THE_KERNEL, WarmPool

ENVIRONMENT = {"COURSE_GRADING": "1", "COURSE_DATA": "sample"}
"""Tells loaders to find their small samples, and notebooks that nothing is measured anew."""
TRACED_ONCE = "autograder.checks.traced_once"
"""Halves the tracing of a model's first training, see there."""
IMPORT = re.compile(r"^\s*(?:import|from)\s+(\w+)", re.MULTILINE)


def shown(clone: Path) -> dict[str, str]:
    """What of a clone student code may import, {host path: path inside}: the engine's public half and the loaders."""
    package = clone / "autograder"
    return {
        str(package / "__init__.py"): "/course/autograder/__init__.py",
        str(package / "checks"): "/course/autograder/checks",
        str(clone / "datasets"): "/course/datasets",
    }


def warm_pool(clone: Path, imports: tuple[str, ...] = ()) -> WarmPool:
    """A pool for submissions, not begun.

    Args:
        clone: where the engine and the loaders stand.
        imports: slow modules that a notebook will import; kernels find them imported.
    """
    return WarmPool(readonly=shown(clone), environment=ENVIRONMENT, imports=imports or OF_THE_KERNEL)


def slow_imports(code: str) -> tuple[str, ...]:
    """Those of the sandbox's known slow modules that code imports, what makes them quicker, and what every kernel needs."""
    wanted = set(IMPORT.findall(code))
    if "keras" in wanted:
        wanted.add("tensorflow")
    slow = tuple(module for module in IMPORTS if module.split(".")[0] in wanted and module not in OF_THE_KERNEL)
    return (*slow, *((TRACED_ONCE,) if "tensorflow" in slow else ()), *OF_THE_KERNEL)


@contextmanager
def head_start(assignment: Assignment, unsafe: bool = False) -> Iterator[WarmPool | None]:
    """Gives a pool whose imports have begun, judged by the assignment's source; None where there is to be no sandbox or can be none."""
    if unsafe or sys.platform != "linux":
        yield None
        return
    with warm_pool(assignment.root, slow_imports(assignment.source.read_text(encoding="utf-8", errors="replace"))) as pool:
        yield pool
