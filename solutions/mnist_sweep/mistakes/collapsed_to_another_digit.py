"""Takes 0.1010 for the share of nines (0.1009)."""

FAILS = "names_the_digit_of_every_collapsed_cell"
HINT = "which digit is it?"

# %% answers
answers = {
    "best_cell": (32, 0.01),
    "best_rate_per_width": {16: 0.01, 32: 0.01, 64: 0.01},
    "collapsed": {(32, 1.0): 9, (64, 1.0): 5},
}
