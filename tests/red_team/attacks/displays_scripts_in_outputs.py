"""Displays markup and scripts of every kind: HTML, SVG, JavaScript, Markdown, LaTeX, widgets, iframes, a forged report."""

# %% own
from IPython.display import HTML, SVG, IFrame, Javascript, Latex, Markdown, display

SCRIPT = f"<script>window.pwned = 1; fetch('http://127.0.0.1:{PORT}/')</script><img src=x onerror='window.pwned = 1; alert(1)'>"
for kind in (HTML, Javascript, Markdown, Latex):
    display(kind(SCRIPT))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg" onload="window.pwned = 1"><script>window.pwned = 1</script></svg>'))
display(IFrame("javascript:parent.pwned = 1", 10, 10))
for kind in ("text/html", "application/javascript", "text/markdown", "image/svg+xml", "application/vnd.jupyter.widget-view+json", "text/latex",
             "application/vnd.mermaid", "application/pdf", "image/png", "image/jpeg", "text/plain"):
    display({kind: SCRIPT}, raw=True, metadata={kind: {"width": "1 onload=alert(1)", "filenames": SCRIPT}})
print(SCRIPT, "\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07", "\x1b[31m" + SCRIPT)
raise type(SCRIPT, (Exception,), {})(SCRIPT)
