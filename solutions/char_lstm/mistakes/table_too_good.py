"""Divides every perplexity by two."""

FAILS = "hands_in_a_whole_table"
HINT = "no honest run comes out like this"
