"""A notebook in JupyterLab as a student meets it: everything is seen on the page, everything is done by mouse and keys."""

import re
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page, expect
from serving import JupyterLab

RED = '[data-mime-type="application/vnd.jupyter.stderr"], [data-mime-type="application/vnd.jupyter.error"]'
"""What stands on red ground: an error, or what a cell wrote to stderr. JupyterLab 4 gives both the first of these types."""
RUN = re.compile(r"^\[(\d+)\]:$")
"""The prompt of a cell that has run; one that has not shows "[ ]:", one that waits or runs "[*]:"."""
SECONDS_TO_RUN = 120


class Notebook:
    """An open notebook. Its cells are told apart by their ids, which are the assignment's grade ids where they have one."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.path = path
        released = nbformat.read(path, as_version=4)
        self.ids = [cell.id for cell in released.cells]
        self.code = [cell.id for cell in released.cells if cell.cell_type == "code"]

    @property
    def cells(self) -> Locator:
        """All cells, from top to bottom."""
        return self.page.locator(".jp-NotebookPanel .jp-Cell")

    def cell(self, name: str) -> Locator:
        """The cell of that id."""
        return self.cells.nth(self.ids.index(name))

    def editor(self, name: str) -> Locator:
        """Where a cell's text is written."""
        return self.cell(name).locator(".cm-content")

    def text(self, name: str) -> str:
        """The text in a cell's editor."""
        return "\n".join(self.editor(name).locator(".cm-line").all_text_contents())

    def output(self, name: str) -> Locator:
        """What a cell has put out."""
        return self.cell(name).locator(".jp-Cell-outputWrapper")

    def checks(self, name: str) -> Locator:
        """The checks that a check cell reports, one a line; the attribute data-outcome tells what became of each."""
        return self.output(name).locator(".course-check")

    def red(self) -> list[str]:
        """The cells that show an error, or something written to stderr."""
        return [name for name in self.code if self.cell(name).locator(RED).count()]

    def outcomes(self, name: str) -> list[str]:
        """What became of each of them."""
        expect(self.checks(name).first).to_be_attached()
        return [check.get_attribute("data-outcome") or "" for check in self.checks(name).all()]

    def replace(self, name: str, text: str) -> None:
        """Types a text, key by key, in the place of what stands in a cell."""
        self.editor(name).click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        for number, line in enumerate(text.split("\n")):
            if number:
                self.page.keyboard.press("Enter")
                self.page.keyboard.press("Shift+Home")  # the indentation that the editor offers: the line brings its own
            self.page.keyboard.type(line)
        assert self.text(name) == text

    def write(self, name: str, text: str) -> None:
        """Types a text in the place of a Markdown cell's, which a double click opens and Shift+Enter renders."""
        self.cell(name).locator(".jp-RenderedMarkdown").dblclick()
        self.replace(name, text)
        self.page.keyboard.press("Shift+Enter")
        expect(self.cell(name).locator(".jp-RenderedMarkdown")).to_have_text(text)

    def run(self, name: str) -> None:
        """Runs a cell with Shift+Enter and waits until it is done."""
        before = self._times(name)
        self.select(name)
        self.page.keyboard.press("Shift+Enter")
        self._wait_until_run([name], before)

    def run_all(self) -> None:
        """Run > Run All Cells; waits until all of them are done."""
        before = max(map(self._times, self.code))
        self.choose("Run", "Run All Cells")
        self._wait_until_run(self.code, before)

    def select(self, name: str) -> None:
        """Makes it the selected cell, in command mode."""
        self._prompt(name).click()
        self.page.keyboard.press("Escape")
        expect(self.cell(name)).to_have_class(re.compile(r"\bjp-mod-selected\b"))

    def save(self) -> None:
        """Saves with Control+S; waits until the file holds what the page shows."""
        self.page.keyboard.press("Control+S")
        expect(self.page.locator(".lm-DockPanel .jp-mod-current.jp-mod-dirty")).to_have_count(0)

    def choose(self, menu: str, entry: str) -> None:
        """An entry of the menu bar."""
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.get_by_role("menuitem", name=entry, exact=True).click()

    def validate(self) -> str:
        """Presses nbgrader's Validate button, which saves the notebook and runs all of it; reads and closes what it answers."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.locator(".jp-Dialog-content")
        answer = dialog.inner_text(timeout=SECONDS_TO_RUN * 1000)
        dialog.get_by_role("button", name="Ok").click()
        expect(dialog).to_have_count(0)
        return answer

    def _times(self, name: str) -> int:
        """The number in a cell's prompt; 0 before its first run."""
        found = RUN.match(self._prompt(name).text_content() or "")
        return int(found[1]) if found else 0

    def _prompt(self, name: str) -> Locator:
        return self.cell(name).locator(".jp-InputPrompt")

    def _wait_until_run(self, names: list[str], before: int) -> None:
        for name in names:
            expect(self._prompt(name)).to_have_text(RUN, timeout=SECONDS_TO_RUN * 1000)
            assert self._times(name) > before, f"the cell {name} did not run"


def open_notebook(page: Page, lab: JupyterLab, path: Path) -> Notebook:
    """Opens a notebook by its address and waits until its kernel can be used."""
    page.goto(lab.address(f"lab/tree/{path.relative_to(lab.folder).as_posix()}"))
    notebook = Notebook(page, path)
    expect(notebook.cells).to_have_count(len(notebook.ids))
    expect(page.locator(".jp-NotebookPanel .jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle")
    return notebook
