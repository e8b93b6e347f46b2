"""Takes, for each width, the rate with the best training accuracy."""

FAILS = "names_the_best_rate_of_every_width"
HINT = "that rate has the highest training accuracy"

# %% answers
answers = {
    "best_cell": (32, 0.01),
    "best_rate_per_width": {16: 0.01, 32: 0.01, 64: 0.1},
    "collapsed": {(32, 1.0): 3, (64, 1.0): 5},
}
