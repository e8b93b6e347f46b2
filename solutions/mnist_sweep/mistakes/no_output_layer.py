"""Counts the LSTM only."""

FAILS = "counts_small_networks"
HINT = "the output layer is missing"

# %% count_parameters
def count_parameters(units):
    return 4 * units * (28 + units + 1)
