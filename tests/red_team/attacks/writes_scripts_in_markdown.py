"""Writes its written answer, and text cells of its own, as HTML with scripts, and as links that run script when they are followed."""

# %% explain
<script>window.pwned = 1; document.title = "pwned"; alert(1)</script>

<img src=x onerror="window.pwned = 1"> <iframe srcdoc="<script>parent.pwned = 1</script>"></iframe>
<svg onload="window.pwned = 1"><a href="javascript:window.pwned = 1">x</a></svg>
<form action="javascript:window.pwned = 1"><button autofocus onfocus="window.pwned = 1">y</button></form>

$<img src=x onerror="window.pwned = 1">$ and `<img src=x onerror="window.pwned = 1">` and ![x](x" onerror="window.pwned = 1)

[one](javascript:window.pwned=1) [two](JavaScript&colon;window.pwned=1) [three](java&Tab;script:window.pwned=1)
[four](javascript\:window.pwned=1) [five](javascript&#58;window.pwned=1) [six][six] <javascript:window.pwned=1>

[six]: javascript:window.pwned=1 "title"

```mermaid
</pre><script>window.pwned = 1</script>
```

# %% hand in
script = "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'><b onmouseover='window.pwned = 1'>b</b>"
notebook["cells"][:0] = [{"cell_type": kind, "id": kind, "metadata": {"raw_mimetype": "text/html"}, "source": script} for kind in ("markdown", "raw")]
notebook["cells"].append({"cell_type": "markdown", "id": "attached", "metadata": {}, "source": "![x](attachment:x.svg)",
                          "attachments": {"x.svg": {"image/svg+xml": script, "text/html": script}}})
