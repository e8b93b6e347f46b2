"""Throws out the cells that learnt nothing before answering."""

FAILS = "comes_with_a_whole_table"
HINT = "the table has 18 rows"

# %% answers
frame = frame[frame["test_accuracy"] > 0.2]
answers = {
    "best_cell": (32, 0.01),
    "best_rate_per_width": {16: 0.01, 32: 0.01, 64: 0.01},
    "collapsed": {},
}
