"""Takes all 784 pixels for the features of a step."""

FAILS = "counts_small_networks"
HINT = "a time step has 28 features"

# %% count_parameters
def count_parameters(units):
    return 4 * (784 * units + units * units + units) + 10 * units + 10
