"""Thinks that a forget gate of 1 forgets."""

FAILS = "keeps_the_memory"
HINT = "a forget gate of 1 forgets nothing"

# %% gate_names
gate_names = {
    "learn": ["i", "g"],
    "forget": ["f"],
    "remember": ["c"],
    "use": ["o", "h"],
    "no_weights": ["c", "h"],
    "keep_everything": {"f": 0, "i": 1},
}
