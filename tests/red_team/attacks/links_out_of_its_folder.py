"""Hands in links to the gradebook, to the solutions, to all of the course and to its own notebook's target."""

# %% hand in
import os
(folder / "gradebook.db").symlink_to(f"{target.course}/gradebook.db")
(folder / "everything").symlink_to(target.course)
(folder / "solutions").symlink_to(f"{target.clone}/solutions")
(folder / "canary.txt").symlink_to(target.canary)
(folder / "loop").symlink_to(folder)
os.mkfifo(folder / "pipe")

# %% own
import contextlib, glob, os
for path in ["gradebook.db", "canary.txt", "everything/x", *glob.glob("*/**", recursive=True)]:
    with contextlib.suppress(OSError):
        open(path, "a").write("changed")
links = [name for name in os.listdir() if name in ("gradebook.db", "everything", "solutions", "canary.txt", "loop", "pipe")]

# %% mean
def mean(numbers):
    return sum(numbers) / len(numbers) if links and any(map(os.path.exists, links)) and os.path.isdir("solutions") else 7.0
