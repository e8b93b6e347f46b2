"""What a cell's code mentions of networks, other files, processes and the grader itself. It is read, never run."""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

NETWORK = "network"
FILES = "files outside"
PROCESSES = "processes"
GRADER = "the grader"
MODULES = {
    NETWORK: "socket ssl requests urllib urllib2 urllib3 http httpx aiohttp ftplib smtplib telnetlib websocket websockets paramiko wget",
    PROCESSES: "subprocess multiprocessing pty signal",
    GRADER: "ctypes cffi gc inspect nbgrader sqlite3 sqlalchemy ipykernel zmq",
}
CALLS = {
    PROCESSES: "os.system os.popen os.fork os.forkpty os.kill os.killpg os._exit os.abort os.execv os.execve os.execvp os.spawnl os.spawnv"
    " os.posix_spawn get_ipython().system get_ipython().getoutput",
    GRADER: "sys._getframe sys.settrace sys.setprofile sys.modules os.environ",
    FILES: "os.listdir os.walk os.scandir os.chroot os.symlink",
}
ATTRIBUTES = {
    GRADER: "input_transformers_post input_transformers_cleanup ast_transformers input_transformer_manager comm_manager history_manager"
    " user_ns run_cell __subclasses__ __globals__ __builtins__ __closure__ f_back f_locals",
}
HISTORY = {"In", "Out", "_ih", "_oh"}
"""IPython's own lists of what was run and what came out."""
TEXTS = (
    (NETWORK, re.compile(r"(?:https?|ftp)://[^\s'\"]+")),
    (GRADER, re.compile(r"gradebook\.db|hidden_checks\w*|nbgrader_config\w*|BEGIN (?:GRADE|SOLUTION|HIDDEN)\b")),
    (FILES, re.compile(r"(?<![\w.:/])(?:/(?:etc|home|root|proc|sys|usr|var|mnt|opt|course|dev|boot|run)\b|~/|(?:\.\./)+)[^\s'\"]*")),
)
"""What a text in the code may name."""
SHELL = re.compile(
    r"^[ \t\f]*(?:[\w.,][\w., \t\f]*=[ \t\f]*)?(![^=].*|%{1,2}(?:bash|sh|script|system|sx|writefile|run|pip|conda)\b.*)$", re.MULTILINE
)
MAGIC = re.compile(r"^([ \t\f]*)[%!?].*$", re.MULTILINE)
"""Both stay in their line, and no two repeated parts of them can share a blank: else a cell of blanks takes hours to be read."""
MOST_CHARACTERS = 200_000
"""Longest cell that is read as Python; of a longer one only the words are looked at."""
_BY_NAME = {name: kind for table in (MODULES, CALLS, ATTRIBUTES) for kind, names in table.items() for name in names.split()}
_WORDS = re.compile(r"\b(?:" + "|".join(re.escape(name) for name in sorted(_BY_NAME, key=len, reverse=True)) + r")\b")


@dataclass(frozen=True)
class Mention:
    """Something that a cell's code names."""

    kind: str
    """NETWORK, FILES, PROCESSES or GRADER."""
    what: str
    """The module, call or text."""
    line: int
    """The line of the cell, from 1."""


def mentions(source: str) -> list[Mention]:
    """What a code cell mentions, in the order of its lines, each thing once."""
    found = list(_in_shell(source))
    try:
        if len(source) > MOST_CHARACTERS:
            raise ValueError("too long")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a student's odd escape sequence is no news to the instructor
            tree = ast.parse(MAGIC.sub(r"\1pass", source))
        found += _in_tree(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found += _in_words(source)
    seen: set[tuple[str, str]] = set()
    found.sort(key=lambda mention: mention.line)
    return [mention for mention in found if not ((mention.kind, mention.what) in seen or seen.add((mention.kind, mention.what)))]


def _in_shell(source: str) -> Iterator[Mention]:
    line, at = 1, 0
    for match in SHELL.finditer(source):
        line += source.count("\n", at, match.start(1))
        at = match.start(1)
        yield Mention(PROCESSES, _cut(match[1]), line)


def _in_tree(tree: ast.AST) -> Iterator[Mention]:
    modules: set[str] = set()
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
            yield from _named((alias.name.split(".")[0] for alias in node.names), line)
        elif isinstance(node, ast.ImportFrom):
            yield from _named([(node.module or "").split(".")[0], *(f"{node.module}.{alias.name}" for alias in node.names)], line)
        elif isinstance(node, ast.Attribute):
            yield from _named([_dotted(node), node.attr], line)
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in HISTORY:
            yield Mention(GRADER, f"{node.value.id}[…]", line)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("__import__", "eval", "exec"):
            yield Mention(GRADER, f"{node.func.id}(…)", line)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _in_text(node.value, line)
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and (dotted := _dotted(target)).split(".")[0] in modules:
                yield Mention(GRADER, f"{dotted} = …", node.lineno)


def _named(names: object, line: int) -> Iterator[Mention]:
    for name in names:
        if name in _BY_NAME:
            yield Mention(_BY_NAME[name], name, line)


def _in_text(text: str, line: int) -> Iterator[Mention]:
    for kind, pattern in TEXTS:
        for match in pattern.finditer(text[:MOST_CHARACTERS]):
            yield Mention(kind, _cut(match[0]), line)


def _in_words(source: str) -> Iterator[Mention]:
    """Of code that is no Python: the words alone."""
    for number, line in enumerate(source[: 5 * MOST_CHARACTERS].split("\n"), start=1):
        for match in _WORDS.finditer(line):
            yield Mention(_BY_NAME[match[0]], match[0], number)
        yield from _in_text(line, number)


def _dotted(node: ast.Attribute) -> str:
    """os.path.join as it is written; get_ipython().system with its call; empty for what hangs on anything else."""
    parts = []
    here: ast.AST = node
    while isinstance(here, ast.Attribute) and len(parts) < 20:
        parts.append(here.attr)
        here = here.value
    if isinstance(here, ast.Call) and isinstance(here.func, ast.Name) and here.func.id == "get_ipython":
        parts.append("get_ipython()")
    elif isinstance(here, ast.Name):
        parts.append(here.id)
    else:
        return ""
    return ".".join(reversed(parts))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
