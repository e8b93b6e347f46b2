"""Hands in every cell several times, with one grade id, some before the released ones and some behind."""

# %% hand in
checks = [cell | {"source": "5.0"} for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
notebook["cells"] = checks * 3 + notebook["cells"] + checks * 3 + notebook["cells"][::-1]
