"""Gives the best cell as (learning rate, units)."""

FAILS = "names_the_best_cell"
HINT = "a cell is (units, learning_rate)"

# %% answers
answers = {
    "best_cell": (0.01, 32),
    "best_rate_per_width": {16: 0.01, 32: 0.01, 64: 0.01},
    "collapsed": {(32, 1.0): 3, (64, 1.0): 5},
}
