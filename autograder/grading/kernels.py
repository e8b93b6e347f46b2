"""How grading opens kernels for submissions: what is shown inside, what is imported beforehand, how much they may use."""

import ast
import atexit
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache, partial
from pathlib import Path

import pandas  # noqa: F401 - whole before several threads of checks reach for it at once
from nbformat import NotebookNode

from autograder.grading.execute import OpenKernel
from autograder.sandbox import UnsafeKernel
from autograder.sandbox.limits import Limits
from autograder.sandbox.warm import IMPORTS, WarmPool

ENVIRONMENT = {"COURSE_GRADING": "1", "COURSE_DATA": "sample"}
"""Tells loaders to find their small samples, and notebooks that nothing is measured anew."""
HERE = {"COURSE_DATA": "sample", "COURSE_QUIET": "1"}
"""The same for the checks in this process: both sides of the wall look at the same data."""


@contextmanager
def kernels(limits: Limits, threads: int, clone: Path, imports: tuple[str, ...] = (), unsafe: bool = False) -> Iterator[OpenKernel]:
    """Gives the function that opens a submission's kernel, from several threads at once if need be.

    Args:
        limits: what a submission may use.
        threads: threads that its numerical libraries compute with.
        clone: where the public half of the engine and the loaders stand, which student code may import.
        imports: slow modules that a notebook will import; kernels find them imported.
        unsafe: no sandbox at all.
    """
    package = clone / "autograder"
    readonly = {
        str(package / "__init__.py"): "/course/autograder/__init__.py",
        str(package / "checks"): "/course/autograder/checks",
        str(clone / "datasets"): "/course/datasets",
    }
    os.environ.update(HERE)
    options = {"readonly": readonly, "environment": ENVIRONMENT, "threads": threads}
    if unsafe:
        yield partial(UnsafeKernel, limits=limits, **options)
        return
    with WarmPool(imports=imports or _of_the_kernel(), **options) as pool:
        yield partial(pool.kernel, limits=limits)


@lru_cache
def shared_kernels(limits: Limits, threads: int, clone: str, imports: tuple[str, ...], unsafe: bool) -> OpenKernel:
    """The same for plain nbgrader, which makes its steps anew for every submission: opened once, closed with the process."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(kernels(limits, threads, Path(clone), imports, unsafe))


def slow_imports(notebook: NotebookNode) -> tuple[str, ...]:
    """Those of the sandbox's known slow modules that a notebook's code imports."""
    wanted = set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            wanted |= _imported(cell.source)
    if "keras" in wanted:
        wanted.add("tensorflow")
    return tuple(module for module in IMPORTS if module.split(".")[0] in wanted) + _of_the_kernel()


def _of_the_kernel() -> tuple[str, ...]:
    return tuple(module for module in IMPORTS if module.startswith("ipykernel"))


def _imported(code: str) -> set[str]:
    """The top packages that a cell imports; a cell that is no plain Python has none."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set()
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in names}
