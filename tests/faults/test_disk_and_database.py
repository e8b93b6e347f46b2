"""No room on the disk, or a gradebook that another process holds: told in a line, nothing lost, and the next run ends the work."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from courses import SCORES, facts, problems, scores

from autograder.errors import CourseError
from autograder.grading import classroom as grading
from autograder.grading.classroom import Classroom, Ungraded, grade_class

HERE = Path(__file__).parent
AUTOGRADER = Path(sys.executable).with_name("autograder")
ON_A_SMALL_DISK = 'mount -t tmpfs -o size=8000000 tmpfs "$0" && exec "$@"'

pytestmark = pytest.mark.usefixtures("sandbox")


def command(course, toy, limit=None):
    """The whole command, perhaps with a limit on the size of its files."""
    line = [*(["prlimit", f"--fsize={limit}"] if limit else []), AUTOGRADER, "grade", "averages", "--course", str(course)]
    environment = os.environ | {"COURSE_ROOT": str(toy.root), "COLUMNS": "200"}
    return subprocess.run(line, env=environment, capture_output=True, text=True, timeout=600)


def grade(classroom, students=None):
    """Why who was not graded."""
    results = grade_class(classroom, students or classroom.students(), 2, False, lambda result: None)
    return [result.reason for result in results if isinstance(result, Ungraded)]


def test_at_every_degree_of_a_full_disk_nothing_is_lost(unwritten, graded_once, toy_assignment, tmp_path):
    place = tmp_path / "small"
    place.mkdir()
    small = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, place]
    if subprocess.run([*map(str, small), "true"], capture_output=True).returncode:
        pytest.skip("an ordinary user cannot mount a small file system here")
    sizes = ["0", "10000", "50000", "100000", "200000"]
    program = [sys.executable, HERE / "full_disk.py", place, unwritten, toy_assignment.root, *sizes]
    paths = os.pathsep.join(map(str, (HERE.parents[1], HERE, HERE.parent / "red_team")))
    environment = os.environ | {"PYTHONPATH": paths}
    done = subprocess.run(list(map(str, small + program)), env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    expected = facts(graded_once)
    found = json.loads(done.stdout)
    assert [one["left"] for one in found] == list(map(int, sizes))
    for one in found:
        assert one["told"], "there was room enough: nothing was shown"
        assert all("\n" not in reason and ("No space" in reason or "disk" in reason) for reason in one["told"]), one["told"]
        assert one["wrong"] == [] and one["later"] == []
        assert one["facts"] == expected


def test_the_command_says_what_could_not_be_written_and_fails(unwritten, toy_assignment):
    done = command(unwritten, toy_assignment, limit=20_000)
    assert done.returncode == 1
    assert done.stderr == "autograder: 4 of 4 submissions were not graded; the same command tries them again\n"
    assert done.stdout.count("not graded:") == 4 and "Traceback" not in done.stdout
    assert problems(unwritten) == []
    done = command(unwritten, toy_assignment)
    assert (done.returncode, done.stderr) == (0, "")
    assert scores(unwritten) == SCORES


@pytest.fixture
def other(unwritten):
    """Another process's connection to the gradebook, as SQLite sees it."""
    connection = sqlite3.connect(unwritten / "gradebook.db", isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


def test_a_locked_gradebook_is_told_by_the_command(unwritten, toy_assignment, other):
    other.execute("begin exclusive")
    done = command(unwritten, toy_assignment)
    assert done.returncode == 1
    assert done.stderr.startswith("autograder: the gradebook ") and done.stderr.endswith("database is locked\n")
    assert done.stderr.count("\n") == 1
    other.execute("rollback")
    assert grade(Classroom(unwritten, toy_assignment)) == []
    assert scores(unwritten) == SCORES and problems(unwritten) == []


def test_a_gradebook_that_is_locked_for_two_seconds_is_waited_for(unwritten, toy_assignment, other):
    other.execute("begin immediate")
    threading.Timer(2, lambda: other.execute("rollback")).start()
    assert grade(Classroom(unwritten, toy_assignment)) == []
    assert scores(unwritten) == SCORES


def test_a_gradebook_that_is_locked_while_it_is_written_is_told(unwritten, toy_assignment, other):
    classroom = Classroom(unwritten, toy_assignment)
    other.execute("begin immediate")
    told = grade(classroom, ["ada"])
    assert len(told) == 1 and "database is locked" in told[0] and "\n" not in told[0]
    other.execute("rollback")
    assert grade(classroom) == []
    assert scores(unwritten) == SCORES and problems(unwritten) == []


def test_a_gradebook_that_is_locked_right_after_it_was_opened_is_told(unwritten, toy_assignment, other, monkeypatch):
    monkeypatch.setattr(grading, "expect_database", lambda api: other.execute("begin exclusive"))
    with pytest.raises(CourseError, match="database is locked"):
        grade(Classroom(unwritten, toy_assignment))
