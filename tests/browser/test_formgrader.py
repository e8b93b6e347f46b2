"""nbgrader's formgrader on a course of ours: an instructor reads the checks' report and grades the written answer by hand."""

import re
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Page, expect

from autograder.build import instructor_notebook
from autograder.grading.classroom import Classroom, grade_class
from autograder.grading.course import new_course
from autograder.grading.record import Record
from autograder.release import make_release
from autograder.verify import cases, hand_in

COMMENT = "True, and also when all numbers are equal."


@pytest.fixture
def course(toy, sandbox, tmp_path) -> Path:  # noqa: ARG001
    """A course in which carl took the sum for the mean and answered the written question."""
    folder = tmp_path / "course"
    new_course(folder, [toy])
    solved = instructor_notebook(toy)
    case = next(case for case in cases(toy, solved, make_release(solved)) if case.name == "mistakes/sum_for_mean")
    hand_in(case, toy, folder / "submitted" / "carl" / "averages")
    (graded,) = grade_class(Classroom(folder, toy), ["carl"], 1, False, lambda result: None)
    assert isinstance(graded, Record), graded.reason
    return folder


def test_a_written_answer_is_graded_by_hand_beside_the_report_of_the_checks(serve, course, page):
    lab = serve(course)
    page.request.get(lab.address("api/me"))  # signs in; at a page of formgrader's one would be signed in for that page's folder alone
    page.goto(f"{lab.url}formgrader/gradebook/averages/averages")
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("2 / 8")
    row.get_by_role("link", name="Submission #1").click()

    reports = page.locator(".course-report")
    expect(reports).to_have_count(2)
    expect(reports.first.locator('[data-outcome="failed"]')).to_contain_text("gives the mean of two numbers")
    expect(reports.first).to_contain_text("next step: this is the sum: divide by how many there are")
    expect(reports.first.locator('[data-outcome="skipped"]')).to_contain_text("(when graded)")

    written = page.locator(".nbgrader_cell").filter(has=page.locator("#explain"))
    expect(written).to_contain_text("When all weights are equal to one another.")
    expect(page.locator("#check_mean")).to_have_attribute("placeholder", "0")
    expect(page.locator("#check_weighted_mean")).to_have_attribute("placeholder", "2")
    expect(page.locator("#explain")).to_have_class("score tabbable needs_manual_grade")
    expect(page.locator("#explain-comment")).to_have_attribute("placeholder", re.compile("Type any comments here"))
    type_and_save(page, "#explain", "2.5")
    type_and_save(page, "#explain-comment", COMMENT)

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("explain", "averages", "averages", "carl")
        assert (grade.manual_score, grade.needs_manual_grade) == (2.5, False)
        assert gradebook.find_comment("explain", "averages", "averages", "carl").manual_comment == COMMENT
        assert gradebook.find_submission("averages", "carl").score == 4.5

    page.goto(f"{lab.url}formgrader/manage_submissions/averages")
    page.locator("tbody .generate-feedback a").click()
    expect(page.locator(".modal-dialog")).to_contain_text("Successfully generated feedback")
    page.goto((course / "feedback" / "carl" / "averages" / "averages.html").as_uri())
    expect(page.locator("#notebook").first).to_contain_text(COMMENT)
    expect(page.get_by_text("averages (Score: 4.5 / 8.0)")).to_be_visible()


def type_and_save(page: Page, field: str, text: str) -> None:
    """Types into a field of formgrader's, which saves it when it is left; waits until the server has it."""
    page.locator(field).click()
    page.keyboard.type(text)
    with page.expect_response(lambda response: response.request.method == "PUT" and response.ok):
        page.keyboard.press("Tab")
