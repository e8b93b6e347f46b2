"""Gives the cell update to the use gate and the output to the remember gate."""

FAILS = "knows_both_languages"
HINT = "joins what was kept and what was learnt"

# %% gate_names
gate_names = {
    "learn": ["i", "g"],
    "forget": ["f"],
    "remember": ["h"],
    "use": ["o", "c"],
    "no_weights": ["c", "h"],
    "keep_everything": {"f": 1, "i": 0},
}
