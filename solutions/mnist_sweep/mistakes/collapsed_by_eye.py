"""Takes every cell of about 0.1 for collapsed, also those that have only not learnt yet."""

FAILS = "finds_the_collapsed_cells"
HINT = "its test accuracy is no digit's share"

# %% answers
answers = {
    "best_cell": (32, 0.01),
    "best_rate_per_width": {16: 0.01, 32: 0.01, 64: 0.01},
    "collapsed": {(32, 1e-5): 8, (32, 1.0): 3, (64, 1.0): 5},
}
