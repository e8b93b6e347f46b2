"""One lock a cell, held by the process that trains it and gone with that process, even after kill -9."""

import fcntl
import os
from contextlib import contextmanager, suppress
from pathlib import Path

from solutions.reference.errors import StorageError


def _path(folder, cell):
    return Path(folder) / f"{cell.name}.lock"


@contextmanager
def cell_lock(folder, cell, owner=""):
    """Hold the cell's lock; yields whether it was had, never waits.

    Args:
        owner: who asks, written into the file so that a run can tell its own cells (`held_by`).
    """
    try:
        descriptor = _acquire(_path(folder, cell), owner)
    except OSError as error:
        raise StorageError(f"cannot lock a cell in {folder}: {error.strerror}") from error
    if descriptor is None:
        yield False
        return
    try:
        yield True
    finally:
        with suppress(FileNotFoundError):  # removed while still held, so that nobody's lock is ever removed by another
            _path(folder, cell).unlink()
        os.close(descriptor)


def _acquire(path, owner):
    """Return the descriptor of the locked file, or None where another process holds it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still_there(path, descriptor):
                os.ftruncate(descriptor, 0)
                os.write(descriptor, owner.encode())
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # its last holder removed the file between our open and our lock: try the new one


def _is_still_there(path, descriptor):
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def held_by(owner, folder, cells):
    """Return {cell name: since when} of the cells whose lock file this owner wrote. Reads only, takes no lock."""
    held = {}
    for cell in cells:
        path = _path(folder, cell)
        with suppress(OSError):
            if path.read_text() == owner:
                held[cell.name] = path.stat().st_mtime
    return held


def is_free(folder, cell):
    """Return whether nobody holds the cell just now."""
    with cell_lock(folder, cell) as had:
        return had
