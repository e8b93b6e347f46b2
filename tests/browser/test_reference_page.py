"""The page of all reference runs in Chromium: at a desk, on a phone, in the dark."""

import pytest
from playwright.sync_api import Browser

from solutions.reference import overview, page
from solutions.reference.discover import SOLUTIONS, assignments, load


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The page of the committed results."""
    folder = tmp_path_factory.mktemp("page")
    chapters = [overview.chapter_of(name, load(name), SOLUTIONS / name / "results", folder / "none") for name in assignments()]
    page.write_page(folder / "report.html", chapters)
    return folder / "report.html"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (390, "dark")])
def test_it_fits_the_screen_shows_every_figure_and_asks_for_nothing(chromium: Browser, written, width, scheme, tmp_path):
    with chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        seen = context.new_page()
        requests, complaints = [], []
        seen.on("request", lambda request: requests.append(request.url))
        seen.on("console", lambda message: complaints.append(message.text))
        seen.goto(written.as_uri())
        seen.screenshot(path=tmp_path / "page.png", full_page=True)
        assert [url for url in requests if not url.startswith("data:")] == [written.as_uri()]
        assert complaints == []
        assert seen.evaluate("document.documentElement.scrollWidth") <= width
        figures = seen.locator("figure img")
        assert figures.count() >= 6
        assert seen.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 100)")
        dark = seen.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
        assert dark == (scheme == "dark")
