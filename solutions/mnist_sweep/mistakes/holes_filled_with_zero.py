"""Fills missing cells with 0, which looks like a measured accuracy."""

FAILS = "leaves_holes_where_cells_are_missing"
HINT = "a missing cell is not an accuracy of 0"

# %% results_table
def results_table(frame):
    return frame.pivot(index="units", columns="learning_rate", values="test_accuracy").fillna(0)
