"""Asks the grader for input, in a cell and in a check's call, and waits for an answer for ever."""

# %% own
kernel = get_ipython().kernel
kernel._allow_stdin = True
input("the grader's password? ")

# %% mean
import getpass

def mean(numbers):
    get_ipython().kernel._allow_stdin = True
    return float(getpass.getpass("the mean? "))
