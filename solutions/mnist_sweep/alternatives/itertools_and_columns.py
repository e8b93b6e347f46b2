"""The sweep by itertools, gathered in columns; the table row by row."""

# %% sweep
import itertools
import sys


def sweep(units, learning_rates, data, run=run_cell, **budget):
    columns = {name: [] for name in ["status", "learning_rate", "units", "train_loss", "test_accuracy", "train_accuracy"]}
    for rate, width in itertools.product(learning_rates, units):
        cell = {"units": width, "learning_rate": rate, "train_loss": None, "test_accuracy": None, "train_accuracy": None}
        try:
            cell.update(run(width, rate, data, **budget))
            loss = cell["train_loss"]
            cell["status"] = "diverged" if loss != loss or loss in (float("inf"), -float("inf")) else "ok"
        except Exception:
            cell["status"] = "failed"
        for name in columns:
            columns[name].append(cell[name])
        print(".", end="", file=sys.stderr)
    return pd.DataFrame(columns)

# %% results_table
def results_table(frame):
    widths, rates = sorted(set(frame["units"])), sorted(set(frame["learning_rate"]))
    table = pd.DataFrame(np.nan, index=widths, columns=rates)
    for _, row in frame.iterrows():
        table.loc[row["units"], row["learning_rate"]] = row["test_accuracy"]
    return table

# %% answers
answers = {
    # read off the table
    "best_cell": [64, 0.01],
    "best_rate_per_width": {16: 0.1, 32: 1e-2, 64: 0.01},
    "collapsed": {(32, 1.0): 0, (64, 1): 7},
}
