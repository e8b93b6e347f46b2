"""Takes a loss for diverged when it is nan, and an infinite one for a good one."""

FAILS = "keeps_every_cell_of_any_grid"
HINT = "nan and infinite losses are both diverged"

# %% sweep
def sweep(units, learning_rates, data, run=run_cell, **budget):
    rows = []
    for width in units:
        for rate in learning_rates:
            try:
                figures = run(width, rate, data, **budget)
                status = "diverged" if math.isnan(figures["train_loss"]) else "ok"
            except Exception:
                figures = dict.fromkeys(("train_accuracy", "test_accuracy", "train_loss"), math.nan)
                status = "failed"
            rows.append({"units": width, "learning_rate": rate, **figures, "status": status})
            print(rows[-1])
    return pd.DataFrame(rows)
