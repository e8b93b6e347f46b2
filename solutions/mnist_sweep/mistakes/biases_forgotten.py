"""Counts the weights and no biases."""

FAILS = "counts_small_networks"
HINT = "the biases are missing"

# %% count_parameters
def count_parameters(units):
    return 4 * units * (28 + units) + 10 * units
