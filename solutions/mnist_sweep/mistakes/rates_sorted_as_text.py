"""Makes text of the rates for nicer headings, which sorts 1e-05 last."""

FAILS = "has_units_down_and_rates_across"
HINT = "the rates are sorted as text"

# %% results_table
def results_table(frame):
    headed = frame.assign(learning_rate=frame["learning_rate"].astype(str))
    table = headed.pivot(index="units", columns="learning_rate", values="test_accuracy")
    return table.rename(columns=float)
