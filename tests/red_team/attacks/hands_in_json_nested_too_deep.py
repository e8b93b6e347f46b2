"""Hands in a notebook whose JSON is nested a million deep."""

# %% hand in
path.write_text('{"nbformat": 4, "metadata": ' + '{"a":' * 1_000_000 + "1" + "}" * 1_000_001)
