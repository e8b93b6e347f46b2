"""A released notebook in a real JupyterLab: it runs untouched, and a student who types reads on the page what came of it."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from lab import Notebook, open_notebook
from playwright.sync_api import Page, expect
from serving import JupyterLab

from autograder.assignment import Assignment, find_assignment
from autograder.build import bundle

ROOT = Path(__file__).parents[2]
NO_BIASES = """\
def count_parameters(units):
    blocks = 4 * (28 * units + units * units)
    return blocks + 10 * units"""
WITH_BIASES = """\
def count_parameters(units):
    return 4 * (units * (28 + units) + units) + 10 * units + 10"""
SUM = "def mean(numbers):\n    return sum(numbers)"
MEAN = "def mean(numbers):\n    return sum(numbers) / len(numbers)"
WEIGHTED_MEAN = "def weighted_mean(numbers, weights):\n    return np.average(numbers, weights=weights)"


@pytest.fixture
def open_released(page: Page, serve: Callable[[Path], JupyterLab], tmp_path: Path) -> Callable[[Assignment], Notebook]:
    """Opens an assignment's notebook as a student does: out of the bundle, unpacked into a folder of its own."""

    def run(assignment: Assignment) -> Notebook:
        zipfile.ZipFile(io.BytesIO(bundle(assignment))).extractall(tmp_path)
        folder = tmp_path / assignment.name
        return open_notebook(page, serve(folder), folder / f"{assignment.name}.ipynb")

    return run


def test_the_sweep_runs_untouched_and_tells_a_wrong_answer_from_a_right_one(open_released):
    notebook = open_released(find_assignment("mnist_sweep", ROOT))
    checks = [name for name in notebook.code if name.startswith("check_")]

    notebook.run_all()
    assert len(checks) == 8
    assert {name: set(notebook.outcomes(name)) for name in checks} == {name: {"not attempted"} for name in checks}
    assert notebook.red() == []

    notebook.replace("count_parameters", NO_BIASES)
    notebook.run("count_parameters")
    notebook.run("check_count_parameters")
    assert notebook.outcomes("check_count_parameters") == ["failed", "skipped"]
    failed = notebook.checks("check_count_parameters").first
    for told in ("counts the parameters of LSTM(units) and Dense(10) together", "expected: 140", "got: 126", "on: count_parameters(1)"):
        expect(failed).to_contain_text(told)
    expect(failed).to_contain_text("next step: the biases are missing")
    expect(failed).to_be_in_viewport()

    notebook.replace("count_parameters", WITH_BIASES)
    notebook.run("count_parameters")
    notebook.run("check_count_parameters")
    assert notebook.outcomes("check_count_parameters") == ["passed", "passed"]
    expect(notebook.output("check_count_parameters")).to_contain_text("passed, 3 of 3 points")

    notebook.save()
    saved = next(cell for cell in nbformat.read(notebook.path, as_version=4).cells if cell.id == "count_parameters")
    assert saved.source == WITH_BIASES
    assert list(notebook.path.parent.glob("autograder/checks/__pycache__/notebook.*.pyc")), "the bundle's own engine was not used"


WRONG = {
    "lstm_gates": (
        "output_shape",
        "def output_shape(batch, steps, features, units, return_sequences):\n    return (batch, steps, features)",
        "what comes out has units numbers",
    ),
    "char_lstm": (
        "perplexity",
        "def logprob(predictions, labels):\n"
        "    return float(np.mean(-np.log2(np.maximum(np.sum(predictions * labels, axis=1), 1e-10))))\n\n"
        "def perplexity(predictions, labels):\n    return float(2 ** logprob(predictions, labels))",
        "natural logarithm",
    ),
    "state_and_clipping": (
        "clip_by_global_norm",
        "def clip_by_global_norm(gradients, max_norm=5.0):\n    return [g * min(1, max_norm / np.linalg.norm(g)) for g in gradients], 0.0",
        "one norm",
    ),
}
"""A wrong answer to one task of each assignment, and what its report says."""


@pytest.mark.parametrize("name", WRONG)
def test_a_notebook_runs_untouched_and_says_what_is_wrong_with_an_answer(open_released, name):
    notebook = open_released(find_assignment(name, ROOT))
    checks = [cell for cell in notebook.code if cell.startswith("check_")]
    notebook.run_all()
    assert {cell: set(notebook.outcomes(cell)) for cell in checks} == {cell: {"not attempted"} for cell in checks}
    assert notebook.red() == []

    task, answer, told = WRONG[name]
    notebook.replace(task, answer)
    notebook.run(task)
    notebook.run(f"check_{task}")
    assert "failed" in notebook.outcomes(f"check_{task}")
    expect(notebook.output(f"check_{task}")).to_contain_text(told)


def test_locked_cells_can_be_neither_edited_nor_deleted(open_released, toy, page):
    notebook = open_released(toy)
    before = {name: notebook.text(name) for name in ("setup", "check_mean", "mean")}
    for name in before:
        notebook.editor(name).click()
        page.keyboard.type("# mine ")
        notebook.select(name)
        page.keyboard.type("dd")
    expect(notebook.editor("mean")).to_contain_text("# mine ")  # what is not locked takes what is typed
    assert [notebook.text(name) for name in ("setup", "check_mean")] == [before["setup"], before["check_mean"]]

    notebook.select(notebook.ids[0])
    page.keyboard.type("dd")
    expect(notebook.cells).to_have_count(len(notebook.ids) - 1)  # what is not locked can be deleted: it alone is gone
    expect(notebook.cells.first.locator(".cm-content")).to_contain_text("On your own machine this cell does nothing")


def test_validate_names_what_fails_until_nothing_does(open_released, toy):
    notebook = open_released(toy)
    notebook.replace("mean", SUM)
    notebook.replace("weighted_mean", WEIGHTED_MEAN)
    notebook.write("explain", "When all weights are equal.")
    answer = notebook.validate()
    assert 'check("mean")' in answer and 'check("weighted_mean")' not in answer and "no response" not in answer

    notebook.replace("mean", MEAN)
    assert "Success! Your notebook passes all the tests." in notebook.validate()
