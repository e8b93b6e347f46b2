"""Hands in a notebook with values of kinds that no notebook has: numbers for texts, lists for ids, halves of characters."""

# %% hand in
odd = [{"cell_type": kind, "id": name, "metadata": about, "source": source, "outputs": "none"}
       for kind in ("code", "markdown", "<b>", None) for name in ([], "\ud800") for about in (None, {"nbgrader": []})
       for source in (None, ["a", 5], {"a": 1}, "\ud800 = 5")]
notebook["cells"] = odd + notebook["cells"]
notebook["nbformat_minor"] = 10**6
