"""Gives the best cell as (learning rate, units)."""

FAILS = "names_the_best_cell"
HINT = "a cell is (units, learning_rate)"

# %% answers
accuracy = {(row.units, row.learning_rate): row.test_accuracy for row in frame.itertuples()}
answers = {
    "best_cell": max(accuracy, key=accuracy.get),
    "best_rate_per_width": {width: max(RATES, key=lambda rate: accuracy[width, rate]) for width in WIDTHS},
    "collapsed": {cell: digit for cell, score in accuracy.items() for digit, share in digit_shares(frame).items() if abs(score - share) < 1e-6},
}
answers["best_cell"] = answers["best_cell"][::-1]
