"""Hands in other weights beside the figures of the trained ones."""

FAILS = "states_the_right_perplexity"
HINT = "does not belong to these weights"
