"""Takes a plain LSTM layer for an unrolled network."""

FAILS = "tells_how_the_layer_is_laid_out"
HINT = "look at the operations counted above"

# %% unrolling
unrolling = {
    "loop or copies": "one copy a step",
    "unrolled by": "unroll=True",
    "weights at 20 steps": 320800,
    "weights at 35 steps": 320800,
    "copies at 35 steps": 35,
}
