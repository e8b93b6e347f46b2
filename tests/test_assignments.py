"""What holds for every assignment of the course."""

import ast
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.assignment import all_assignments
from autograder.build import bundle, instructor_notebook, public_files, release_files, stale_files
from autograder.release import solution_lines

ROOT = Path(__file__).parents[1]
ASSIGNMENTS = all_assignments(ROOT)
STUDENTS_HAVE = {"numpy", "pandas", "keras", "tensorflow", "seaborn", "matplotlib", "IPython", "autograder", "datasets"}
"""What may be imported on a student's machine, besides the standard library."""

each = pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)


def test_there_are_assignments():
    assert [assignment.name for assignment in ASSIGNMENTS] == ["char_lstm", "lstm_gates", "mnist_sweep", "state_and_clipping"]


@each
def test_the_committed_release_is_what_the_source_builds(assignment):
    stale = [path.name for path in stale_files(assignment, release_files(assignment))]
    assert not stale, "run `autograder build`"


@each
def test_nothing_of_the_solutions_reaches_students(assignment):
    solutions, hidden = solution_lines(instructor_notebook(assignment)), hidden_lines(assignment)
    assert len(solutions) > 20 and len(hidden) > 20
    built = release_files(assignment)
    for name, content in public_files(assignment).items():
        if not name.endswith((".npz", ".xz", ".gz")):
            # the engine and the loaders are public by themselves: a solution may say what they say
            leaked = {line.strip() for line in shown_lines(name, content)} & (hidden | solutions if name in built else hidden)
            assert not leaked, f"{name} holds {leaked}"


def hidden_lines(assignment):
    """The telling lines of the hidden checks that the public ones do not hold as well."""
    hidden, public = (
        {line.strip() for path in paths for line in path.read_text().splitlines()}
        for paths in (assignment.secret_checks, assignment.released_checks)
    )
    return {line for line in hidden - public if len(line) >= 24 and not line.startswith(("import ", "from ", "@check"))}


def shown_lines(name, content):
    if name.endswith(".ipynb"):
        return [line for cell in nbformat.reads(content.decode(), as_version=4).cells for line in cell.source.splitlines()]
    return content.decode().splitlines()


@each
def test_students_need_nothing_of_ours_installed(assignment):
    for name, content in public_files(assignment).items():
        sources = []
        if name.endswith(".py"):
            sources = [content.decode()]
        elif name.endswith(".ipynb"):
            sources = [cell.source for cell in nbformat.reads(content.decode(), as_version=4).cells if cell.cell_type == "code"]
        for source in sources:
            foreign = imported(source) - STUDENTS_HAVE - sys.stdlib_module_names
            assert not {module for module in foreign if not module.startswith("course_checks")}, name


def imported(source):
    """The top packages that a piece of code imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.split(".")[0])
    return names


@each
def test_the_untouched_bundle_runs_alone_from_top_to_bottom(assignment, tmp_path, monkeypatch):
    zipfile.ZipFile(io.BytesIO(bundle(assignment))).extractall(tmp_path)
    folder = tmp_path / assignment.name
    monkeypatch.setenv("COURSE_DATA", "sample")
    notebook = nbformat.read(folder / f"{assignment.name}.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import autograder.checks; print(autograder.checks.__file__)"))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    assert str(folder) in notebook.cells[-1].outputs[0].text, "the notebook used the clone's engine, not the bundle's"
    checks = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code"]
    reports = [cell.outputs[0].data["text/plain"] for cell in checks]
    assert len(reports) == len(assignment.specification().tasks)
    assert all(re.search(r": not attempted, 0 of [\d.]+ points?", report) for report in reports), reports


def test_a_wheel_holds_no_solution(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    [wheel] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("autograder/checks/") for name in names)
    assert not [name for name in names if name.startswith(("solutions", "tests", "assignments")) or "hidden" in name]
