"""What an archive's entries may be: their names, their number, their size."""

import re
import unicodedata
from dataclasses import dataclass

from autograder.errors import CourseError

KINDS = {".zip": "zip", ".tar": "tar", ".tgz": "tar.gz", ".tar.gz": "tar.gz"}
UNREAD = (".7z", ".rar", ".gz", ".bz2", ".xz", ".tbz2", ".txz", ".zst")
"""Archives that are told to be handed in as another kind."""


class Refused(CourseError):
    """Why an entry or an archive was left out."""


@dataclass(frozen=True)
class ArchiveLimits:
    """What a download may unpack to."""

    entry_bytes: int = 100 << 20
    """One file, in bytes: the largest that grading takes."""
    archive_bytes: int = 1 << 30
    """All files of an archive that a student handed in, in bytes."""
    total_bytes: int = 32 << 30
    """All files of all archives of one collection, in bytes."""
    entries: int = 2_000
    """Entries of an archive that a student handed in."""
    total_entries: int = 100_000
    """Entries of the download itself."""
    ratio: int = 200
    """How many times its packed size an archive may unpack to, once that is more than `ratio_from` bytes."""
    ratio_from: int = 16 << 20
    """Unpacked bytes from which on the ratio counts: small tables may pack well."""
    depth: int = 3
    """How deep archives may lie in one another, the download itself among them."""
    name_bytes: int = 200
    """One part of an entry's path, in bytes of UTF-8."""
    parts: int = 20
    """Parts of an entry's path."""


def kind_of(name: str) -> str | None:
    """The kind of archive that a file name tells: "zip", "tar", "tar.gz"; None for any other file."""
    lower = name.lower()
    return next((kind for ending, kind in KINDS.items() if lower.endswith(ending)), None)


def stem_of(name: str) -> str:
    """An archive's name without its ending."""
    ending = max((ending for ending in KINDS if name.lower().endswith(ending)), key=len, default="")
    return name[: len(name) - len(ending)] if ending else name


def safe_parts(name: str, limits: ArchiveLimits = ArchiveLimits()) -> tuple[str, ...]:
    """An entry's path as harmless parts.

    Raises:
        Refused: it leads out of its folder, is absolute, or holds what no file name should.
    """
    if "\0" in name:
        raise Refused("its name holds a NUL")
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        raise Refused("its path is absolute")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if ".." in parts:
        raise Refused("its path leads out of the archive")
    if not parts:
        raise Refused("it has no name")
    if not all(part.isprintable() for part in parts):
        raise Refused("its name holds control characters")
    if len(parts) > limits.parts or any(len(part.encode("utf-8", "replace")) > limits.name_bytes for part in parts):
        raise Refused("its name is too long")
    return parts


def ignored(parts: tuple[str, ...]) -> bool:
    """What operating systems and Jupyter leave about, of which nothing need be said."""
    return (
        any(part in ("__MACOSX", ".ipynb_checkpoints", "__pycache__", ".git") for part in parts)
        or parts[-1].startswith("._")
        or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")
    )
