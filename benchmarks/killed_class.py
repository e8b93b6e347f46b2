"""A large class graded in one go with a kill -9 in the middle: python benchmarks/killed_class.py [--students 1000].

The class hands in the tests' own small assignment (tests/toy), right and wrong in turn. The grading command is killed when about half
of the class has its record, and started again. In the end every score must be as made up, what was graded before must not have been
graded twice, the gradebook must hold everybody once, and nothing may be left of what ran.
"""

import argparse
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder.assignment import find_assignment  # noqa: E402
from autograder.build import instructor_notebook, write_release  # noqa: E402
from autograder.grading.course import new_course  # noqa: E402
from autograder.grading.record import read_record  # noqa: E402
from autograder.release import make_release  # noqa: E402
from autograder.verify import cases, hand_in  # noqa: E402

NAME = "averages"
CASES = {"solution": 5.0, "untouched": 0.0, "mistakes/sum_for_mean": 2.0, "mistakes/always_two": 3.0}
"""What students hand in, in turn, and the points of it."""
SCORES = """
SELECT submitted_assignment.student_id, COALESCE(SUM(grade.auto_score), 0), COUNT(DISTINCT submitted_assignment.id)
FROM submitted_assignment
JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN grade ON grade.notebook_id = submitted_notebook.id
GROUP BY submitted_assignment.student_id
"""


def make_class(folder, count):
    """Make a clone with the toy and a course of that many students; return the course and {student: points}."""
    clone = folder / "clone"
    shutil.copytree(ROOT / "tests" / "toy", clone, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("autograder", "datasets"):
        (clone / part).symlink_to(ROOT / part, target_is_directory=True)
    toy = find_assignment(NAME, clone)
    write_release(toy)
    course = folder / "course"
    new_course(course, [toy])
    solved = instructor_notebook(toy)
    known = {case.name: case for case in cases(toy, solved, make_release(solved))}
    expected = {}
    for number in range(count):
        name = list(CASES)[number % len(CASES)]
        student = f"student{number:04}"
        hand_in(known[name], toy, course / "submitted" / student / NAME)
        expected[student] = CASES[name]
    return course, expected


def grade(course, kill_at=None):
    """Run the grading command and return its seconds; kill it when that many have a record."""
    environment = os.environ | {"COURSE_ROOT": str(course.parent / "clone")}
    command = [str(Path(sys.executable).parent / "autograder"), "grade", NAME, "--course", str(course)]
    begin = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while kill_at is not None and process.poll() is None and len(records(course)) < kill_at:
        time.sleep(0.05)
    if kill_at is not None:
        process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    if process.returncode not in (0, -signal.SIGKILL if kill_at else 0):
        sys.exit(f"grading failed:\n{said[-3000:]}")
    return time.perf_counter() - begin


def records(course):
    """Return {student: seed} of all records."""
    folder = course / ".autograder" / NAME / "records"
    return {path.stem: read_record(path).seed for path in folder.glob("*.json")} if folder.is_dir() else {}


def left_over(course, since):
    """Return what still runs or lies about of grading that course.

    Args:
        since: when this script began; other commands' sandboxes are theirs.
    """
    ours = [process for process in psutil.process_iter(["cmdline", "create_time"]) if process.info["create_time"] >= since]
    lines = [" ".join(process.info["cmdline"] or ()) for process in ours if process.pid != os.getpid()]
    running = [line[:100] for line in lines if line.startswith(sys.prefix) and ("zygote" in line or "bwrap" in line or str(course) in line)]
    state = course / ".autograder"
    return running + [str(path) for pattern in ("course-files-*", "*.unfinished") for path in state.rglob(pattern)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=1000)
    count = parser.parse_args().students
    with tempfile.TemporaryDirectory(prefix="killed-class-", dir=ROOT / "build" if (ROOT / "build").is_dir() else None) as scratch:
        since = time.time()
        course, expected = make_class(Path(scratch), count)
        first = grade(course, kill_at=count // 2)
        before = records(course)
        print(f"killed after {first:.0f} s, {len(before)} of {count} had their record")
        second = grade(course)
        after = records(course)
        with sqlite3.connect(course / "gradebook.db") as database:
            rows = {student: (points, times) for student, points, times in database.execute(SCORES)}
        third = grade(course)
        wrong = {student: rows.get(student) for student, points in expected.items() if rows.get(student) != (points, 1)}
        twice = [student for student, seed in before.items() if after.get(student) != seed]
        pages = len(list((course / "feedback").rglob("*.html")))
        left = left_over(course, since)
        print(f"the same command again: {second:.0f} s for the other {count - len(before)}")
        print(f"rates: {60 * len(before) / first:.0f} and {60 * (count - len(before)) / second:.0f} submissions a minute, starts included")
        print(f"once more, with nothing to grade: {third:.0f} s")
        right = f"scores as made up: {count - len(wrong)} of {count}"
        print(f"{right}; graded twice: {len(twice)}; feedback pages: {pages}; left over: {left or 'nothing'}")
    sys.exit(bool(wrong or twice or left or pages != count))


if __name__ == "__main__":
    main()
