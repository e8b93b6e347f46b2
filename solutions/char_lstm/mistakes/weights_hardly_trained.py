"""Trains a tenth of the steps, and states what those weights have."""

FAILS = "has_learnt_as_much_as_it_should"
HINT = "train all 3,001 steps"
