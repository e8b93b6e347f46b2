"""Zip and tar archives that strangers made: entry by entry, each either plain bytes or a refusal in one line.

Nothing is unpacked by name: an entry's bytes go into a file whose name is ours, and its own name stays text until it was
found harmless. What an archive's headers promise is not believed; bytes are counted as they come.
"""

import errno
import gzip
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.collecting.entries import ArchiveLimits, Refused, ignored, safe_parts
from autograder.errors import CourseError
from autograder.plain import one_line

BLOCK = 1 << 14
"""Bytes that are read at once; also the longest header that tarfile may read, for it searches headers by regular expression."""
DIRECTORY_BYTES = 10 << 20
"""Most bytes of a zip's own directory, which zipfile reads as a whole."""
DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, struct.error, ValueError, LookupError, NotImplementedError)


@dataclass(frozen=True)
class Entry:
    """One file of an archive."""

    parts: tuple[str, ...]
    """Its path, made harmless."""
    content: Path
    """Where its bytes are now."""
    modified: datetime | None
    """When it was last changed, as the archive says; None where it says nothing."""


class Unpacker:
    """Unpacks archives into files of its own folder, within the limits of one collection.

    Args:
        folder: where bytes are put; the caller's to remove.
        limits: what may be unpacked.
    """

    def __init__(self, folder: Path, limits: ArchiveLimits) -> None:
        self.folder = folder
        self.limits = limits
        self.left = limits.total_bytes

    def entries(self, path: Path, kind: str, outermost: bool) -> Iterator[Entry | str]:
        """The files of an archive, and a line for each that is refused: "NAME: why".

        Raises:
            Refused: nothing more of the archive can be read.
        """
        budget = _Budget(self, path.stat().st_size, outermost)
        seen: set[str] = set()
        try:
            for name, entry in _zip(path, budget) if kind == "zip" else _tar(self._plain_tar(path, kind, budget), budget):
                budget.count()
                try:
                    if entry is None:  # a folder
                        continue
                    parts = safe_parts(name, self.limits)
                    if "/".join(parts) in seen:
                        raise Refused("another entry has the same name; the first counts")
                    seen.add("/".join(parts))
                    if ignored(parts):
                        continue
                    yield Entry(parts, entry.extract(), entry.modified())
                except _Full as error:
                    raise Refused(str(error)) from None
                except Refused as error:
                    yield f"{one_line(name)}: {error}"
                except (*DAMAGED, RuntimeError, MemoryError, OverflowError) as error:
                    _refuse_full_disk(error)
                    yield f"{one_line(name)}: it is damaged ({type(error).__name__})"
        except (*DAMAGED, RuntimeError, MemoryError, OverflowError, RecursionError) as error:
            _refuse_full_disk(error)
            raise Refused(f"the archive is damaged, or none ({type(error).__name__})") from None

    def _plain_tar(self, path: Path, kind: str, budget: "_Budget") -> Path:
        """The tar itself: tarfile jumps about in it, which a packed one takes badly."""
        if kind == "tar":
            return path
        with gzip.open(path) as packed:
            return budget.copy(packed, budget.archive_bytes, "the archive", counted=False)


class _Full(Refused):
    """The archive unpacks to more than any sane one does: nothing more of it is read."""


class _Budget:
    """What one archive may still unpack to."""

    def __init__(self, unpacker: Unpacker, packed: int, outermost: bool) -> None:
        limits = unpacker.limits
        self.unpacker, self.limits = unpacker, limits
        self.entries_left = limits.total_entries if outermost else limits.entries
        self.archive_bytes = limits.total_bytes if outermost else limits.archive_bytes
        self.packed, self.unpacked = packed, 0

    def count(self) -> None:
        self.entries_left -= 1
        if self.entries_left < 0:
            raise Refused("it has too many entries; the rest is left out")

    def spend(self, size: int) -> None:
        self.unpacked += size
        self.unpacker.left -= size
        if self.unpacked > max(self.limits.ratio_from, self.limits.ratio * self.packed) or self.unpacked > self.archive_bytes:
            raise _Full("it unpacks to far more than it is; the rest is left out")
        if self.unpacker.left < 0:
            raise _Full(f"the collection unpacks to more than {self.limits.total_bytes >> 30} GiB; the rest is left out")

    def copy(self, source: object, most: int, what: str, counted: bool = True) -> Path:
        """Copies an open file to one of ours, counting."""
        with tempfile.NamedTemporaryFile(dir=self.unpacker.folder, delete=False) as copied:
            size = 0
            try:
                while block := source.read(BLOCK):
                    size += len(block)
                    if size > most:
                        raise Refused(f"{what} unpacks to more than {most >> 20} MiB")
                    if counted:
                        self.spend(len(block))
                    elif size > max(self.limits.ratio_from, self.limits.ratio * self.packed):
                        raise _Full("it unpacks to far more than it is")
                    copied.write(block)
            except BaseException:
                Path(copied.name).unlink(missing_ok=True)
                raise
            return Path(copied.name)


@dataclass(frozen=True)
class _ZipEntry:
    archive: zipfile.ZipFile
    member: zipfile.ZipInfo
    budget: _Budget

    def extract(self) -> Path:
        member, mode = self.member, self.member.external_attr >> 16
        if "\0" in member.orig_filename:  # zipfile has cut the name there
            raise Refused("its name holds a NUL")
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise Refused("it is a link" if stat.S_ISLNK(mode) else "it is no regular file")
        if member.flag_bits & 0x41:
            raise Refused("it is encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("it is packed in a way that is not read; the usual one is deflate")
        if member.file_size > self.budget.limits.entry_bytes:
            raise Refused(f"it unpacks to more than {self.budget.limits.entry_bytes >> 20} MiB")
        with self.archive.open(member) as source:
            return self.budget.copy(source, self.budget.limits.entry_bytes, "it")

    def modified(self) -> datetime | None:
        stamp = _unix_time(self.member.extra)
        with suppress(ValueError, OverflowError, OSError):
            if stamp is not None:
                return datetime.fromtimestamp(stamp, UTC)
            if self.member.date_time > (1980, 1, 1, 0, 0, 0):  # the earliest there is means none was written
                return datetime(*self.member.date_time).astimezone(UTC)
        return None


def _unix_time(extra: bytes) -> int | None:
    """The time in UTC that zips of Unix carry beside the local one."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == 0x5455 and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return struct.unpack_from("<i", extra, 5)[0]
        extra = extra[4 + size :]
    return None


def _zip(path: Path, budget: _Budget) -> Iterator[tuple[str, _ZipEntry | None]]:
    with open(path, "rb") as file, zipfile.ZipFile(_Bounded(file, DIRECTORY_BYTES)) as archive:
        for member in archive.infolist():
            folder = member.filename.endswith("/") and not member.file_size and "\0" not in member.orig_filename
            yield member.orig_filename, None if folder else _ZipEntry(archive, member, budget)


@dataclass(frozen=True)
class _TarEntry:
    archive: tarfile.TarFile
    member: tarfile.TarInfo
    budget: _Budget

    def extract(self) -> Path:
        if self.member.issym() or self.member.islnk():
            raise Refused("it is a link")
        if not self.member.isreg() or self.member.issparse():
            raise Refused("it is no regular file")
        if self.member.size > self.budget.limits.entry_bytes:
            raise Refused(f"it unpacks to more than {self.budget.limits.entry_bytes >> 20} MiB")
        with self.archive.extractfile(self.member) as source:
            return self.budget.copy(source, self.budget.limits.entry_bytes, "it")

    def modified(self) -> datetime | None:
        with suppress(ValueError, OverflowError, OSError):
            return datetime.fromtimestamp(self.member.mtime, UTC) if self.member.mtime > 0 else None
        return None


def _tar(path: Path, budget: _Budget) -> Iterator[tuple[str, _TarEntry | None]]:
    with open(path, "rb") as file, tarfile.open(fileobj=_Bounded(file, BLOCK), mode="r:") as archive:
        while (member := archive.next()) is not None:
            yield member.name, None if member.isdir() else _TarEntry(archive, member, budget)
            archive.members.clear()  # it remembers every member, and a hostile tar has millions


class _Bounded:
    """A file for zipfile and tarfile that reads only so much at once: a header may promise any length."""

    def __init__(self, file: object, most: int) -> None:
        self._file, self._most = file, most
        self.seek, self.tell, self.close = file.seek, file.tell, file.close
        self.seekable = lambda: True

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(min(size, self._most + 1) if size >= 0 else self._most + 1)
        if len(content) > self._most:
            raise Refused("its headers are larger than any sane archive's")
        return content


def _refuse_full_disk(error: BaseException) -> None:
    """A full disk is nobody's damaged archive."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        raise CourseError(f"the archive cannot be unpacked: {error.strerror}") from None
