"""An infinite loop in a cell, and another in a check's call."""

# %% own
while True:
    pass

# %% mean
def mean(numbers):
    while True:
        pass
