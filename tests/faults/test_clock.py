"""The clock on the wall jumps a day forward and back while a class is graded: no one is stopped early or late."""

import json
import re
import time
from queue import Empty

import pytest
from classes import LIMITS, SmallClassroom
from courses import SCORES, problems, scores
from jupyter_client.channels import AsyncZMQSocketChannel

from autograder.grading.classroom import Ungraded, grade_class
from autograder.grading.record import read_record

DAY = 86_400
SOURCES = {"ada": "import time\ntime.sleep(2)\n", "dorothy": "while True: pass\n"}
"""What stands before two students' answers: ada's takes half of the time that a cell may take, dorothy's has no end."""

pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def jumping_clock(monkeypatch):
    """time.time jumps by two days, there and back, ten times a second. Gives the number of times that it was asked."""
    asked = []

    def jumping():
        asked.append(1)
        return real() + (DAY if int(time.monotonic() * 10) % 2 else -DAY)

    real = time.time
    monkeypatch.setattr(time, "time", jumping)
    return asked


@pytest.fixture
def kernels_that_answer_late(monkeypatch):
    """Every kernel's first two answers are missed, so that Jupyter looks at the clock while it waits for them."""
    original, missed = AsyncZMQSocketChannel.get_msg, {}

    async def get_msg(channel, *arguments, **options):
        missed[channel] = missed.get(channel, 0) + 1
        if missed[channel] <= 2:
            time.sleep(0.1)  # until the clock has jumped
            raise Empty
        return await original(channel, *arguments, **options)

    monkeypatch.setattr(AsyncZMQSocketChannel, "get_msg", get_msg)


def test_deadlines_are_those_of_a_steady_clock(course, toy_assignment, jumping_clock, kernels_that_answer_late):
    for student, source in SOURCES.items():
        path = course / "submitted" / student / "averages" / "averages.ipynb"
        notebook = json.loads(path.read_text())
        cell = next(cell for cell in notebook["cells"] if cell["id"] == "mean")
        cell["source"] = source + "".join(cell["source"])
        path.write_text(json.dumps(notebook))
    classroom = SmallClassroom(course, toy_assignment)
    results = grade_class(classroom, classroom.students(), 2, False, lambda result: None)
    assert jumping_clock, "nothing looked at the clock"
    assert [result.reason for result in results if isinstance(result, Ungraded)] == []
    assert scores(course) == SCORES | {"dorothy": 2.0}
    assert problems(course) == []
    assert all(read_record(classroom.record_path(student)) for student in SCORES)
    stopped = re.search(r"cell mean was left out: .*, (\d+\.\d+) s", classroom.log_path("dorothy").read_text())
    assert stopped and LIMITS.cell_seconds <= float(stopped.group(1)) < LIMITS.cell_seconds + 4
