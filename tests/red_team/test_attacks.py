"""Every attack wins nothing, touches nothing outside its sandbox, changes nobody's grade and ends in its time."""

import pytest
from attack import Attack, all_attacks
from classes import HONEST, LIMITS

from autograder.grading.classroom import Classroom, Ungraded, grade_one
from autograder.grading.record import Record

REFUSED = {"hands_in_a_broken_time_stamp": "holds no time"}
"""Submissions that nobody can grade before a person has looked at them, and what that person is told."""
GRACE_SECONDS = 30
"""What a submission may take beyond its own time: the last cell's end, kernels that start anew, a busy machine."""


@pytest.mark.parametrize("attack", all_attacks(), ids=lambda attack: attack.name)
def test_an_attack_wins_nothing_and_touches_nothing(attack: Attack, attacked):
    record = attacked.results[attack.name]
    if attack.name in REFUSED:
        assert isinstance(record, Ungraded) and REFUSED[attack.name] in record.reason and attacked.score(attack.name) == 0
        return
    assert isinstance(record, Record), record.reason
    assert not record.grader_errors, [result.evidence for report in record.reports for result in report.results]
    assert record.earned <= attacked.results["wrong"].earned
    assert attacked.score(attack.name) <= attacked.score("wrong")
    assert attacked.canaries[attack.name].touched() == []
    assert record.seconds < LIMITS.submission_seconds + GRACE_SECONDS


@pytest.mark.parametrize("student", HONEST)
def test_nobody_elses_grade_changes(student, attacked, peaceful):
    assert attacked.rows(student) == peaceful.rows(student) != []
    assert attacked.results[student].reports and attacked.results[student].notes == peaceful.results[student].notes == ()
    pages = [graded.course / "feedback" / student / "averages" / "averages.html" for graded in (attacked, peaceful)]
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_the_honest_get_what_they_earn(attacked):
    assert {student: attacked.score(student) for student in HONEST} == {"right": 5, "half right": 1, "wrong": 0}


def test_nothing_is_left(attacked):
    assert attacked.survivors == []
    assert attacked.scratch == []


def test_there_are_attacks_enough_and_each_says_what_it_tries():
    attacks = all_attacks()
    assert len(attacks) >= 45
    assert all(attack.about.endswith(".") and attack.parts for attack in attacks)


def test_a_folder_that_is_named_like_markup_is_not_graded(toy_assignment, tmp_path):
    name = "<img src=x onerror='window.pwned = 1'>"
    (tmp_path / "submitted" / name / "averages").mkdir(parents=True)
    refused = grade_one(Classroom(tmp_path, toy_assignment), name, 0, lambda files: pytest.fail("its code was run"))
    assert isinstance(refused, Ungraded) and "rename the folder" in refused.reason
