"""Counts a matrix for every peephole."""

FAILS = "counts_the_relatives"
HINT = "not a matrix"

# %% count_parameters
def count_parameters(cell, input_size, units, layers=1):
    blocks = {"rnn": 1, "lstm": 4, "gru": 3, "gru_reset_after": 3, "peephole": 4}[cell]
    peepholes = 3 * units if cell == "peephole" else 0
    biases = 2 if cell == "gru_reset_after" else 1

    def one_layer(inputs):
        return blocks * units * (inputs + units + biases) + peepholes * units

    return sum(one_layer(input_size if layer == 0 else units) for layer in range(layers))
