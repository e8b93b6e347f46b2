"""Returns all steps unless told otherwise."""

FAILS = "gives_the_last_step_alone"
HINT = "only the last step's output comes out"

# %% output_shape
def output_shape(batch, steps, features, units, return_sequences=True):
    return (batch, steps, units) if return_sequences else (batch, units)
