"""Overlooks that the output is computed without weights of its own."""

FAILS = "knows_both_languages"
HINT = "two of the six have none"

# %% gate_names
gate_names = {
    "learn": ["i", "g"],
    "forget": ["f"],
    "remember": ["c"],
    "use": ["o", "h"],
    "no_weights": ["c"],
    "keep_everything": {"f": 1, "i": 0},
}
