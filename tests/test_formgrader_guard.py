"""Whose configuration formgrader loads: a course's, and no folder's that a student may have filled."""

import pytest
from nbgrader.server_extensions.formgrader import handlers

from autograder.grading import formgrader, preprocessors
from autograder.grading.formgrader import is_course


@pytest.fixture
def home(tmp_path):
    """A served folder with two courses and a download in it."""
    for place in ("deep learning", "teaching/rnn", "teaching/rnn/submitted/ada/gates", "teaching/rnn/downloads/ada", "submitted/bob"):
        (tmp_path / "home" / place).mkdir(parents=True)
        (tmp_path / "home" / place / "nbgrader_config.py").touch()
    (tmp_path / "home" / "empty").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "nbgrader_config.py").touch()
    return tmp_path / "home"


@pytest.mark.parametrize("place", ["deep learning", "teaching/rnn", "teaching/rnn/submitted/.."])
def test_courses_below_the_served_folder_are_opened(home, place):
    assert is_course(home / place, home)


@pytest.mark.parametrize(
    "place", ["teaching/rnn/submitted/ada/gates", "teaching/rnn/downloads/ada", "submitted/bob", "empty", "nowhere", "../outside", "a\0b"]
)
def test_nothing_else_is(home, place):
    assert not is_course(home / place, home)


def test_a_link_leads_nowhere_else(home):
    (home / "inwards").symlink_to(home / "teaching/rnn/submitted/ada/gates")
    (home / "outwards").symlink_to(home.parent / "outside")
    assert not is_course(home / "inwards", home) and not is_course(home / "outwards", home)


def test_the_folder_that_the_server_was_started_in_is_always_opened(home, monkeypatch):
    (home / "nbgrader_config.py").touch()
    assert not is_course(home / "deep learning", home), "it lies in a course now"
    monkeypatch.chdir(home / "deep learning")
    assert is_course(home / "deep learning", home)


def test_every_course_closes_the_doors():
    """A course's configuration imports the steps, and with them the guard; nbgrader must still have what it guards."""
    assert preprocessors.AUTOGRADE_STEPS
    assert handlers.FormgraderHandler.get is formgrader.open_course
    assert handlers.SubmissionFilesHandler.parse_url_path is formgrader.path_of_file
    assert handlers.SubmissionFilesHandler.set_extra_headers is formgrader.keep_scripts_off
