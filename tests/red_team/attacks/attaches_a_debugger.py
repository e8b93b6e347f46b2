"""Attaches to its parents, to pid 1 and to the grader with ptrace and process_vm_writev."""

# %% own
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)
for process in (1, os.getppid(), VICTIM):
    if libc.ptrace(16, process, 0, 0) == 0:
        open(CANARY, "w").write("attached")
    libc.syscall(311, process, None, 0, None, 0, 0)
