"""Hands in pages and pictures with scripts beside the notebook, links to them, and hopes that the instructor opens them."""

# %% explain
My figures are [in this table](table.html), ![the plot](plot.svg) and [here](files/plot.svg).

# %% file table.html
<script>window.pwned = 1</script>

# %% file plot.svg
<svg xmlns="http://www.w3.org/2000/svg" onload="window.pwned = 1"><script>window.pwned = 1</script></svg>

# %% file files/table.XHTML
<html xmlns="http://www.w3.org/1999/xhtml"><script>window.pwned = 1</script></html>
