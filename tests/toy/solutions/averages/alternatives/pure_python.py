"""No NumPy."""

# %% mean
def mean(values):
    total = 0
    for value in values:
        total += value
    return total / len(values)

# %% weighted_mean
weighted_mean = lambda numbers, weights: [sum(n * w for n, w in zip(numbers, weights)) / sum(weights)][0]
