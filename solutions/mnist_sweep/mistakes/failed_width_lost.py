"""Takes pivot_table and puts only the empty columns back."""

FAILS = "arranges_any_sweep"
HINT = "pivot_table drops empty rows"

# %% results_table
def results_table(frame):
    table = frame.pivot_table(index="units", columns="learning_rate", values="test_accuracy")
    return table.reindex(columns=sorted(frame["learning_rate"].unique()))
