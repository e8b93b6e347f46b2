"""Counts new weights for every copy of the cell."""

FAILS = "counts_the_weights_of_copies"
HINT = "the copies share one set of weights"

# %% unrolling
unrolling = {
    "loop or copies": "one loop",
    "unrolled by": "unroll = True",
    "weights at 20 steps": 20 * 320800,
    "weights at 35 steps": 35 * 320800,
    "copies at 35 steps": 35,
}
