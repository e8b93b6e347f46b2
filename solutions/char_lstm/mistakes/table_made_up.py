"""Invents a table: figures drawn around what honest runs have on average, with all their digits."""

FAILS = "comes_out_again"
HINT = "delete sweep.csv and measure again"
