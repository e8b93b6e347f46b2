"""Gives one letter to two parts."""

FAILS = "places_every_letter_once"
HINT = "each of the six letters belongs to one part"

# %% gate_names
gate_names = {
    "learn": ["i", "g"],
    "forget": ["f"],
    "remember": ["c"],
    "use": ["c", "o", "h"],
    "no_weights": ["c", "h"],
    "keep_everything": {"f": 1, "i": 0},
}
