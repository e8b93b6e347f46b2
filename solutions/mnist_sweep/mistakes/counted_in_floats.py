"""Computes in floating point, which is exact only up to sixteen digits."""

FAILS = "counts_networks_too_large_to_build"
HINT = "in Python's whole numbers"

# %% count_parameters
def count_parameters(units):
    return int(4.0 * units * (28 + units + 1) + 10.0 * (units + 1))
