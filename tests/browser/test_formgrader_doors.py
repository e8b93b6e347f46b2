"""Formgrader as a real server: no address of its own makes it run what was handed in, or show it as a page of its own."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar

import pytest
from nbgrader.api import Gradebook
from serving import JupyterLab, jupyterlab

from autograder.grading.course import new_course

PLACES = (
    "submitted/mallory/averages",
    "submitted/mallory/averages/plots",
    ".autograder/averages/staged/mallory/averages",
    "autograded/mallory/averages",
)
"""Where what mallory handed in may lie."""
WAYS = (*PLACES, "../elsewhere", "source/averages", "submitted/../submitted/mallory/averages/", "{course}/" + PLACES[0])
SETTINGS = "open({pwned!r}, 'w').write('the configuration of a student ran')\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory, make_toy_clone) -> Iterator[JupyterLab]:
    """A course whose mallory handed in settings, and a page, for an instructor who has signed in."""
    folder = tmp_path_factory.mktemp("doors")
    course = folder / "course"
    new_course(course, [make_toy_clone(folder)])
    for place in (*PLACES, "../elsewhere"):
        (course / place).mkdir(parents=True)
        for name in ("nbgrader_config.py", "jupyter_config.py"):
            (course / place / name).write_text(SETTINGS.format(pwned=str(course / "pwned.txt")))
    for place in ("submitted", "autograded"):
        (course / place / "mallory" / "averages" / "table.html").write_text("<script>window.pwned = 1</script>")
    (course / "autograded" / "mallory" / "averages" / "plot.png").write_bytes(b"\x89PNG")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.add_student("mallory")
        gradebook.add_submission("averages", "mallory")
    with jupyterlab(course, folder / "jupyter") as lab:
        yield lab


@pytest.fixture(scope="module")
def get(served):
    """What an address of formgrader's answers a signed-in instructor: status, headers, page."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    browser.open(served.address("api/me")).close()

    def run(path: str):
        try:
            with browser.open(f"{served.url}formgrader{path}") as answer:
                return answer.status, answer.headers, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode(errors="replace")

    return run


@pytest.mark.parametrize("place", WAYS)
def test_a_link_to_a_handed_in_folder_runs_nothing(get, served, place):
    status, _, page = get("?path=" + urllib.parse.quote(place.format(course=served.folder)))
    assert not (served.folder / "pwned.txt").exists()
    assert status == 400 and "no course of its own" in page


def test_a_server_above_all_courses_is_guarded_before_any_course_is_opened(tmp_path):
    """No course's configuration has been loaded then, and it is the link that asks for the first."""
    handed_in = tmp_path / "home" / "rnn" / "submitted" / "mallory" / "averages"
    handed_in.mkdir(parents=True)
    (tmp_path / "home" / "rnn" / "nbgrader_config.py").touch()
    (handed_in / "nbgrader_config.py").write_text(SETTINGS.format(pwned=str(tmp_path / "pwned.txt")))
    with jupyterlab(tmp_path / "home", tmp_path / "jupyter") as lab:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        browser.open(lab.address("api/me")).close()
        with pytest.raises(urllib.error.HTTPError, match="400"):
            browser.open(f"{lab.url}formgrader?path=rnn/submitted/mallory/averages")
    assert not (tmp_path / "pwned.txt").exists()


def test_the_course_itself_is_opened_with_and_without_its_path(get, served):
    for path in ("", "?path=.", "?path=" + urllib.parse.quote(str(served.folder))):
        status, _, page = get(path)
        assert status == 200 and "Manage Assignments" in page
    assert get("/manage_submissions/averages")[0] == 200


@pytest.fixture(scope="module")
def submission(served: JupyterLab) -> str:
    with Gradebook(f"sqlite:///{served.folder}/gradebook.db") as gradebook:
        return gradebook.find_submission_notebook("averages", "averages", "mallory").id


@pytest.mark.parametrize("way", ["..%2F..%2F..%2F{page}", "plots%2F..%2F..%2F..%2F..%2F{page}", "{absolute}", "table.html"])
def test_a_page_of_a_students_is_not_served(get, served, submission, way):
    page = "submitted/mallory/averages/table.html"
    absolute = urllib.parse.quote(str(served.folder / page), safe="")
    status, _, answer = get(f"/submissions/{submission}/" + way.format(page=page.replace("/", "%2F"), absolute=absolute))
    assert status == 404 and "pwned" not in answer


def test_a_picture_is_served_and_could_run_nothing(get, submission):
    status, headers, _ = get(f"/submissions/{submission}/plot.png")
    assert (status, headers["Content-Type"], headers["X-Content-Type-Options"]) == (200, "image/png", "nosniff")
    assert "sandbox" in headers["Content-Security-Policy"]
