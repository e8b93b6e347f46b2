"""Prints nothing for minutes."""

FAILS = "shows_its_progress"
HINT = "print a line for every cell"

# %% sweep
def sweep(units, learning_rates, data, run=run_cell, **budget):
    rows = []
    for width in units:
        for rate in learning_rates:
            try:
                figures = run(width, rate, data, **budget)
                status = "ok" if math.isfinite(figures["train_loss"]) else "diverged"
            except Exception:
                figures = dict.fromkeys(("train_accuracy", "test_accuracy", "train_loss"), math.nan)
                status = "failed"
            rows.append({"units": width, "learning_rate": rate, **figures, "status": status})
    return pd.DataFrame(rows)
