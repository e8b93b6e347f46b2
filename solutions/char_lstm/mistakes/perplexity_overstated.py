"""States a better perplexity than the weights have."""

FAILS = "states_the_right_perplexity"
HINT = "does not belong to these weights"
