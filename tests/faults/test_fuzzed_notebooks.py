"""Two hundred notebooks as no tool writes them: each gets a record or one line of reason, and harms nobody beside it."""

import copy
import json
import random
import time
import unicodedata

import nbformat
import pytest
from courses import problems, scores
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import CHANGES, as_bytes, flip_bytes, truncate

from autograder.build import instructor_notebook, notebook_bytes
from autograder.grading import grade
from autograder.grading.classroom import Classroom, Ungraded, grade_class
from autograder.grading.execute import Executed
from autograder.grading.grade import grade_folder, prepare, read_or_stand_in
from autograder.grading.preprocessors import show_record
from autograder.grading.record import read_record, write_record
from autograder.sandbox.limits import Limits

MOST_SECONDS = 5.0
"""Processor time that one notebook may take to be read, restored and recorded."""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
    max_leaves=12,
)
GENERATED = st.fixed_dictionaries(
    {"nbformat": st.sampled_from([4, 4, 4, 3, True, "4"]), "cells": st.lists(VALUES | st.dictionaries(
        st.sampled_from(["cell_type", "source", "metadata", "id", "outputs", "attachments"]), VALUES, max_size=6
    ), max_size=5)}
)  # fmt: skip
"""JSON that begins as a notebook does."""


@pytest.fixture(scope="module")
def grader(toy_assignment):
    return prepare(toy_assignment, Limits())


@pytest.fixture(scope="module")
def solved(toy_assignment):
    """The solution's notebook, as a student could hand it in."""
    return json.loads(notebook_bytes(instructor_notebook(toy_assignment)))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzzed")


@st.composite
def spoilt(draw, solved):
    """A real notebook after one to three changes, perhaps with bytes flipped or cut off behind; or a generated one."""
    if draw(st.integers(0, 4)) == 0:
        return as_bytes(draw(GENERATED))
    luck = random.Random(draw(st.integers(0, 2**32)))
    notebook = copy.deepcopy(solved)
    for change in draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3)):
        if notebook["cells"] and all(isinstance(cell, dict) and "source" in cell for cell in notebook["cells"]):
            change(notebook, luck)
    return draw(st.sampled_from([lambda content, _: content] * 3 + [flip_bytes, truncate]))(as_bytes(notebook), luck)


def graded(grader, folder, content, monkeypatch):
    """The record of a submission of which nothing is run."""

    def execute(notebook, specification, *rest):
        return Executed({task.name: grade.not_run(specification, task.name, "nothing is run here") for task in specification.tasks}, {}, ())

    monkeypatch.setattr(grade, "execute", execute)
    (folder / "averages.ipynb").write_bytes(content)
    record = grade_folder(grader, "fuzzed", folder, None, seed=1)
    write_record(record, folder.with_name("record.json"))
    assert read_record(folder.with_name("record.json")) == record
    return record


def expect_a_verdict(grader, folder, content, monkeypatch):
    """A record with a line each for what was found, and a whole notebook that nbgrader can show."""
    started = time.process_time()
    record = graded(grader, folder, content, monkeypatch)
    restored = read_or_stand_in(grader, folder).notebook
    whole = nbformat.reads(notebook_bytes(restored).decode(), 4)
    nbformat.validate(whole)
    notebook_bytes(show_record(whole, record)).decode()
    assert time.process_time() - started < MOST_SECONDS
    assert [cell["id"] for cell in restored.cells if not cell["id"].startswith("extra-")] == [cell["id"] for cell in grader.released.cells]
    assert len(record.reports) == len(grader.specification.tasks)
    for note in record.notes:
        assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in note), ascii(note)
    return record


def test_each_of_two_hundred_gets_a_verdict(grader, solved, place, monkeypatch):
    seen = {"read": 0, "refused": 0}

    @given(spoilt(solved))
    @settings(max_examples=200, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def fuzz(content):
        folder = place / "submission"
        folder.mkdir(exist_ok=True)
        record = expect_a_verdict(grader, folder, content, monkeypatch)
        seen["refused" if record.problem else "read"] += 1

    fuzz()
    assert sum(seen.values()) >= 200 and min(seen.values()) >= 20, seen


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_each_change_alone_gets_a_verdict(grader, solved, tmp_path, monkeypatch, change):
    folder = tmp_path / "submission"
    folder.mkdir()
    for seed in range(4):
        notebook = copy.deepcopy(solved)
        change(notebook, random.Random(seed))
        expect_a_verdict(grader, folder, as_bytes(notebook), monkeypatch)


def test_attachments_without_bottom_are_left_out(grader, solved, tmp_path, monkeypatch):
    notebook = copy.deepcopy(solved)
    nested = "x"
    for _ in range(900):
        nested = {"a": nested}
    notebook["cells"][-1]["attachments"] = nested
    (tmp_path / "submission").mkdir()
    assert expect_a_verdict(grader, tmp_path / "submission", as_bytes(notebook), monkeypatch).problem == ""


@pytest.mark.usefixtures("sandbox")
def test_a_class_of_spoilt_notebooks_is_graded_and_an_honest_student_keeps_every_point(course, toy_assignment, solved):
    """Each change once, and flipped and cut bytes: fifteen beside the four of the course."""
    for number, change in enumerate((*CHANGES, flip_bytes, truncate)):
        folder = course / "submitted" / change.__name__ / "averages"
        folder.mkdir(parents=True)
        luck = random.Random(number)
        notebook = copy.deepcopy(solved)
        if change in CHANGES:
            change(notebook, luck)
        content = as_bytes(notebook)
        (folder / "averages.ipynb").write_bytes(content if change in CHANGES else change(content, luck))
    classroom = Classroom(course, toy_assignment)
    results = grade_class(classroom, classroom.students(), 2, False, lambda result: None)
    assert [result for result in results if isinstance(result, Ungraded)] == []
    assert all(0 <= result.earned <= 5 and "\n" not in result.problem for result in results)
    given = scores(course)
    assert len(given) == len(results) and given["ada"] == 5.0
    assert given["reorder_cells"] == given["strange_outputs"] == 5.0, "what was only moved counts"
    assert problems(course) == []
