"""Finds measurements that several students handed in alike. Where seeds are drawn at home, two honest tables differ."""

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from autograder.grading.classroom import Classroom

NOT_MEASURED = {"seed", "student", "name"}
"""Columns that a copier may change without measuring anything."""
DRAWN = 10_000
"""A seed from here on was drawn at random out of all 31 bits; smaller ones are the notebook's own, the same for everybody, and
tables made with them are alike without anybody copying."""
MOST_BYTES = 16 << 20
"""Largest table that is compared, in bytes."""
MOST_ROWS, MOST_COLUMNS = 100_000, 100
"""Largest table that is compared: a row of a short line has a place for every column."""
MOST_DIRECTORY = 1 << 20
"""Longest directory of an archive that is read, in bytes: some 20,000 arrays."""


@dataclass(frozen=True)
class Alike:
    """One measurement in several hands: a fact, no accusation."""

    file: str
    """The file's name."""
    students: tuple[str, ...]
    """Who handed it in."""


def alike(classroom: Classroom, students: list[str]) -> list[Alike]:
    """The files made at home that hold the same figures for more than one student, whatever the order of rows and the seed;
    tables without a seed that was drawn at home are left alone."""
    if not classroom.assignment.handed_in.is_dir():
        return []
    found = []
    for name in sorted(path.name for path in classroom.assignment.handed_in.iterdir()):
        owners: dict[str, list[str]] = {}
        for student in students:
            mark = fingerprint(classroom.submitted(student) / name)
            if mark is not None:
                owners.setdefault(mark, []).append(student)
        found += [Alike(name, tuple(group)) for group in owners.values() if len(group) > 1]
    return found


def fingerprint(path: Path) -> str | None:
    """What two files with the same measurements share; None where there is nothing to compare."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        return _of_arrays(path) if path.suffix == ".npz" else _of_table(path) if path.suffix == ".csv" else None
    except Exception:  # of a file made for it, a library may raise anything; the others' are still to be compared
        return None


def _of_table(path: Path) -> str | None:
    if path.stat().st_size > MOST_BYTES:
        return None
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if len(reader.fieldnames or ()) > MOST_COLUMNS:
            return None
        rows = list(islice(reader, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS or not any(isinstance(seed := _figure(row.get("seed")), float) and seed >= DRAWN for row in rows):
        return None
    kept = sorted(repr(sorted((str(key), _figure(value)) for key, value in row.items() if key not in NOT_MEASURED)) for row in rows)
    return _digest(kept) if len(kept) > 1 else None


def _figure(text: object) -> object:
    """A number however it is written, or the text."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return text


def _of_arrays(path: Path) -> str | None:
    """Names, sizes and checksums of the arrays, as the archive's directory tells them: nothing is unpacked."""
    with _Sparing(path) as file, zipfile.ZipFile(file) as archive:
        members = sorted((member.filename, member.file_size, member.CRC) for member in archive.infolist())
    return _digest([repr(member) for member in members]) if members else None


class _Sparing(io.FileIO):
    """A file of which nobody reads much at a time: zipfile reads an archive's directory in one go, whatever its length."""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > MOST_DIRECTORY:
            raise ValueError(f"{size} bytes at a time are too many")
        return super().read(size)


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
