"""Counts two biases a unit and block, as some other libraries have them."""

FAILS = "counts_small_networks"
HINT = "there are two sets of biases"

# %% count_parameters
def count_parameters(units):
    return 4 * (28 * units + units**2 + 2 * units) + 10 * units + 10
