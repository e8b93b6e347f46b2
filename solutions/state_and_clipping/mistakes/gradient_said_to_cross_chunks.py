"""Thinks that the gradient is carried like the state."""

FAILS = "counts_steps_back_and_resets"
HINT = "the gradient stops at the chunk's border"

# %% states
states_in_keras = {
    "keeps the state between calls": "stateful=True",
    "hands the state out": "return_state=True",
    "hands the state in": "initial_state",
    "forgets the state": "reset_state()",
    "steps back": 60,
    "resets in 13 passes": 13,
}
