"""Hands in a table that was made without a seed."""

FAILS = "comes_with_a_whole_table"
HINT = "it draws one seed for all cells"

# %% answers
accuracy = {(row.units, row.learning_rate): row.test_accuracy for row in frame.itertuples()}
answers = {
    "best_cell": max(accuracy, key=accuracy.get),
    "best_rate_per_width": {width: max(RATES, key=lambda rate: accuracy[width, rate]) for width in WIDTHS},
    "collapsed": {cell: digit for cell, score in accuracy.items() for digit, share in digit_shares(frame).items() if abs(score - share) < 1e-6},
}
