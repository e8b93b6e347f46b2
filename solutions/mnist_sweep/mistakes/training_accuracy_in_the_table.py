"""Takes the wrong column of figures."""

FAILS = "has_units_down_and_rates_across"
HINT = "these are the training accuracies"

# %% results_table
def results_table(frame):
    return frame.pivot(index="units", columns="learning_rate", values="train_accuracy")
