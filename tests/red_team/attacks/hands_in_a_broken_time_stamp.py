"""Hands in time stamps that are none, so that the gradebook cannot take its class."""

# %% hand in
(folder / "timestamp.txt").write_text("99999-99-99 99:99:99 <script>pwned=1</script>")
