"""Types a table off, rounded."""

FAILS = "hands_in_a_whole_table"
HINT = "with all their digits"
