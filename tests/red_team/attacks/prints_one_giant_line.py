"""Prints one line of ten million characters, then one in an exception's text."""

# %% own
print("x" * 10_000_000)

# %% mean
def mean(numbers):
    raise ValueError("y" * 10_000_000)
