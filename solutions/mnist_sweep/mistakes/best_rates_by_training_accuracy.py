"""Takes, for each width, the rate with the best training accuracy."""

FAILS = "names_the_best_rate_of_every_width"
HINT = "that rate has the highest training accuracy"

# %% answers
accuracy = {(row.units, row.learning_rate): row.test_accuracy for row in frame.itertuples()}
answers = {
    "best_cell": max(accuracy, key=accuracy.get),
    "best_rate_per_width": {width: max(RATES, key=lambda rate: accuracy[width, rate]) for width in WIDTHS},
    "collapsed": {cell: digit for cell, score in accuracy.items() for digit, share in digit_shares(frame).items() if abs(score - share) < 1e-6},
}
trained = frame.pivot(index="units", columns="learning_rate", values="train_accuracy")
answers["best_rate_per_width"] = trained.idxmax(axis="columns").to_dict()
