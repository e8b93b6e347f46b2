"""Known texts out of files that may hold anything: plain, gzip, zip or tar.

    from datasets.archives import KnownText, read_text
    text = read_text(path, KnownText("text8", 100_000_000, "6e89…"), advice="or set COURSE_DATA=sample")

A text is known by its bytes and their SHA-256, and never more of a file is unpacked than those. What is wrong with a
file is one line.
"""

import gzip
import hashlib
import itertools
import os
import reprlib
import stat
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from datasets.files import DataError

ROOM = 1 << 20  # bytes that an archive may have above the texts in it
TAR_BYTES = 1 << 29  # unpacked of a tar archive until its texts are found
TAR_READ = 1 << 24  # bytes that tarfile may ask for at once: a header may promise any length
TAR_MEMBERS = 10_000


class Unfit(Exception):
    """What is wrong with a file's content, said after its name."""


@dataclass(frozen=True)
class KnownText:
    """A text, and how it is recognised."""

    name: str
    """its name in messages"""
    size: int
    """bytes"""
    sha256: str
    """their SHA-256 in hexadecimal digits"""


def read_text(path, known, advice):
    """Return a known text from a file that is it, or, with a name in .gz, that is it gzipped.

    Args:
        path: the file.
        known: the KnownText it must hold.
        advice: what to do about a bad file: the error's second sentence.

    Raises:
        DataError: the file is missing, cannot be read, or holds anything else.
    """
    return _told(path, advice, lambda: _read_text(path, known))


def read_folder(folder, members, advice):
    """Return the known texts of a folder, each plain or gzipped, in the order of members; None where it has none of them.

    Raises:
        DataError: as read_text.
    """
    paths = [path if (path := Path(folder, name)).exists() else Path(folder, f"{name}.gz") for name in members]
    if not any(path.exists() for path in paths):
        return None
    return [read_text(path, known, advice) for path, known in zip(paths, members.values(), strict=True)]


def read_zip(path, members, advice):
    """Return the known texts of a zip archive.

    Args:
        path: the file.
        members: dict from the members' names to their KnownText.
        advice: what to do about a bad file: the error's second sentence.

    Returns:
        list of str, in the order of members.

    Raises:
        DataError: as read_text.
    """
    return _told(path, advice, lambda: _read_zip(path, members))


def read_tar(path, members, advice):
    """Return the known texts of a gzipped tar archive, as read_zip does; a name may stand in any folder or in ./."""
    return _told(path, advice, lambda: _read_tar(path, members))


def _told(path, advice, read):
    """Return read(); whatever goes wrong is one DataError."""
    try:
        return read()
    except FileNotFoundError:
        problem = "is missing"
    except gzip.BadGzipFile:
        problem = "is damaged or no gzip file"
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
    except Unfit as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - a hostile file makes zipfile and tarfile raise almost anything
        problem = f"is damaged or half-downloaded ({type(error).__name__})"
    raise DataError(f"{path} {problem}", advice)


def _expect_file(path, limit):
    """Refuse what is larger than the text can be, and pipes and devices, which keep a reader for ever."""
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise Unfit("is not a file")
    if status.st_size > limit:
        raise Unfit(f"is another file: it has {status.st_size:,} bytes, expected at most {limit:,}")


def _read_text(path, known):
    _expect_file(path, known.size + ROOM)
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rb") as file:
        return _verified(file, known)


def _verified(file, known):
    """Return the text in an open file, of which no more is read than it has; its SHA-256 vouches for its encoding."""
    content = file.read(known.size + 1)
    if len(content) != known.size:
        found = "more" if len(content) > known.size else f"{len(content):,}"
        raise Unfit(f"is not {known.name}: expected {known.size:,} bytes, got {found}")
    if hashlib.sha256(content).hexdigest() != known.sha256:
        raise Unfit(f"is not {known.name}: it has the right length but another SHA-256")
    return content.decode("utf-8")


def _read_zip(path, members):
    _expect_file(path, sum(known.size for known in members.values()) + ROOM)
    with zipfile.ZipFile(path) as archive:
        return [_read_zip_member(archive, name, known) for name, known in members.items()]


def _read_zip_member(archive, name, known):
    if name not in archive.NameToInfo:
        raise Unfit(f"is another file: expected the member {name}, got {reprlib.repr(archive.namelist())}")
    member = archive.getinfo(name)
    # LZMA may demand gigabytes for its dictionary; the published archives are deflated.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unfit(f"is another file: {name} is neither stored nor deflated")
    with archive.open(member) as file:
        return _verified(file, known)


def _read_tar(path, members):
    _expect_file(path, TAR_BYTES)
    found = {}
    with gzip.open(path, "rb") as unpacked, tarfile.open(fileobj=_Bounded(unpacked), mode="r:") as archive:
        for member in itertools.islice(archive, TAR_MEMBERS):
            for name, known in members.items():
                if name not in found and f"/{member.name}".endswith(f"/{name}"):
                    found[name] = _read_tar_member(archive, member, known)
            if len(found) == len(members):
                return [found[name] for name in members]
    missing = next(name for name in members if name not in found)
    raise Unfit(f"is another file: expected the member {missing}")


def _read_tar_member(archive, member, known):
    if not member.isreg() or member.issparse():  # a link leads elsewhere, and a sparse member is made of nothing
        raise Unfit(f"is another file: {reprlib.repr(member.name)} is no plain member")
    with archive.extractfile(member) as file:
        return _verified(file, known)


class _Bounded:
    """An unpacking file for tarfile: only forwards, in reads of a sane length, and not for ever."""

    def __init__(self, file):
        self.file = file

    def read(self, size):
        self._expect(size <= TAR_READ)
        return self.file.read(size)

    def seek(self, position):
        self._expect(self.tell() - tarfile.BLOCKSIZE <= position <= TAR_BYTES)  # tarfile does step one byte back
        return self.file.seek(position)

    def tell(self):
        return self.file.tell()

    @staticmethod
    def _expect(sane):
        if not sane:
            raise Unfit("is another file: it unpacks to more than the texts' archive does, or its headers lie")
