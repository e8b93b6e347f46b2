"""Leaves a run out."""

FAILS = "hands_in_a_whole_table"
HINT = "hand them in as they are"
