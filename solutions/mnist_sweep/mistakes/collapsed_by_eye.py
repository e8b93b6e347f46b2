"""Takes every cell of about 0.1 for collapsed, also those that have only not learnt yet."""

FAILS = "finds_the_collapsed_cells"
HINT = "its test accuracy is no digit's share"

# %% answers
accuracy = {(row.units, row.learning_rate): row.test_accuracy for row in frame.itertuples()}
answers = {
    "best_cell": max(accuracy, key=accuracy.get),
    "best_rate_per_width": {width: max(RATES, key=lambda rate: accuracy[width, rate]) for width in WIDTHS},
    "collapsed": {cell: digit for cell, score in accuracy.items() for digit, share in digit_shares(frame).items() if abs(score - share) < 1e-6},
}
answers["collapsed"] = {cell: answers["collapsed"].get(cell, 0) for cell, score in accuracy.items() if score < 0.13}
