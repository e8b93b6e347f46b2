# %% [markdown]
# # A small LSTM
# What benchmarks/grading.py grades: two formulas and one Keras model, a second of computing.

# %% nbgrader={"grade_id": "setup", "locked": true}
import keras
import numpy as np
import pandas as pd
import seaborn as sns
from autograder.checks import check, when_written

# %% [markdown]
# ## Task 1: perplexity


# %% nbgrader={"grade_id": "perplexity", "solution": true}
def perplexity(losses, counts):
    """The exponential of the mean loss in nats, each loss weighted by its count."""
    ### BEGIN SOLUTION
    return float(np.exp(np.average(losses, weights=counts)))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_perplexity", "grade": true}
check("perplexity")

# %% [markdown]
# ## Task 2: clipping


# %% nbgrader={"grade_id": "clip_by_global_norm", "solution": true}
def clip_by_global_norm(gradients, max_norm):
    """The gradients, scaled together so that their common norm is at most max_norm."""
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(np.square(gradient)) for gradient in gradients))
    return [gradient * min(1.0, max_norm / max(norm, 1e-12)) for gradient in gradients]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_clip_by_global_norm", "grade": true}
check("clip_by_global_norm")

# %% [markdown]
# ## Task 3: the model


# %% nbgrader={"grade_id": "build_model", "solution": true}
def build_model(units):
    """A Keras model: sequences (batch, 5, 3) into one LSTM, its last output into Dense(2)."""
    ### BEGIN SOLUTION
    return keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(units), keras.layers.Dense(2)])
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_build_model", "grade": true}
check("build_model")

# %%
with when_written():
    model = build_model(4)
    model.compile("adam", "mse")
    print(model.fit(np.ones((32, 5, 3)), np.zeros((32, 2)), epochs=1, verbose=0).history)
