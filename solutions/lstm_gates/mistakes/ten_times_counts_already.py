"""Changes the size at exactly ten times."""

FAILS = "compares_with_the_text"
HINT = "ten included"

# %% better_size
def better_size(parameters, dataset_chars):
    if dataset_chars >= 10 * parameters:
        return "larger"
    return "smaller" if parameters >= 10 * dataset_chars else "keep"
