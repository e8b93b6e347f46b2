"""The toy assignment and a course of four students: made once, graded once, copied for every test."""

import shutil

import pytest
from courses import make_course

from autograder.grading.classroom import Classroom, grade_class


@pytest.fixture(scope="session")
def toy_assignment(tmp_path_factory, make_toy_clone):
    """The toy assignment."""
    return make_toy_clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="session")
def new(toy_assignment, tmp_path_factory):
    """A course in which nothing is graded."""
    return make_course(tmp_path_factory.mktemp("new") / "course", toy_assignment)


@pytest.fixture(scope="session")
def graded_once(new, toy_assignment, tmp_path_factory, sandbox):
    """The course after its first grading."""
    folder = shutil.copytree(new, tmp_path_factory.mktemp("graded") / "course")
    classroom = Classroom(folder, toy_assignment)
    grade_class(classroom, classroom.students(), 2, False, lambda result: None)
    return folder


@pytest.fixture
def course(new, tmp_path):
    """A copy of the course, nothing graded."""
    return shutil.copytree(new, tmp_path / "course")


@pytest.fixture
def unwritten(new, graded_once, tmp_path):
    """A copy of the course whose records are there, and whose gradebook knows nothing of them yet."""
    folder = shutil.copytree(new, tmp_path / "unwritten")
    records = ".autograder/averages/records"
    shutil.copytree(graded_once / records, folder / records)
    return folder
