"""nbgrader's feedback pages: made faster for a whole class, and telling nothing that hidden checks asked."""

import io
import re

from bs4 import BeautifulSoup
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters import html as nbconvert_html
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor

WITHHELD = "(What this cell showed when it was graded is not shown here, as it ran after a check: your own notebook has it.)\n"
FAILED = "(When it was graded, this cell ended in an error.)\n"


class WithholdOutputs(NbGraderPreprocessor):
    """Takes the outputs of a student's cells that ran after the first check off the page.

    A function can keep what hidden checks called it with, and a later cell print it. Formgrader still shows the instructor everything.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        checked = False
        for cell in nb.cells:
            about = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "code" and about.get("grade") and not about.get("solution"):
                checked = True
            elif checked and cell.cell_type == "code" and cell.outputs:
                failed = any(output.output_type == "error" for output in cell.outputs)
                cell.outputs = [new_output("stream", name="stdout", text=FAILED if failed else WITHHELD)]
        return nb, resources


FEEDBACK_STEPS = [GetGrades, CSSHTMLHeaderPreprocessor, WithholdOutputs]
"""For GenerateFeedback.preprocessors: nbgrader's own steps, and ours."""


TOUCHED = re.compile(r"<img|jp-Notebook", re.IGNORECASE)
"""What nbconvert looks for in a page when it stands: pictures without a text for those who cannot see them, and JupyterLab's own cells."""


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTML with templates compiled once a process, for nbgrader makes a new exporter for every student, and with pages
    parsed where anything in them is to be changed: that took a fifth of the time that writing a submission takes."""

    def from_notebook_node(self, nb: NotebookNode, resources: ResourcesDict | None = None, **options: object) -> tuple[str, ResourcesDict]:
        parse, nbconvert_html.BeautifulSoup = nbconvert_html.BeautifulSoup, _parsed_where_touched
        try:
            return super().from_notebook_node(nb, resources, **options)
        finally:
            nbconvert_html.BeautifulSoup = parse

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.bytecode_cache = _COMPILED
        return environment


class _Untouched(str):
    """A page in which there is nothing to be found."""

    def select(self, selector: str) -> list:
        return []


def _parsed_where_touched(page: str, features: str) -> BeautifulSoup | _Untouched:
    """No markup of a student's reaches a page, so none needs the mending that parsing brings with it."""
    return BeautifulSoup(page, features=features) if TOUCHED.search(page) else _Untouched(page)


def make_pages_ready(api: NbGraderAPI) -> None:
    """Compiles the templates and loads what pages need, while the sandbox still loads what it needs."""
    config = GenerateFeedback(coursedir=api.coursedir, parent=api).config
    cells = [new_markdown_cell("*A* `page`, $x$"), new_code_cell("import numpy", outputs=[new_output("stream", name="stdout", text="1")])]
    marks = dict.fromkeys(("score", "max_score", "late_penalty"), 0.0)
    FeedbackExporter(config=config).from_notebook_node(new_notebook(cells=cells), {"nbgrader": marks})


class _Memory(BytecodeCache):
    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}
        self.loaded = 0
        """How often a template did not have to be compiled."""

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.compiled:
            bucket.load_bytecode(io.BytesIO(self.compiled[bucket.key]))
            self.loaded += 1

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Memory()
