"""Calls every cell ok that ran to its end."""

FAILS = "flags_a_diverged_cell"
HINT = "nan or infinite means diverged"

# %% sweep
def sweep(units, learning_rates, data, run=run_cell, **budget):
    rows = []
    for width in units:
        for rate in learning_rates:
            try:
                figures = run(width, rate, data, **budget)
                status = "ok"
            except Exception:
                figures = dict.fromkeys(["train_accuracy", "test_accuracy", "train_loss"], np.nan)
                status = "failed"
            rows.append({"units": width, "learning_rate": rate, **figures, "status": status})
            print(width, rate, status, flush=True)
    return pd.DataFrame(rows)
