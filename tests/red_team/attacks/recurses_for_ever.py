"""Recurses without end, with the recursion limit lifted, until the stack overflows."""

# %% mean
import sys

def mean(numbers):
    sys.setrecursionlimit(2**31 - 1)
    return mean(numbers)
