"""Fixtures of the browser tests: Chromium, a page, a JupyterLab. A test leaves the last that was seen in its tmp_path: page.png."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from serving import JupyterLab, jupyterlab

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # whatever asks for the internet fails at once, here as everywhere
]
PATIENCE = 60_000
"""Most milliseconds to wait for anything on a page; what comes sooner is seen sooner."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, headless; without it the test is skipped, or fails where COURSE_TESTS_REQUIRE_ALL says that all must run."""
    if CHROMIUM is None:
        reason = "no Chromium is here; Debian's package is called chromium"
        (pytest.fail if os.environ.get("COURSE_TESTS_REQUIRE_ALL") else pytest.skip)(reason)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """An empty page of a browser that nobody has used before."""
    with chromium.new_context(viewport={"width": 1280, "height": 1000}) as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        yield page
        page.screenshot(path=tmp_path / "page.png")


@pytest.fixture
def serve(chromium: Browser, tmp_path: Path) -> Iterator[Callable[[Path], JupyterLab]]:  # noqa: ARG001
    """Starts a JupyterLab on a folder, and ends it; not where there is no browser to open it with."""
    with ExitStack() as servers:
        yield lambda folder: servers.enter_context(jupyterlab(folder, tmp_path / "jupyter"))
