"""Courses for the tests of faults, and what of two of them must be the same."""

import json
import sqlite3
from pathlib import Path

from classes import ROWS

from autograder.assignment import Assignment
from autograder.build import instructor_notebook
from autograder.grading.course import new_course
from autograder.release import make_release
from autograder.verify import cases, hand_in

CASES = {"ada": "solution", "blaise": "untouched", "carl": "mistakes/sum_for_mean", "dorothy": "mistakes/always_two"}
SCORES = {"ada": 5.0, "blaise": 0.0, "carl": 2.0, "dorothy": 3.0}
DOUBLES = {
    "submitted_assignment": "student_id, assignment_id",
    "submitted_notebook": "assignment_id, notebook_id",
    "grade": "notebook_id, cell_id",
    "comment": "notebook_id, cell_id",
}
"""The gradebook's tables and what may stand in each of them once."""


def make_course(folder: Path, toy: Assignment) -> Path:
    """A course of four students who handed in."""
    new_course(folder, [toy])
    solved = instructor_notebook(toy)
    known = {case.name: case for case in cases(toy, solved, make_release(solved))}
    for student, name in CASES.items():
        hand_in(known[name], toy, folder / "submitted" / student / toy.name)
    return folder


def facts(course: Path) -> dict:
    """What grading found and wrote, but for times: plain values, ready for JSON."""
    with sqlite3.connect(course / "gradebook.db") as database:
        rows = [repr(row) for row in database.execute(ROWS)]
    records = course / ".autograder" / "averages" / "records"
    return {
        "rows": rows,
        "scores": scores(course),
        "problems": problems(course),
        "records": {path.stem: _without_seconds(json.loads(path.read_text())) for path in sorted(records.glob("*.json"))},
        "pages": sorted(str(path.relative_to(course)) for path in (course / "feedback").rglob("*.html")),
    }


def scores(course: Path) -> dict[str, float]:
    """Each student's points in the gradebook."""
    found: dict[str, float] = {}
    with sqlite3.connect(course / "gradebook.db") as database:
        for student, _, automatic, manual, extra, *_ in database.execute(ROWS):
            found[student] = found.get(student, 0.0) + sum(points or 0 for points in (automatic, manual, extra))
    return found


def problems(course: Path) -> list[str]:
    """What is wrong with the gradebook as a database; empty when nothing is."""
    with sqlite3.connect(course / "gradebook.db") as database:
        found = [told for (told,) in database.execute("pragma integrity_check") if told != "ok"]
        found += [f"foreign key: {row}" for row in database.execute("pragma foreign_key_check")]
        for table, key in DOUBLES.items():
            found += [f"{table} twice: {row}" for row in database.execute(f"select {key} from {table} group by {key} having count(*) > 1")]
    return found


def _without_seconds(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_seconds(part) for name, part in value.items() if name != "seconds"}
    return [_without_seconds(part) for part in value] if isinstance(value, list) else value
