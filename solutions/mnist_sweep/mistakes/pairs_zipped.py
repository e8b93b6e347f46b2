"""Pairs the first width with the first rate, the second with the second."""

FAILS = "has_one_row_a_cell"
HINT = "one row for every pair"

# %% sweep
def sweep(units, learning_rates, data, run=run_cell, **budget):
    rows = []
    for _ in [0]:
        for width, rate in zip(units, learning_rates):
            try:
                figures = run(width, rate, data, **budget)
                status = "ok" if np.isfinite(figures["train_loss"]) else "diverged"
            except Exception:
                figures = dict.fromkeys(["train_accuracy", "test_accuracy", "train_loss"], np.nan)
                status = "failed"
            rows.append({"units": width, "learning_rate": rate, **figures, "status": status})
            print(width, rate, status, flush=True)
    return pd.DataFrame(rows)
