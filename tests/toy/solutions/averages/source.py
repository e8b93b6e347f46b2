# %% [markdown]
# # Averages
# A tiny assignment that the engine's own tests build, release and grade.

# %% nbgrader={"grade_id": "setup", "locked": true}
import numpy as np
from autograder.checks import check, when_written

# %% [markdown]
# ## Task 1: the mean

# %% nbgrader={"grade_id": "mean", "solution": true}
def mean(numbers):
    """The arithmetic mean of a non-empty list of numbers."""
    ### BEGIN SOLUTION
    return float(np.sum(numbers)) / len(numbers)
    ### END SOLUTION

# %% nbgrader={"grade_id": "check_mean", "grade": true}
check("mean")

# %%
with when_written():
    print("the mean of 1, 2, 6 is", mean([1, 2, 6]))

# %% [markdown]
# ## Task 2: the weighted mean

# %% nbgrader={"grade_id": "weighted_mean", "solution": true}
def weighted_mean(numbers, weights):
    """The mean of numbers in which each counts as often as its weight says."""
    ### BEGIN SOLUTION
    return float(np.dot(numbers, weights) / np.sum(weights))
    ### END SOLUTION

# %% nbgrader={"grade_id": "check_weighted_mean", "grade": true}
check("weighted_mean")

# %% [markdown] nbgrader={"grade_id": "explain", "grade": true, "solution": true, "points": 3}
# When are the two means equal?
# ### BEGIN SOLUTION
# When all weights are equal to one another.
# ### END SOLUTION
