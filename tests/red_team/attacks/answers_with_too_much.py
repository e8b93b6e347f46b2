"""Answers with results larger than any limit: one huge array, and more values than anybody needs."""

# %% mean
import numpy as np

def mean(numbers):
    return np.zeros(4_000_000)

# %% weighted_mean
def weighted_mean(numbers, weights):
    return list(range(2_000_000))
