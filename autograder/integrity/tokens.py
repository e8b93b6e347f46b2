"""Code without what a copier changes first: comments, spaces, names, texts. Read by one regular expression, whatever it holds."""

import builtins
import keyword
import re

TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<string>[rRbBuUfF]{0,2}(?:\"{3}(?:\\.|[^\\])*?(?:\"{3}|\Z)|'{3}(?:\\.|[^\\])*?(?:'{3}|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))
    |(?P<number>\d[\w.]*)
    |(?P<name>[^\W\d]\w*)
    |(?P<operator>[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
"""A string that does not end ends with its line or the cell: no text makes this slow."""
KEPT = set(keyword.kwlist) | {name for name in dir(builtins) if not name.startswith("_")}
OPENS = set("([{,=+-*/%<>&|^~:")
"""After these a string at the start of a line is a value, not a docstring; after a colon it is one."""
WORD = re.compile(r"\w+")
MOST_CHARACTERS = 100_000
"""Most characters of one cell that are compared."""


def code_lines(source: str) -> list[tuple[str, ...]]:
    """The tokens of each line: own names become N, texts S, comments and docstrings nothing; attributes, numbers, words of Python stay."""
    source = source[:MOST_CHARACTERS]
    lines: list[list[str]] = [[] for _ in range(source.count("\n") + 1)]
    line, at, before = 0, 0, ""
    for match in TOKEN.finditer(source):
        line += source.count("\n", at, match.start())
        at = match.start()
        kind, text = match.lastgroup, match[0]
        if kind == "comment" or kind == "string" and not lines[line] and (before == ":" or before not in OPENS):
            continue
        if kind == "string":
            text = "S"
        elif kind == "name" and before != "." and text not in KEPT:
            text = "N"
        lines[line].append(text)
        before = text
    return [tuple(tokens) for tokens in lines]


def word_lines(source: str) -> list[tuple[str, ...]]:
    """The words of each line of a written answer."""
    return [tuple(WORD.findall(line.lower())) for line in source[:MOST_CHARACTERS].split("\n")]
