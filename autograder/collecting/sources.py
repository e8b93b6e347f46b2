"""Everything that lies in folders and archives, as one list of files: archives are opened, and archives inside them."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.collecting.archives import Unpacker
from autograder.collecting.entries import UNREAD, ArchiveLimits, Refused, ignored, kind_of, safe_parts, stem_of
from autograder.errors import CourseError
from autograder.plain import one_line


@dataclass(frozen=True)
class Found:
    """One file that somebody handed in."""

    parts: tuple[str, ...]
    """Its path below the source; an archive in it counts as a folder."""
    label: str
    """The same for people: where it was found."""
    content: Path
    """Where its bytes are."""
    ours: bool
    """Whether that is a copy of ours, which may be moved away."""
    modified: datetime
    """When it was handed in: the outermost archive's or folder's word, never that of an archive the student made."""


class Sources:
    """Reads sources one after the other and remembers what it refused.

    Args:
        spool: a folder for what is unpacked; the caller's to remove.
        limits: what archives may unpack to.
    """

    def __init__(self, spool: Path, limits: ArchiveLimits = ArchiveLimits()) -> None:
        self.limits = limits
        self.refusals: list[str] = []
        self._unpacker = Unpacker(spool, limits)

    def read(self, source: Path) -> list[Found]:
        """The files of a folder, of an archive, or the one file that it is.

        Raises:
            CourseError: it does not exist, or is neither.
        """
        try:
            status = source.stat()
        except OSError as error:
            raise CourseError(f"{one_line(source)} cannot be read: {error.strerror}") from None
        if stat.S_ISDIR(status.st_mode):
            return list(self._folder(source))
        if not stat.S_ISREG(status.st_mode):
            raise CourseError(f"{one_line(source)} is neither a folder nor a file")
        kind, when = kind_of(source.name), datetime.fromtimestamp(status.st_mtime, UTC)
        if kind:
            return list(self._archive(source, kind, (), source.name, when, 1))
        return list(self._file((source.name,), source.name, source, False, when, 1))

    def _folder(self, folder: Path) -> Iterator[Found]:
        for path, folders, names in os.walk(folder):
            folders.sort()
            if folders and len(Path(path).relative_to(folder).parts) >= self.limits.parts:
                self._refuse(f"{folder.name}/{Path(path, folders[0]).relative_to(folder).as_posix()}", Refused("it lies too deep"))
                folders.clear()
            for name in sorted([*names, *(name for name in folders if Path(path, name).is_symlink())]):
                where = Path(path, name)
                relative = where.relative_to(folder).as_posix()
                label = f"{folder.name}/{relative}"
                try:
                    parts = safe_parts(relative, self.limits)
                    status = where.lstat()
                    if not stat.S_ISREG(status.st_mode):
                        raise Refused("it is a link" if stat.S_ISLNK(status.st_mode) else "it is no regular file")
                    if kind_of(name) is None and status.st_size > self.limits.entry_bytes:
                        raise Refused(f"it has more than {self.limits.entry_bytes >> 20} MiB")
                except Refused as error:
                    self._refuse(label, error)
                    continue
                if not ignored(parts):
                    yield from self._file(parts, label, where, False, datetime.fromtimestamp(status.st_mtime, UTC), 1)

    def _file(self, parts: tuple[str, ...], label: str, content: Path, ours: bool, when: datetime, depth: int) -> Iterator[Found]:
        """A file, or what is in it when it is an archive."""
        kind = kind_of(parts[-1])
        if kind:
            yield from self._archive(content, kind, (*parts[:-1], stem_of(parts[-1])), label, when, depth)
            if ours:
                content.unlink(missing_ok=True)
        elif parts[-1].lower().endswith(UNREAD):
            self.refusals.append(f"{one_line(label)}: archives of this kind are not opened; zip, tar and tar.gz are")
        else:
            yield Found(parts, one_line(label, 300), content, ours, when)

    def _archive(self, path: Path, kind: str, parts: tuple[str, ...], label: str, when: datetime, depth: int) -> Iterator[Found]:
        try:
            if depth > self.limits.depth:
                raise Refused(f"archives inside archives are opened {self.limits.depth} deep, and this one lies deeper")
            outermost = not parts
            for entry in self._unpacker.entries(path, kind, outermost):
                if isinstance(entry, str):
                    self.refusals.append(f"{one_line(label)}: {entry}")
                    continue
                # inside a student's own archive the student's clock was asked, not the platform's
                modified = (entry.modified or when) if outermost else when
                yield from self._file((*parts, *entry.parts), f"{label}/{'/'.join(entry.parts)}", entry.content, True, modified, depth + 1)
        except Refused as error:
            self._refuse(label, error)

    def _refuse(self, label: str, error: Refused) -> None:
        self.refusals.append(f"{one_line(label)}: {error}")
