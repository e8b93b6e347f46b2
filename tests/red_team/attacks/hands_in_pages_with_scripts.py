"""Hands in pages and pictures with scripts beside the notebook, links to them, and hopes that the instructor opens them."""

# %% explain
My figures are [in this table](table.html), ![the plot](plot.svg) [here](files/plot.svg), [here](table.xhtm),
[here](/formgrader?path=submitted/hands_in_pages_with_scripts/averages) and [here](..%2F..%2F..%2Fsubmitted).

# %% file table.html
<script>window.pwned = 1</script>

# %% file plot.svg
<svg xmlns="http://www.w3.org/2000/svg" onload="window.pwned = 1"><script>window.pwned = 1</script></svg>

# %% file files/table.XHTML
<html xmlns="http://www.w3.org/1999/xhtml"><script>window.pwned = 1</script></html>

# %% file table.xhtm
<html xmlns="http://www.w3.org/1999/xhtml"><script>window.pwned = 1</script></html>

# %% file plot.rdf
<html xmlns="http://www.w3.org/1999/xhtml"><script>window.pwned = 1</script></html>

# %% file plot.xpdl
<html xmlns="http://www.w3.org/1999/xhtml"><script>window.pwned = 1</script></html>

# %% file files/plot.wsdl
<html xmlns="http://www.w3.org/1999/xhtml"><script>window.pwned = 1</script></html>

# %% file table.pdf
<html xmlns="http://www.w3.org/1999/xhtml"><script>window.pwned = 1</script></html>

# %% file nbgrader_config.py
raise SystemExit("the student's configuration ran")
