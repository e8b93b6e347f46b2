"""Takes the digit with the next larger share."""

FAILS = "names_the_digit_of_every_collapsed_cell"
HINT = "which digit is it?"

# %% answers
accuracy = {(row.units, row.learning_rate): row.test_accuracy for row in frame.itertuples()}
answers = {
    "best_cell": max(accuracy, key=accuracy.get),
    "best_rate_per_width": {width: max(RATES, key=lambda rate: accuracy[width, rate]) for width in WIDTHS},
    "collapsed": {cell: digit for cell, score in accuracy.items() for digit, share in digit_shares(frame).items() if abs(score - share) < 1e-6},
}
answers["collapsed"] = {cell: (digit + 1) % 10 for cell, digit in answers["collapsed"].items()}
