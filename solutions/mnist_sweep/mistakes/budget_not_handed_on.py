"""Takes a budget and runs every cell with the default one."""

FAILS = "hands_on_data_and_budget"
HINT = "call run(units, learning_rate, data, **budget)"

# %% sweep
def sweep(units, learning_rates, data, run=run_cell, **budget):
    rows = []
    for width in units:
        for rate in learning_rates:
            try:
                figures = run(width, rate, data)
                status = "ok" if math.isfinite(figures["train_loss"]) else "diverged"
            except Exception:
                figures = dict.fromkeys(("train_accuracy", "test_accuracy", "train_loss"), math.nan)
                status = "failed"
            rows.append({"units": width, "learning_rate": rate, **figures, "status": status})
            print(rows[-1])
    return pd.DataFrame(rows)
