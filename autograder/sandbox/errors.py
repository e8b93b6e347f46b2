"""What can go wrong with a sandbox; each message is one line that an instructor can act on."""


class SandboxError(Exception):
    """Anything about the sandbox itself; never the student's doing, except SubmissionTooLarge."""


class SandboxUnavailable(SandboxError):
    """No sandbox can be started on this machine: why, and how to get it."""


class SandboxStartError(SandboxError):
    """This one sandbox did not bring up a kernel."""


class SubmissionTooLarge(SandboxError):
    """The submission's files do not fit into the sandbox's scratch space."""
