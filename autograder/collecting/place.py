"""Puts a submission into the course: whole or not at all, never an older one over a newer, and nothing is thrown away."""

import ctypes
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from autograder.collecting.sources import Found
from autograder.grading.classroom import Classroom
from autograder.grading.handed_in import files_in
from autograder.grading.record import write_whole
from autograder.grading.times import TIMESTAMP, handed_in_at, read_timestamp, write_timestamp

SAME_TIME = timedelta(seconds=3)
"""A zip counts time in steps of two seconds: nearer than this is no later."""
AT_FDCWD, EXCHANGE = -100, 2
"""Linux's renameat2: from the working folder on; let two names change places."""


@dataclass(frozen=True)
class Placed:
    """What became of a submission."""

    changed: bool
    """Whether it stands in the course now and did not before."""
    note: str
    """In words: new, resubmitted, unchanged, older."""


class Places:
    """The submissions of one assignment of a course.

    Args:
        classroom: the course and assignment.
    """

    def __init__(self, classroom: Classroom) -> None:
        self.classroom = classroom
        self.staging = classroom.state / "collecting"
        """Where submissions are laid out before they take their places; on the same disk, so that a rename suffices."""

    def owner(self, student: str) -> str:
        """Who was collected under this id: the platform's word; empty when nobody was."""
        return str(self._remembered(student).get("who", ""))

    def put(self, student: str, files: dict[str, Found], when: datetime, attempt: int, who: str) -> Placed:
        """Lays a submission out and lets it take its place in one step."""
        there = self.classroom.submitted(student)
        new = {place: _digest(found.content) for place, found in files.items()}
        before = handed_in_at(there) if there.exists() else None
        kept = self._kept(student, before) if before else None
        note = "new"
        if there.is_dir() and any(there.iterdir()):
            if new == _digests(there):
                self._remember(student, who, attempt)
                self._stamp_if_missing(there, when)
                return Placed(False, "unchanged")
            later = when > before + SAME_TIME or (when > before - SAME_TIME and attempt > self._attempt(student))
            if not later:
                what = "older than" if when < before - SAME_TIME else "as old as, and other than,"
                return Placed(False, f"{what} what is there ({before:%Y-%m-%d %H:%M} UTC); left out")
            note = f"resubmitted; the one of {before:%Y-%m-%d %H:%M} UTC is kept in {kept.relative_to(self.classroom.course)}"
        self._exchange(self._lay_out(student, files, when), there, kept)
        self._remember(student, who, attempt)
        return Placed(True, note)

    def _lay_out(self, student: str, files: dict[str, Found], when: datetime) -> Path:
        folder = self.staging / "new" / student
        shutil.rmtree(folder, ignore_errors=True)
        for place, found in files.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            if found.ours:
                os.replace(found.content, path)
                path.chmod(0o644)
            else:
                shutil.copyfile(found.content, path, follow_symlinks=False)
        write_timestamp(folder, when)
        return folder

    @staticmethod
    def _exchange(new: Path, there: Path, kept: Path | None) -> None:
        """The new folder takes the old one's place; at no time is there neither. What was there is kept aside."""
        there.parent.mkdir(parents=True, exist_ok=True)
        if kept is None:
            new.rename(there)
            return
        kept.parent.mkdir(parents=True, exist_ok=True)
        if _change_places(new, there):
            new.rename(kept)
        else:  # no such call here: killed between these two, the next collection puts the new one in its place
            there.rename(kept)
            new.rename(there)

    def _kept(self, student: str, when: datetime) -> Path:
        folder = self.classroom.state / "replaced" / student
        names = [f"{when:%Y%m%dT%H%M%S}", *(f"{when:%Y%m%dT%H%M%S}-{number}" for number in range(2, 1000))]
        return next(folder / name for name in names if not (folder / name).exists())

    def _ticket(self, student: str) -> Path:
        return self.classroom.state / "collected" / f"{student}.json"

    def _attempt(self, student: str) -> int:
        attempt = self._remembered(student).get("attempt", 0)
        return attempt if isinstance(attempt, int) else 0

    def _remembered(self, student: str) -> dict:
        """What was noted when this student's work was collected last; nothing where that cannot be read."""
        try:
            ticket = json.loads(self._ticket(student).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return ticket if isinstance(ticket, dict) else {}

    def _remember(self, student: str, who: str, attempt: int) -> None:
        write_whole(self._ticket(student), json.dumps({"who": who or self.owner(student), "attempt": attempt}))

    @staticmethod
    def _stamp_if_missing(there: Path, when: datetime) -> None:
        if read_timestamp(there) is None:
            write_timestamp(there, when)


def _change_places(one: Path, other: Path) -> bool:
    """Lets two folders change names in one step of the file system; False where it has no such step."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), EXCHANGE) == 0


def _digests(folder: Path) -> dict[str, str]:
    found = {path.relative_to(folder).as_posix(): _digest(path) for path in files_in(folder)}
    found.pop(TIMESTAMP, None)
    return found


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
