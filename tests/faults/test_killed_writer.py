"""Grading is killed at fifty random moments and started again: what is found and written is as if it had never been."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from courses import SCORES, facts, problems, scores

from autograder.grading.record import read_record

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AUTOGRADER = Path(sys.executable).with_name("autograder")

pytestmark = pytest.mark.usefixtures("sandbox")


def kill_children(course, toy, kills, seed, during="runs", earliest=0.0, latest=1.0):
    """What killed_writer.py tells."""
    paths = os.pathsep.join(map(str, (ROOT, HERE, HERE.parent / "red_team")))
    command = [sys.executable, HERE / "killed_writer.py", course, toy.root, kills, seed, during, earliest, latest]
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=1800, env=os.environ | {"PYTHONPATH": paths}, cwd=course.parent
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def expect_as_if_undisturbed(told, kills):
    assert told["kills"] == kills
    assert told["undisturbed"]["scores"] == SCORES and told["undisturbed"]["problems"] == []
    assert told["disturbed"] and all(found == told["undisturbed"] for found in told["disturbed"])
    assert told["again"] == [], "what was graded or written is not graded or written again"


def test_killed_forty_times_while_it_writes_the_gradebook(unwritten, toy_assignment):
    told = kill_children(unwritten, toy_assignment, 40, seed=1)
    expect_as_if_undisturbed(told, 40)
    assert told["in a writing"] >= 10, "too few kills fell into a writing to show anything"


def test_killed_eight_times_while_it_grades(course, toy_assignment):
    told = kill_children(course, toy_assignment, 8, seed=2, during="grades", earliest=0.1, latest=1.3)
    expect_as_if_undisturbed(told, 8)
    assert told["in a grading"] >= 4, "too few kills fell into a grading to show anything"


def test_the_whole_command_is_killed_twice(course, toy_assignment, tmp_path):
    command = [AUTOGRADER, "grade", "averages", "--course", str(course), "--workers", "1"]
    environment = os.environ | {"COURSE_ROOT": str(toy_assignment.root)}
    moments = random.Random(3)
    records = course / ".autograder" / "averages" / "records"
    seeds: dict[str, int] = {}
    for wanted in (1, 3):
        running = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(list(records.glob("*.json"))) < wanted and running.poll() is None:
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.5))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        now = {path.stem: read_record(path).seed for path in records.glob("*.json")}
        assert len(now) >= wanted and now | seeds == now, "a whole record is not made again"
        seeds = now
        assert problems(course) == []
    before = shutil.copytree(records, tmp_path / "before")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")
    assert scores(course) == SCORES and facts(course)["problems"] == []
    assert all((records / path.name).read_bytes() == path.read_bytes() for path in before.glob("*.json"))
