"""Gives the features' width back."""

FAILS = "has_one_number_a_unit_and_step"
HINT = "whatever the number of features"

# %% output_shape
def output_shape(batch, steps, features, units, return_sequences=False):
    return (batch, steps, features) if return_sequences else (batch, units)
