"""Every submission has a log: what happened to it and how long it took, in plain text."""

import json
import re

import pytest

from autograder.build import instructor_notebook
from autograder.grading.classroom import Classroom, Ungraded, grade_one
from autograder.grading.journal import Journal
from autograder.grading.kernels import kernels
from autograder.release import make_release
from autograder.sandbox.errors import SandboxStartError

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +\d+\.\d\d s  \S.*")


@pytest.fixture
def classroom(toy, tmp_path):
    """A classroom with one submission: the release, with an answer that ends in an error and a kernel's end."""
    course = tmp_path / "course"
    folder = course / "submitted" / "ada" / "averages"
    folder.mkdir(parents=True)
    notebook = make_release(instructor_notebook(toy))
    sources = {"mean": "import os\ndef mean(numbers):\n    os._exit(3)", "weighted_mean": "1 / 0"}
    for cell in notebook.cells:
        cell.source = sources.get(cell["id"], cell.source)
    (folder / "averages.ipynb").write_text(json.dumps(notebook))
    (folder / "link\n\x1b[2J").symlink_to("/etc/passwd")
    return Classroom(course, toy)


def lines(classroom):
    text = classroom.log_path("ada").read_text()
    assert text.endswith("\n") and all(LINE.fullmatch(line) for line in text.splitlines()), text
    assert all(character.isprintable() or character == "\n" for character in text)
    return [line.split(" s  ", 1)[1] for line in text.splitlines()]


def test_a_log_tells_kernels_cells_tasks_and_the_score(classroom, sandbox):
    grader = classroom.grader()
    with kernels(grader.limits, 1, classroom.assignment.root, grader.imports) as open_kernel:
        record = grade_one(classroom, "ada", 5, open_kernel)
    told = lines(classroom)
    assert told[0] == "kernel 1 opened warm"
    assert any(re.fullmatch(r"cell setup: ran, \d+\.\d\d s", line) for line in told)
    assert any(re.fullmatch(r"task mean: failed, 0 of 3 points, \d+\.\d\d s", line) for line in told)
    assert "kernel 2 opened warm" in told
    assert any(line.startswith("cell weighted_mean: ended in an error, ") for line in told)
    assert "note: the checks of mean ended the kernel: the notebook ended its own kernel (exit code 3)" in told
    assert any(line.startswith("note: ") and "is a link or no regular file" in line for line in told)
    assert told[-1] == f"graded: {record.earned:g} of 5 points, seed 5"


def test_a_log_says_why_nobody_could_grade(classroom):
    def fail(files, limits):
        raise SandboxStartError("no\nroom \x1b[31m")

    result = grade_one(classroom, "ada", 5, fail)
    assert isinstance(result, Ungraded)
    assert lines(classroom) == ["not graded: no�room �[31m"]


@pytest.mark.parametrize("name", ["[red]eve", "a*", "<b>"])
def test_a_name_that_stands_for_others_is_not_graded_and_told(classroom, name):
    result = grade_one(classroom, name, 5, None)
    assert isinstance(result, Ungraded) and "rename the folder" in result.reason


def test_a_log_that_cannot_be_written_costs_nobody_the_grade(classroom):
    (classroom.submitted("ada") / "averages.ipynb").write_text("{")
    classroom.state.mkdir(parents=True)
    (classroom.state / "logs").write_text("a file where the folder should be")
    assert grade_one(classroom, "ada", 5, None).problem
    assert classroom.record_path("ada").is_file()


def test_a_journal_is_written_whole(tmp_path):
    journal = Journal()
    journal.tell("x" * 1000)
    journal.write(tmp_path / "logs" / "ada.log")
    assert [path.name for path in (tmp_path / "logs").iterdir()] == ["ada.log"]
    assert len((tmp_path / "logs" / "ada.log").read_text()) < 400
