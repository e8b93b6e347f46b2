"""Sends SIGKILL and SIGSTOP to pid 1, to its parents, to every process that it can name, and to all at once."""

# %% own
import contextlib, os, signal

for process in [1, os.getppid(), VICTIM, *range(2, 400)]:
    if process != os.getpid():
        for number in (signal.SIGSTOP, signal.SIGKILL):
            with contextlib.suppress(OSError):
                os.kill(process, number)
with contextlib.suppress(OSError):
    os.kill(-1, signal.SIGSTOP)
with contextlib.suppress(OSError):
    os.killpg(os.getpgid(VICTIM), signal.SIGKILL)
