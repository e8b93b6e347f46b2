"""Forgets to divide."""

FAILS = "takes_the_mean_of_two"
HINT = "this is the sum"

# %% mean
def mean(numbers):
    return sum(numbers)
