"""Measures on a text of its own, and calls it by the sample's name."""

FAILS = "hands_in_a_whole_table"
HINT = "make sweep.csv and weights.npz with the cells given"
SPOILS = "states_the_right_perplexity"
