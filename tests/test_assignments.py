"""What holds for every assignment of the course."""

import ast
import io
import os
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
    assert [assignment.name for assignment in ASSIGNMENTS] == ["mnist_sweep"]


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
        if not name.endswith(".npz"):
            # the engine and the loaders are public by themselves: a solution may say what they say
            leaked = {line.strip() for line in shown_lines(name, content)} & (hidden | solutions if name in built else hidden)
            assert not leaked, f"{name} holds {leaked}"


def hidden_lines(assignment):
    """The telling lines of the hidden checks that the public ones do not hold as well."""
    hidden = {line.strip() for line in assignment.hidden_checks.read_text().splitlines()}
    public = {line.strip() for line in assignment.public_checks.read_text().splitlines()}
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
            assert imported(source) <= STUDENTS_HAVE | sys.stdlib_module_names, name


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
    assert all(re.search(r": not attempted, 0 of [\d.]+ points", report) for report in reports), reports


@each
def test_right_answers_pass_and_known_mistakes_fail_where_they_should(assignment, sandbox):
    mistakes = list((assignment.solutions / "mistakes").glob("*.py"))
    alternatives = list((assignment.solutions / "alternatives").glob("*.py"))
    assert len(mistakes) >= 12 and len(alternatives) >= 6
    if not os.environ.get("COURSE_TESTS_REQUIRE_ALL"):
        mistakes, alternatives = sorted(mistakes)[::6], sorted(alternatives)[::2]  # CI takes all; this keeps `make test` short
    command = [str(Path(sys.executable).parent / "autograder"), "verify", assignment.name, "--only", "solution", "--only", "untouched"]
    command += [f"--only=alternatives/{path.stem}" for path in alternatives] + [f"--only=mistakes/{path.stem}" for path in mistakes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"COLUMNS": "160"}, timeout=3600)
    assert done.returncode == 0, done.stdout + done.stderr
    count = 2 + len(mistakes) + len(alternatives)
    assert f"{count} of {count} as they must be" in done.stdout


def test_a_wheel_holds_no_solution(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    [wheel] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("autograder/checks/") for name in names)
    assert not [name for name in names if name.startswith(("solutions", "tests", "assignments")) or "hidden" in name]
