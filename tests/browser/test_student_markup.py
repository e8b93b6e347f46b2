"""What students wrote, printed, named and handed in runs no script on a feedback page, nor in formgrader."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attack import ATTACKS, Attack, read_attack
from classes import Graded, graded
from playwright.sync_api import Page, expect

from autograder.grading import execute, submission
from autograder.grading.handed_in import PLAIN
from autograder.grading.record import Record

AUTHORS = (
    "displays_scripts_in_outputs",
    "raises_scripts_at_the_grader",
    "writes_scripts_in_markdown",
    "hands_in_pages_with_scripts",
    "names_its_cells_by_scripts",
    "hands_in_odd_file_names",
)
PAGES = (
    "table.html",
    "plot.svg",
    "files/table.XHTML",
    "table.xhtm",
    "plot.rdf",
    "plot.xpdl",
    "files/plot.wsdl",
    "table.pdf",
    "nbgrader_config.py",
)
"""What they handed in that a browser, or the server itself, could run."""
LINKS = "[...document.querySelectorAll('[href], [src], [action]')].filter(e => /^javascript:/i.test(e.href || e.src || e.action)).length"


def attack(name: str) -> Attack:
    return read_attack(ATTACKS / f"{name}.py")


@pytest.fixture(scope="module")
def toy_assignment(tmp_path_factory, make_toy_clone):
    return make_toy_clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="module")
def markup(toy_assignment, tmp_path_factory, sandbox) -> Iterator[Graded]:
    """A class of students who write scripts wherever they can."""
    with graded(toy_assignment, [attack(name) for name in AUTHORS], tmp_path_factory.mktemp("markup")) as result:
        yield result


@pytest.fixture
def watched(page: Page, markup: Graded) -> Iterator[Page]:
    """A page on which no script of a student's may run: it opens no dialog and asks nothing of the students' servers."""
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield page
    assert dialogs == []
    assert {student: canary.touched() for student, canary in markup.canaries.items() if canary.touched()} == {}


def assert_no_script_ran(page: Page) -> None:
    page.wait_for_load_state("load")
    assert page.evaluate("typeof window.pwned") == "undefined"
    assert page.evaluate(LINKS) == 0
    assert "pwned" not in page.title()


def feedback(course: Path, student: str) -> str:
    return (course / "feedback" / student / "averages" / "averages.html").as_uri()


def test_feedback_pages_run_no_script(markup, watched):
    for student in AUTHORS:
        assert isinstance(markup.results[student], Record), markup.results[student]
        watched.goto(feedback(markup.course, student))
        expect(watched.locator("#notebook-container, #notebook").first).to_be_visible()
        assert_no_script_ran(watched)


def test_formgrader_runs_no_script(markup, watched, serve):
    handed_in = markup.course / "submitted" / "hands_in_pages_with_scripts" / "averages"
    assert [name for name in PAGES if not (handed_in / name).exists()] == []
    assert {path.suffix for path in (markup.course / "autograded").rglob("*") if path.is_file()} <= PLAIN
    lab = serve(markup.course)
    watched.request.get(lab.address("api/me"))
    for place in ("manage_submissions/averages", "manage_students", "manage_assignments", "gradebook/averages/averages"):
        watched.goto(f"{lab.url}formgrader/{place}")
        expect(watched.locator("tbody")).not_to_contain_text("Loading")
        assert_no_script_ran(watched)
    submissions = watched.locator("tbody a[href*='/submissions/']")
    expect(submissions.first).to_be_visible()
    links = set(submissions.evaluate_all("links => links.map(link => link.href)"))
    assert len(links) >= len(AUTHORS)
    for link in sorted(links):
        watched.goto(link)
        expect(watched.locator("#notebook").first).to_be_visible()
        assert_no_script_ran(watched)
        for name in PAGES:
            assert watched.request.get(f"{link.split('?')[0]}/{name}").status == 404


SCRIPT = "<script>window.pwned = 1</script>"
DISPLAYED = {"own": f"from IPython.display import HTML, display\ndisplay(HTML({SCRIPT!r}))"}


@pytest.mark.parametrize(
    ("module", "defence", "parts"), [(execute, "safe_outputs", DISPLAYED), (submission, "_take_markup", {"explain": SCRIPT})]
)
def test_without_the_defence_the_script_runs(module, defence, parts, toy_assignment, tmp_path, page, monkeypatch, sandbox):
    monkeypatch.setattr(module, defence, lambda wrote, *rest: wrote)
    with graded(toy_assignment, [Attack("mallory", "Writes a script.", parts)], tmp_path / "class") as result:
        page.goto(feedback(result.course, "mallory"))
        page.wait_for_load_state("load")
        assert page.evaluate("window.pwned") == 1
