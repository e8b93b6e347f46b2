"""Throws out the cells that learnt nothing before answering."""

FAILS = "comes_with_a_whole_table"
HINT = "the table has 18 rows"

# %% answers
frame = frame[frame["test_accuracy"] > 0.2]
accuracy = {(row.units, row.learning_rate): row.test_accuracy for row in frame.itertuples()}
answers = {
    "best_cell": max(accuracy, key=accuracy.get),
    "best_rate_per_width": {width: max(RATES, key=lambda rate: accuracy.get((width, rate), 0)) for width in WIDTHS},
    "collapsed": {cell: digit for cell, score in accuracy.items() for digit, share in digit_shares(frame).items() if abs(score - share) < 1e-6},
}
