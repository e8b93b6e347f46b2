"""Gives the embedding a bias."""

FAILS = "counts_one_row_a_word"
HINT = "an embedding has no biases"

# %% embedding_parameters
def embedding_parameters(vocabulary_size, dimensions):
    return vocabulary_size * dimensions + dimensions
