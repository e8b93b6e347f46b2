"""Raises its own resource limits, its priority and its share, then uses what it was not given."""

# %% own
import contextlib, os, resource

for name in dir(resource):
    if name.startswith("RLIMIT_"):
        for limit in (resource.RLIM_INFINITY, 2**40):
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(getattr(resource, name), (limit, limit))
                resource.prlimit(1, getattr(resource, name), (0, 0))
with contextlib.suppress(OSError):
    os.nice(-20)
for path in ("/proc/self/oom_score_adj", "/proc/1/oom_score_adj", "/sys/fs/cgroup/cgroup.procs"):
    with contextlib.suppress(OSError):
        open(path, "w").write("-1000")
with contextlib.suppress(OSError):
    with open("large", "wb") as file:
        for _ in range(40):
            file.write(bytes(2**20))
