"""Puts the steps first."""

FAILS = "has_one_number_a_unit_and_step"
HINT = "the batch stands first"

# %% output_shape
def output_shape(batch, steps, features, units, return_sequences=False):
    return (steps, batch, units) if return_sequences else (batch, units)
