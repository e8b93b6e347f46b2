"""Trains on a text of its own."""

FAILS = "comes_with_a_whole_history"
HINT = "history.csv is as the cell given makes it"
