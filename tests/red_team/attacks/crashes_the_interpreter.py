"""Ends the interpreter by a segmentation fault, by an impossible code object and by os.abort, in a cell and in calls."""

# %% own
import ctypes
ctypes.string_at(0)

# %% mean
def mean(numbers):
    exec((lambda: 0).__code__.replace(co_code=b"\x64\xff" * 50, co_stacksize=1))

# %% weighted_mean
import os
def weighted_mean(numbers, weights):
    os.abort()
