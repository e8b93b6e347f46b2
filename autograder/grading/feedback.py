"""nbgrader's feedback pages: made faster for a whole class, and telling nothing that hidden checks asked."""

import io

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter
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


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTML with templates compiled once a process: nbgrader makes a new exporter for every student."""

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.bytecode_cache = _COMPILED
        return environment


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
