"""The pool that grading begins early, and the exporter of feedback pages that keeps compiled templates."""

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.grading import feedback
from autograder.grading.feedback import FeedbackExporter
from autograder.grading.pool import head_start, slow_imports
from autograder.sandbox.warm import OF_THE_KERNEL


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import numpy as np", ()),
        ("# %%\nimport keras\nx = 1", ("tensorflow", "keras")),
        ("if True:\n    from tensorflow import keras", ("tensorflow",)),
        ("import seaborn as sns\nimport pandas as pd", ("pandas", "seaborn")),
        ("%matplotlib inline\nimport matplotlib.pyplot as plt\nthis is ( no Python", ("matplotlib.pyplot",)),
        ("text = 'we import keras here'", ()),
    ],
)
def test_what_a_kernel_finds_imported_is_what_the_code_imports(code, modules):
    assert slow_imports(code) == (*modules, *OF_THE_KERNEL)


def test_without_a_sandbox_no_pool_begins(toy):
    with head_start(toy, unsafe=True) as pool:
        assert pool is None


def test_feedback_pages_are_nbconverts_and_their_templates_are_compiled_once(monkeypatch):
    cells = [new_markdown_cell("# Title"), new_code_cell("1 + 1", outputs=[new_output("execute_result", data={"text/plain": "2"})])]
    notebook = new_notebook(cells=cells)
    expected, _ = HTMLExporter().from_notebook_node(notebook)
    memory = feedback._Memory()
    monkeypatch.setattr(feedback, "_COMPILED", memory)
    pages = [FeedbackExporter().from_notebook_node(notebook)[0] for _ in range(2)]
    assert pages == [expected, expected]
    assert memory.compiled and memory.loaded >= len(memory.compiled)
