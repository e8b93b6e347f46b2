"""Thinks that every layer reads the embedding."""

FAILS = "names_them_in_keras"
HINT = "layer 2 reads layer 1's outputs"

# %% cell_inputs
below, output, memory = "output of the layer below", "previous output", "previous memory"
cell_inputs = {
    "i": below,
    "prev_h": output,
    "prev_c": memory,
    "inputs": below,
    "states[0]": output,
    "states[1]": memory,
    "shape of inputs in layer 1": (20, 64),
    "shape of inputs in layer 2": (20, 64),
}
