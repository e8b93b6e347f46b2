"""Catches nothing: the first cell that fails ends the sweep."""

FAILS = "keeps_a_failed_cell"
HINT = "catch the exception that run raises"

# %% sweep
def sweep(units, learning_rates, data, run=run_cell, **budget):
    rows = []
    for width in units:
        for rate in learning_rates:
            figures = run(width, rate, data, **budget)
            status = "ok" if np.isfinite(figures["train_loss"]) else "diverged"
            rows.append({"units": width, "learning_rate": rate, **figures, "status": status})
            print(width, rate, figures)
    return pd.DataFrame(rows)
