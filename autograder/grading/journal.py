"""What happened to one submission while it was graded, line by line: COURSE/.autograder/NAME/logs/STUDENT.log."""

import time
from datetime import UTC, datetime
from pathlib import Path

from autograder.grading.record import write_whole
from autograder.plain import one_line

MOST = 300
"""Most characters of a line."""


class Journal:
    """Lines with the time of day and the seconds since grading began, safe for a terminal whatever a student named."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._started = time.monotonic()

    def tell(self, what: object) -> None:
        """Adds what happened just now."""
        seconds = time.monotonic() - self._started
        self.lines.append(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC {seconds:8.2f} s  {one_line(what, MOST)}")

    def write(self, path: Path) -> None:
        """Writes the lines, all of them or none.

        Raises:
            CourseError: the file cannot be written.
        """
        write_whole(path, "".join(f"{line}\n" for line in self.lines))
