"""Puts the rates down and the units across."""

FAILS = "has_units_down_and_rates_across"
HINT = "the table lies on its side"

# %% results_table
def results_table(frame):
    return frame.pivot(index="learning_rate", columns="units", values="test_accuracy")
