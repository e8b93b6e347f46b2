"""Hands in another student's table, with a seed of its own."""

FAILS = "comes_out_again"
HINT = "delete sweep.csv and measure again"
