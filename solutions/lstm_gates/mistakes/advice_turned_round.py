"""Advises a smaller network for a long text."""

FAILS = "compares_with_the_text"
HINT = "the other way round"

# %% better_size
def better_size(parameters, dataset_chars):
    if dataset_chars > 10 * parameters:
        return "smaller"
    return "larger" if parameters > 10 * dataset_chars else "keep"
