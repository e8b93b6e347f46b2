"""The sweep as one small frame a cell, put together at the end; the table by a loop over its groups."""

# %% sweep
def one_cell(width, rate, data, run, budget):
    try:
        figures = run(width, rate, data, **budget)
    except Exception:
        return dict(train_accuracy=np.nan, test_accuracy=np.nan, train_loss=np.nan, status="failed")
    return {**figures, "status": "ok" if np.isfinite(figures["train_loss"]) else "diverged"}


def sweep(units, learning_rates, data, run=run_cell, **budget):
    grid = pd.MultiIndex.from_product([units, learning_rates], names=["units", "learning_rate"])
    records = []
    for done, (width, rate) in enumerate(grid, 1):
        records.append(pd.Series(one_cell(width, rate, data, run, budget), name=(width, rate)))
        print(f"{done}/{len(grid)}", end=" ", flush=True)
    frame = pd.DataFrame(records).infer_objects()
    frame.index = grid
    return frame.reset_index()

# %% results_table
def results_table(frame):
    columns = {rate: group.set_index("units")["test_accuracy"] for rate, group in frame.groupby("learning_rate")}
    return pd.DataFrame(columns).sort_index().rename_axis(index="units", columns="learning_rate")

# %% plot_heatmap
def plot_heatmap(table):
    options = {"annot": True, "fmt": ".3g", "vmin": 0, "vmax": 1, "square": True, "cbar": False}
    axes = sns.heatmap(data=table, ax=plt.figure().add_subplot(), **options)
    axes.set(xlabel="Adam's learning rate", ylabel="width of the LSTM")
    return axes

# %% answers
scores = results_table(frame)
shares = digit_shares(frame)
places = np.argwhere(np.abs(scores.to_numpy()[..., None] - np.array([shares[digit] for digit in range(10)])) < 1e-6)
answers = dict(
    best_cell=scores.stack().idxmax(),
    best_rate_per_width={width: scores.columns[scores.loc[width].argmax()] for width in scores.index},
    collapsed={(scores.index[row], scores.columns[column]): int(digit) for row, column, digit in places},
)
