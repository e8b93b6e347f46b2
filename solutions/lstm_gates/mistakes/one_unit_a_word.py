"""Believes that an LSTM has one unit for every word."""

FAILS = "gives_the_last_step_alone"
HINT = "the number of steps is no width"

# %% output_shape
def output_shape(batch, steps, features, units, return_sequences=False):
    return (batch, steps, units) if return_sequences else (batch, steps)
