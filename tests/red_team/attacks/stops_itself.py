"""Stops its own process with SIGSTOP in a check's call, and never goes on."""

# %% mean
import os, signal

def mean(numbers):
    os.kill(os.getpid(), signal.SIGSTOP)
    return 7.0
