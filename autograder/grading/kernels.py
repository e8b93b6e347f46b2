"""How grading opens a kernel for a submission: what is shown inside, and how much it may use."""

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from autograder.grading.execute import MAX_REPLY_BYTES, OpenKernel
from autograder.sandbox import SandboxedKernel, UnsafeKernel
from autograder.sandbox.limits import Limits

ENVIRONMENT = {"COURSE_GRADING": "1", "COURSE_DATA": "sample"}
"""Tells loaders to find their small samples, and notebooks that nothing is measured anew."""


def kernel_maker(limits: Limits, threads: int, clone: Path, unsafe: bool = False) -> OpenKernel:
    """Makes the function that opens a submission's kernel.

    Args:
        limits: what a submission may use.
        threads: threads that its numerical libraries compute with.
        clone: where the public half of the engine and the loaders stand, which student code may import.
        unsafe: no sandbox at all.
    """
    package = clone / "autograder"
    readonly = {
        str(package / "__init__.py"): "/course/autograder/__init__.py",
        str(package / "checks"): "/course/autograder/checks",
        str(clone / "datasets"): "/course/datasets",
    }
    # the sandbox counts all that the kernel publishes, replies to checks among it; what cells print is counted by the client
    limits = replace(limits, output_bytes=MAX_REPLY_BYTES)
    kind = UnsafeKernel if unsafe else SandboxedKernel

    def open_kernel(files: Path) -> AbstractContextManager:
        return kind(files, limits=limits, readonly=readonly, environment=ENVIRONMENT, threads=threads)

    return open_kernel
