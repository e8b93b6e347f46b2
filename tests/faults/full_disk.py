"""Run as a program, where PLACE is a small file system: writes the gradebook with less and less room, then with enough.

    python full_disk.py PLACE COURSE CLONE BYTES...

Prints, as JSON and for each number of bytes left free, why who was not graded, what was wrong with the gradebook at that
moment, and what was written once there was room again.
"""

import json
import shutil
import sys
from pathlib import Path

from courses import facts, problems

from autograder.assignment import find_assignment
from autograder.errors import CourseError
from autograder.grading.classroom import Classroom, Ungraded, grade_class


def fill(place: Path, left: int) -> Path:
    """A file that takes all room but for so many bytes."""
    filler = place / "filler"
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(file.tell() - left)
    return filler


def reasons(classroom: Classroom) -> list[str]:
    """Grades, and tells why who was not."""
    try:
        results = grade_class(classroom, classroom.students(), 2, False, lambda result: None)
    except (CourseError, OSError) as error:
        return [str(error)]
    return [result.reason for result in results if isinstance(result, Ungraded)]


def main(place: str, fresh: str, clone: str, *sizes: str) -> list[dict]:
    course, found = Path(place) / "course", []
    for left in map(int, sizes):
        shutil.rmtree(course, ignore_errors=True)
        shutil.copytree(fresh, course)
        classroom = Classroom(course, find_assignment("averages", Path(clone)))
        filler = fill(Path(place), left)
        told, wrong = reasons(classroom), problems(course)
        filler.unlink()
        found.append({"left": left, "told": told, "wrong": wrong, "later": reasons(classroom), "facts": facts(course)})
    return found


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
