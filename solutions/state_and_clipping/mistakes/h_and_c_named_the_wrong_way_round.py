"""Takes prev_h for the memory and prev_c for the output."""

FAILS = "names_the_three_inputs"
HINT = "h is the output, c the memory"

# %% cell_inputs
below, output, memory = "output of the layer below", "previous output", "previous memory"
cell_inputs = {
    "i": below,
    "prev_h": memory,
    "prev_c": output,
    "inputs": below,
    "states[0]": output,
    "states[1]": memory,
    "shape of inputs in layer 1": (20, 64),
    "shape of inputs in layer 2": (20, 150),
}
