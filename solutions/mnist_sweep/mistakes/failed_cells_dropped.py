"""Goes on after an error, but leaves the cell out of the table."""

FAILS = "keeps_a_failed_cell"
HINT = "the row stays, with nan for its figures"

# %% sweep
def sweep(units, learning_rates, data, run=run_cell, **budget):
    rows = []
    for width in units:
        for rate in learning_rates:
            try:
                figures = run(width, rate, data, **budget)
            except Exception as error:
                print(width, rate, error)
                continue
            status = "ok" if np.isfinite(figures["train_loss"]) else "diverged"
            rows.append({"units": width, "learning_rate": rate, **figures, "status": status})
            print(width, rate, figures)
    return pd.DataFrame(rows, columns=["units", "learning_rate", "train_accuracy", "test_accuracy", "train_loss", "status"])
