"""Hands in a folder, a pipe and no notebook at all where the notebook should be."""

# %% hand in
import os
path.mkdir()
os.mkfifo(folder / "other.ipynb")
