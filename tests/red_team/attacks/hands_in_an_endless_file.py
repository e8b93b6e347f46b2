"""Hands in a file that says it has hundreds of gigabytes and holds nothing, for a grader that reads or copies it."""

# %% hand in
import os
(folder / "data.bin").touch()
os.truncate(folder / "data.bin", 400 * 2**30)
