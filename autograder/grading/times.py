"""When a submission was handed in: nbgrader's timestamp.txt, or else the files' own times."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.errors import CourseError
from autograder.grading.handed_in import files_in

TIMESTAMP = "timestamp.txt"
AGO = re.compile(r"(\d{1,6})\s*(min|m|h|d|w)")
UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
MOST_CHARACTERS = 200


def handed_in_at(folder: Path) -> datetime:
    """When the submission in a folder was handed in, in UTC.

    Raises:
        CourseError: its timestamp.txt holds no time.
    """
    stamped = read_timestamp(folder)
    if stamped is not None:
        return stamped
    times = [path.lstat().st_mtime for path in files_in(folder)]
    return datetime.fromtimestamp(max(times, default=folder.stat().st_mtime), UTC)


def read_timestamp(folder: Path) -> datetime | None:
    """The time in timestamp.txt, in UTC; None where there is none. nbgrader reads it alike.

    Raises:
        CourseError: what is there is no time.
    """
    path = folder / TIMESTAMP
    if path.is_symlink() or not path.is_file():
        return None
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read(MOST_CHARACTERS).strip()
    if not text:
        return None
    try:
        return parse_utc(text).replace(tzinfo=UTC)
    except (ValueError, ArithmeticError, TypeError):
        raise CourseError(f"{path} holds no time: {text[:40]!r}; expected one such as 2026-02-28 23:59:00 UTC") from None


def write_timestamp(folder: Path, when: datetime) -> None:
    """Writes timestamp.txt in the form that nbgrader's own collecting writes."""
    (folder / TIMESTAMP).write_text(f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")


def parse_since(text: str, now: datetime | None = None) -> datetime:
    """A point in time in UTC: "2h", "3d", or an ISO date or time, which is local where it names no zone.

    Raises:
        CourseError: it is neither.
    """
    now = now or datetime.now(UTC)
    ago = AGO.fullmatch(text.strip())
    try:
        if ago:
            return now - timedelta(**{UNITS[ago.group(2)]: int(ago.group(1))})
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CourseError(f"--since {text!r} is no time; expected one such as 2026-02-28, 2026-02-28T18:00, 2h or 3d") from None
