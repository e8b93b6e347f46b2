"""Halves, however many numbers there are."""

FAILS = "takes_any_mean"
HINT = "try a list of three"

# %% mean
def mean(numbers):
    return sum(numbers) / 2
