"""Opens disks and memory in /dev, makes device nodes of its own, and changes the mode of those that are shared."""

# %% own
import contextlib, glob, os, stat

for path in glob.glob("/dev/**", recursive=True):
    with contextlib.suppress(OSError):
        if stat.S_ISBLK(os.stat(path).st_mode) or "mem" in path:
            os.open(path, os.O_RDWR)
            open(CANARY, "w").write(path)
    with contextlib.suppress(OSError):
        os.chmod(path, 0) if path == "/dev/null" else None
for number, device in enumerate([(1, 1), (8, 0), (259, 0), (253, 0)]):
    with contextlib.suppress(OSError):
        os.mknod(f"device{number}", stat.S_IFBLK | 0o666, os.makedev(*device))
        os.open(f"device{number}", os.O_RDWR)
