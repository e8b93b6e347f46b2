"""Multiplies by 4.0 and returns a float."""

FAILS = "returns_an_integer"
HINT = "whole numbers"

# %% count_parameters
def count_parameters(units):
    return 4.0 * (28 + units + 1) * units + 10 * (units + 1)
