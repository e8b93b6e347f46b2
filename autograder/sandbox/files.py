"""A submission's files, packed for the way into the sandbox: plain files and folders, nothing else.

The sandbox gets bytes, not a mount of the instructor's folder: what student code does to its copy cannot touch the
submission, and no link in the submission is ever followed, on either side of the wall.
"""

import io
import os
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from autograder.sandbox.errors import SubmissionTooLarge
from autograder.sandbox.limits import Limits, in_words


def pack(folder: str | os.PathLike, archive: tarfile.TarFile, limits: Limits, under: str = "work") -> list[str]:
    """Add the plain files of ``folder`` to ``archive``, below the folder ``under``.

    Returns:
        What was refused, one sentence each: links, devices, sockets, pipes and unreadable files.
    """
    if os.path.islink(folder) or not os.path.isdir(folder):
        raise NotADirectoryError(f"the submission's folder is not a folder: {folder}")
    refused: list[str] = []
    files = total = 0
    archive.addfile(folder_member(under))
    for place, folders, names, handle in os.fwalk(folder, follow_symlinks=False, onerror=_raise):
        inside = Path(under) / Path(place).relative_to(folder)
        folders[:] = [name for name in sorted(folders) if _is_plain(name, handle, inside, refused, stat.S_ISDIR)]
        files += len(folders)
        for name in folders:
            archive.addfile(folder_member(str(inside / name)))
        for name in sorted(names):
            opened = _open_plain(name, handle, inside, refused)
            if opened is None:
                continue
            with opened:
                status = os.fstat(opened.fileno())
                files += 1
                total += status.st_size
                if total > limits.scratch_bytes or files > limits.scratch_files:
                    raise SubmissionTooLarge(
                        f"the submission has more than {in_words(limits.scratch_bytes)} or more than {limits.scratch_files:,} files"
                    )
                member = _member(str(inside / name), status)
                archive.addfile(member, io.BufferedReader(_Exactly(opened, member.size)))
    return refused


def _raise(error: OSError) -> None:
    raise error


def _is_plain(name: str, handle: int, inside: Path, refused: list[str], wanted: Callable[[int], bool]) -> bool:
    mode = os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode
    if wanted(mode):
        return True
    kind = "a link" if stat.S_ISLNK(mode) else "a device, pipe or socket"
    refused.append(f"{_shown(inside / name)} is {kind}; it was left out")
    return False


def _open_plain(name: str, handle: int, inside: Path, refused: list[str]) -> BinaryIO | None:
    """Open a plain file; looked at again once open, because it may have been replaced in between."""
    if not _is_plain(name, handle, inside, refused, stat.S_ISREG):
        return None
    try:
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
    except OSError as error:
        refused.append(f"{_shown(inside / name)} could not be read ({error.strerror}); it was left out")
        return None
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        refused.append(f"{_shown(inside / name)} changed while it was read; it was left out")
        return None
    return os.fdopen(opened, "rb")


def _shown(path: Path) -> str:
    """The path inside the submission, safe to print."""
    return ascii(str(Path(*path.parts[1:])))


def folder_member(name: str) -> tarfile.TarInfo:
    """An empty folder in an archive."""
    member = tarfile.TarInfo(name)
    member.type, member.mode = tarfile.DIRTYPE, 0o755
    return member


def _member(name: str, status: os.stat_result) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime = status.st_size, int(status.st_mtime)
    member.mode = 0o755 if status.st_mode & stat.S_IXUSR else 0o644
    return member


class _Exactly(io.RawIOBase):
    """A file read to exactly ``size`` bytes: a file that shrinks or grows meanwhile cannot break the archive."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self.source, self.left = source, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        wanted = min(len(buffer), self.left)
        data = self.source.read(wanted).ljust(wanted, b"\0")
        buffer[:wanted] = data
        self.left -= wanted
        return wanted
