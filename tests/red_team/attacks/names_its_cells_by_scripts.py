"""Names cells, grade ids, tags and kernels by scripts, which a page would write into its own markup."""

# %% hand in
script = '"><script>window.pwned = 1</script><img src=x onerror="window.pwned = 1">'
for number, cell in enumerate(notebook["cells"]):
    cell["metadata"]["tags"] = [script]
    cell["metadata"]["nbgrader"] = cell["metadata"].get("nbgrader", {}) | {"comment": script, "label": script}
    if not cell["metadata"]["nbgrader"].get("grade_id"):
        cell["id"] = f"{number}{script}"
notebook["cells"].append(code_cell(script, "1"))
notebook["cells"].append(code_cell("x", "1") | {"metadata": {"nbgrader": {"grade_id": script, "grade": True, "points": 5, "solution": False,
                                                                          "locked": False, "schema_version": 3}}})
notebook["metadata"] = {"title": script, "authors": [{"name": script}], "kernelspec": {"name": script, "display_name": script},
                        "language_info": {"name": script}, "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {script: script}}}}
