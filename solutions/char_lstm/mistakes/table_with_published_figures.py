"""Copies figures out of the published table."""

FAILS = "hands_in_a_whole_table"
HINT = ""
