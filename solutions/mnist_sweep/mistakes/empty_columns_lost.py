"""Takes pivot_table, which drops what is empty."""

FAILS = "leaves_holes_where_cells_are_missing"
HINT = "pivot_table drops empty columns"

# %% results_table
def results_table(frame):
    return frame.pivot_table(index="units", columns="learning_rate", values="test_accuracy")
