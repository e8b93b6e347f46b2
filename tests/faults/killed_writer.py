"""Run as a program: grades a course again and again in children that are killed at random moments.

    python killed_writer.py COURSE CLONE KILLS SEED WHILE EARLIEST LATEST

A child is forked from this process, in which all is imported and prepared, so that its time goes into grading and writing.
Every child goes on in the course that the last one left; one that comes to its end is compared, and the next starts anew.
WHILE it "runs", the moments lie between two shares of the time that an undisturbed run takes for what is left to do; while it
"grades", between two shares of the time from an undisturbed run's first grading to its first writing, told from the child's own
first grading: on a slow machine, most of a run is spent before that.
Prints, as JSON, what an undisturbed run wrote, what each of the disturbed ones wrote, and where the kills fell.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from courses import SCORES, facts

from autograder.assignment import find_assignment
from autograder.grading import classroom as grading
from autograder.grading.classroom import Classroom, Writer, grade_class

SEED = 7
"""Of the checks' random inputs, so that records can be compared."""


class Course:
    """A course that is graded by children of this process."""

    def __init__(self, fresh: Path, clone: Path) -> None:
        self.fresh, self.clone = fresh, clone
        self.folder = fresh.with_name("disturbed")
        self.done = fresh.with_name("done.txt")
        self.renew()

    def renew(self) -> None:
        """Starts again with the course as it was."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.fresh, self.folder)

    @property
    def state(self) -> Path:
        return self.folder / ".autograder" / "averages"

    def graded(self) -> set[str]:
        return {path.stem for path in (self.state / "records").glob("*.json")}

    def written(self) -> set[str]:
        return {path.name for path in (self.state / "written").glob("*") if path.stat().st_size}

    def steps(self) -> list[tuple[str, float]]:
        """What the child has begun to do, "grade STUDENT" or "write STUDENT", and when by the system's monotonic clock."""
        lines = self.done.read_text().split("\n")[:-1]  # what follows the last line's end is half a line, or nothing
        return [(step, float(moment)) for step, moment in (line.rsplit(" ", 1) for line in lines)]

    def run(self, seconds: float | None, after: str = "") -> tuple[bool, list[str]]:
        """Grades in a child, which is killed after so many seconds.

        Args:
            seconds: None: it is not killed.
            after: the seconds run from the first step that begins so; from the child's start when empty.

        Returns:
            Whether it came to its end, and its steps.
        """
        self.done.write_text("")
        child = os.fork()
        if child == 0:
            self._grade()
        start = None if after else time.monotonic()
        while not (ended := os.waitpid(child, os.WNOHANG))[0]:
            if start is None:
                start = next((moment for step, moment in self.steps() if step.startswith(after)), None)
            if None not in (seconds, start) and time.monotonic() >= start + seconds:
                os.kill(child, signal.SIGKILL)
                seconds = None
            time.sleep(0.002)
        if ended[1] not in (0, signal.SIGKILL):
            sys.exit(f"a child ended with {ended[1]}")
        return ended[1] == 0, [step for step, _ in self.steps()]

    def _grade(self) -> None:
        """The child; never returns."""
        code = 1
        try:
            classroom = Classroom(self.folder, find_assignment("averages", self.clone))
            results = grade_class(classroom, classroom.students(), 2, False, lambda result: None)
            code = 0 if len(results) == len(SCORES) else 2
        except BaseException:
            traceback.print_exc()
        os._exit(code)


def told(course: Course, what: str, student: Callable, function: Callable) -> Callable:
    """The function, which says first what it does for whom."""

    def telling(*arguments: object) -> object:
        with open(course.done, "a") as file:
            file.write(f"{what} {student(*arguments)} {time.monotonic()}\n")
        return function(*arguments)

    return telling


def main(fresh: str, clone: str, kills: str, seed: str, during: str, earliest: str, latest: str) -> dict:
    course, moments, left = Course(Path(fresh), Path(clone)), random.Random(int(seed)), int(kills)
    grading.secrets.randbits = lambda bits: SEED
    grading.grade_folder = told(course, "grade", lambda *arguments: arguments[1], grading.grade_folder)
    Writer.write = told(course, "write", lambda writer, record: record.student, Writer.write)
    Classroom(course.folder, find_assignment("averages", course.clone)).grader()
    started = time.monotonic()
    course.run(None)
    whole = time.monotonic() - started
    first = {step.split()[0]: moment for step, moment in reversed(course.steps())}
    result = {"undisturbed": facts(course.folder), "disturbed": [], "again": [], "kills": 0, "in a grading": 0, "in a writing": 0}
    course.renew()
    while left or result["kills"] == 0:
        graded, written = course.graded(), course.written()
        waiting = max(1, len(SCORES) - len(written)) / len(SCORES)
        share = moments.uniform(float(earliest), float(latest))
        if during == "grades":
            ended, did = course.run(share * (first["write"] - first["grade"]), after="grade")
        else:
            ended, did = course.run(share * whole * waiting)
        result["again"] += [step for step in did if step in {f"grade {one}" for one in graded} | {f"write {one}" for one in written}]
        if not ended:
            left -= 1
            result["kills"] += 1
            result["in a grading"] += any(step == f"grade {one}" for step in did for one in set(SCORES) - course.graded())
            result["in a writing"] += any(step == f"write {one}" for step in did for one in set(SCORES) - course.written())
        if left == 0 and not ended:
            ended, _ = course.run(None)
        if ended:
            result["disturbed"].append(facts(course.folder))
            course.renew()
    return result


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
