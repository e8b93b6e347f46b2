"""The table by set_index and unstack; the answers by idxmax."""

# %% results_table
def results_table(frame):
    return frame.set_index(["units", "learning_rate"])["test_accuracy"].unstack().sort_index().sort_index(axis=1)

# %% answers
best = frame.loc[frame["test_accuracy"].idxmax()]
shares = pd.Series(digit_shares(frame))
cells = frame.set_index(["units", "learning_rate"])["test_accuracy"]
answers = {
    "best_cell": (best["units"], best["learning_rate"]),
    "best_rate_per_width": results_table(frame).idxmax(axis=1).to_dict(),
    "collapsed": {cell: int((shares - score).abs().idxmin()) for cell, score in cells.items() if np.isclose(shares, score, atol=1e-7).any()},
}
