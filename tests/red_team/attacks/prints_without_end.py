"""An output bomb: prints, writes to the descriptors and displays without end."""

# %% own
import os
from IPython.display import display

while True:
    print("x" * 100_000)
    os.write(1, b"y" * 100_000)
    os.write(2, b"z" * 100_000)
    display({"text/plain": "x" * 100_000, "image/png": "A" * 100_000}, raw=True)
