"""Counts the first layer only."""

FAILS = "counts_a_stack"
HINT = "only the first layer is counted"

# %% count_parameters
def count_parameters(cell, input_size, units, layers=1):
    blocks = {"rnn": 1, "lstm": 4, "gru": 3, "gru_reset_after": 3, "peephole": 4}[cell]
    peepholes = 3 * units if cell == "peephole" else 0
    biases = 2 if cell == "gru_reset_after" else 1

    def one_layer(inputs):
        return blocks * units * (inputs + units + biases) + peepholes

    return one_layer(input_size)
