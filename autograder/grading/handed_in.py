"""What may lie in a folder that a student filled: it is walked without recursion, and names tell what nothing may open."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path, PurePath

MAX_DEPTH = 20
"""How many folders a file may lie in."""
MAX_PATH_BYTES = 1024
"""Longest path below the submission's folder: it is copied to places whose own paths are longer."""
SETTINGS = re.compile(r"nbgrader_config(\..*)?|jupyter_.*config.*", re.DOTALL)
"""Files that nbgrader and Jupyter take for settings where they find them, and run if they end in .py."""
PLAIN = {".csv", ".tsv", ".txt", ".md", ".json", ".npz", ".npy", ".png", ".jpg", ".jpeg", ".gif", ".py", ".ipynb"}
"""How files end in which no browser finds a script to run, however it is served. Browsers know more kinds of pages than anybody
can list, so what is not here is taken for one; a PDF may hold scripts as well."""


class Kind(Enum):
    """What a walk found."""

    FILE = "a regular file"
    OTHER = "a link, a device, a pipe"
    TOO_DEEP = "a file or folder that lies too deep, or whose path is too long"
    UNREADABLE = "a folder that cannot be read"


def walk(folder: Path, skip: Callable[[str], bool] = lambda name: False) -> Iterator[tuple[Path, Kind]]:
    """Everything but folders below a folder, by name; folders nested without end exhaust nobody, links are not followed.

    Args:
        folder: where to begin; it may itself be a link.
        skip: tells of a name that it is passed over, with all that lies in it.
    """
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        kind = None if path is folder else _kind(path, folder)
        if kind is not None:
            yield path, kind
            continue
        try:
            names = sorted(name for name in os.listdir(path) if not skip(name))
        except OSError:
            yield path, Kind.UNREADABLE
        else:
            waiting += [path / name for name in reversed(names)]


def files_in(folder: Path) -> list[Path]:
    """The regular files below a folder, by path."""
    return sorted(path for path, kind in walk(folder) if kind is Kind.FILE)


def _kind(path: Path, folder: Path) -> Kind | None:
    """None for a folder that can be entered."""
    if is_too_deep(path.relative_to(folder)):
        return Kind.TOO_DEEP
    try:
        mode = path.lstat().st_mode
    except OSError:
        return Kind.OTHER
    return None if stat.S_ISDIR(mode) else Kind.FILE if stat.S_ISREG(mode) else Kind.OTHER


def is_too_deep(relative: PurePath) -> bool:
    """Whether a path below a submission's folder is one that nothing of ours follows."""
    return len(relative.parts) > MAX_DEPTH + 1 or len(os.fsencode(relative)) > MAX_PATH_BYTES


def is_settings(name: str) -> bool:
    """Whether nbgrader or Jupyter could take a file or folder of this name for its settings; some disks do not tell a from A."""
    return SETTINGS.fullmatch(name.casefold()) is not None


def is_plain(name: str) -> bool:
    """Whether a file of this name may lie where formgrader serves it to the instructor's browser."""
    return PurePath(name).suffix.lower() in PLAIN and not is_settings(name)
