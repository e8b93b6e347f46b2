"""Where student code runs: an ordinary Jupyter kernel inside bubblewrap."""

from autograder.sandbox.errors import SandboxError, SandboxStartError, SandboxUnavailable, SubmissionTooLarge
from autograder.sandbox.kernel import SandboxedKernel, UnsafeKernel, open_kernel
from autograder.sandbox.limits import Limits, Verdict

__all__ = [
    "Limits",
    "SandboxError",
    "SandboxStartError",
    "SandboxUnavailable",
    "SandboxedKernel",
    "SubmissionTooLarge",
    "UnsafeKernel",
    "Verdict",
    "open_kernel",
]
