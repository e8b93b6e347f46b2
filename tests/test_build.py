"""A release and a bundle: the same bytes each time, whole, runnable alone, and without a line that students must not see."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import all_assignments, find_assignment
from autograder.build import bundle, instructor_notebook, public_files, release_files, stale_files, write_release
from autograder.checks.specification import SpecificationError
from autograder.errors import CourseError, SourceError
from autograder.release import solution_lines

ROOT = Path(__file__).parents[1]


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def unpack(packed, folder):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
    return folder


# the release


def test_a_release_is_notebook_checks_and_readme(toy):
    files = release_files(toy)
    assert sorted(files) == ["README.md", "averages.ipynb", "checks.py"]
    assert files["checks.py"] == toy.public_checks.read_bytes()
    nbformat.validate(nbformat.reads(files["averages.ipynb"].decode(), as_version=4))


def test_two_processes_build_the_same_bytes(toy_clone):
    code = (
        "import hashlib, sys, pathlib; from autograder.build import bundle, release_files; from autograder.assignment import find_assignment\n"  # noqa: E501
        "toy = find_assignment('averages', pathlib.Path(sys.argv[1]))\n"
        "print(hashlib.sha256(bundle(toy) + b''.join(release_files(toy).values())).hexdigest())"
    )
    digests = set()
    for seed in ("0", "1"):
        run = subprocess.run(
            [sys.executable, "-c", code, str(toy_clone)],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC{seed}"},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(run.stdout)
    toy = find_assignment("averages", toy_clone)
    digests.add(hashlib.sha256(bundle(toy) + b"".join(release_files(toy).values())).hexdigest() + "\n")
    assert len(digests) == 1


def test_a_build_writes_nothing_but_the_release(toy):
    before = sorted(path for path in toy.root.rglob("*"))
    bundle(toy)
    assert sorted(path for path in toy.root.rglob("*")) == before
    write_release(toy)
    assert sorted(path.name for path in toy.released.iterdir()) == ["README.md", "averages.ipynb", "checks.py"]


def test_a_changed_a_missing_and_an_extra_file_are_stale(toy):
    files = release_files(toy)
    assert len(stale_files(toy, files)) == 3
    write_release(toy)
    assert stale_files(toy, files) == []
    (toy.released / "checks.py").write_text("changed")
    (toy.released / "README.md").unlink()
    (toy.released / "solution.py").write_text("extra")
    (toy.released / "old").mkdir()
    (toy.released / "old" / "solution.ipynb").write_text("extra")
    (toy.released / "__pycache__").mkdir()
    (toy.released / "__pycache__" / "checks.pyc").write_text("left by Python")
    names = [path.relative_to(toy.released).as_posix() for path in stale_files(toy, files)]
    assert names == ["README.md", "checks.py", "old/solution.ipynb", "solution.py"]
    write_release(toy)
    assert stale_files(toy, files) == []
    assert not (toy.released / "solution.py").exists()


def test_a_changed_source_makes_the_release_stale(toy):
    write_release(toy)
    replace(toy.source, "A tiny assignment", "A small assignment")
    assert [path.name for path in stale_files(toy, release_files(toy))] == ["averages.ipynb"]


def test_a_missing_part_is_one_clear_line(toy):
    for part in ("README.md", "hidden_checks.py", "checks.py"):
        (toy.solutions / part).rename(toy.solutions / "away")
        with pytest.raises((SourceError, SpecificationError), match=part) as caught:
            release_files(toy)
        assert "\n" not in str(caught.value)
        (toy.solutions / "away").rename(toy.solutions / part)


@pytest.mark.parametrize("name", ["checks.py", "README.md"])
def test_a_line_of_a_solution_in_another_file_stops_the_build(toy, name):
    path = toy.solutions / name
    path.write_text(
        path.read_text()
        + "\n#   return float(np.sum(numbers)) / len(numbers)\n".replace("#   ", "" if name == "README.md" else "if 0:\n    ")
    )
    if name == "checks.py":
        path.write_text(path.read_text().replace("if 0:", "def leaked(numbers):"))
    with pytest.raises(SourceError, match=f"{name} holds a line of a solution"):
        release_files(toy)


def test_unknown_assignments_are_told_with_those_that_exist(toy_clone):
    with pytest.raises(CourseError, match="no assignment 'medians'; this clone has averages"):
        find_assignment("medians", toy_clone)


# the bundle


def test_a_bundle_is_the_release_and_the_public_half_of_the_engine(toy):
    names = sorted(public_files(toy))
    expected = ["README.md", "autograder/__init__.py", "averages.ipynb", "checks.py"]
    assert [name for name in names if not name.startswith("autograder/checks/")] == expected
    assert {Path(name).name for name in names if "checks/" in name} == {path.name for path in (ROOT / "autograder/checks").glob("*.py")}
    with zipfile.ZipFile(io.BytesIO(bundle(toy))) as archive:
        assert sorted(archive.namelist()) == sorted(f"averages/{name}" for name in names)
        assert all(info.date_time == (2020, 1, 1, 0, 0, 0) for info in archive.infolist())


@pytest.mark.parametrize(
    "line",
    [
        "from datasets import mnist",
        "from datasets.mnist import load",
        "import datasets.mnist",
        "# %matplotlib inline\nfrom datasets import mnist",
        "# !pip list\nif True:\n    from datasets import mnist as digits",
    ],
)
def test_a_bundle_brings_the_loaders_that_the_notebook_imports(toy, line):
    replace(toy.source, "import numpy as np\n", f"import numpy as np\n{line}\n")
    names = set(public_files(toy))
    assert {"datasets/__init__.py", "datasets/mnist.py", "datasets/mnist.md", "datasets/mnist_sample.npz"} <= names
    assert not any("make_mnist" in name for name in names)


def test_a_loader_that_does_not_exist_stops_the_build(toy):
    replace(toy.source, "import numpy as np\n", "import numpy as np\nfrom datasets import nothing\n")
    with pytest.raises(SourceError, match="datasets.nothing, which does not exist"):
        public_files(toy)


def test_a_bundle_brings_what_its_loaders_import_in_turn(toy):
    """The loaders of the clone are the real ones: text8 falls back on another text and both download with the same code."""
    replace(toy.source, "import numpy as np\n", "import numpy as np\nfrom datasets import text8\n")
    names = set(public_files(toy))
    assert {"datasets/text8.py", "datasets/text8.md", "datasets/pydoc_text.py", "datasets/files.py"} <= names
    assert "datasets/batches.py" not in names


def test_files_of_checks_are_released_together_and_bring_their_loaders(toy):
    (toy.solutions / "checks_more.py").write_text('"""Helpers."""\nfrom datasets import mnist\n')
    (toy.solutions / "hidden_checks_more.py").write_text('"""Helpers that nobody sees."""\nSECRET = "a secret of the hidden checks"\n')
    names = set(public_files(toy))
    assert {"checks.py", "checks_more.py", "datasets/mnist.py"} <= names
    assert not any("hidden" in name for name in names)


def lines(path):
    return {line.strip() for line in path.read_text().splitlines() if len(line.strip()) >= 16}


@pytest.mark.parametrize("root", ["toy", "course"])
def test_no_line_of_a_solution_or_a_hidden_check_reaches_a_student(root, toy_clone):
    """Over every assignment of the course, too: neither the bundle nor what is committed holds one."""
    for assignment in all_assignments(toy_clone if root == "toy" else ROOT):
        public, hidden = (set().union(*map(lines, paths)) for paths in (assignment.released_checks, assignment.secret_checks))
        secret = solution_lines(instructor_notebook(assignment)) | {line for line in hidden - public if "import" not in line}
        assert len(secret) > 5
        for name, content in public_files(assignment).items():
            if not name.startswith("datasets/"):  # a loader is no part of an answer, and opens files as everybody does
                text = content.decode()
                given = {line.strip() for line in (json_lines(text) if name.endswith(".ipynb") else text.splitlines())}
                assert not given & secret, name


def json_lines(text):
    return [line for cell in json.loads(text)["cells"] for line in "".join(cell["source"]).splitlines()]


ALONE = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read("averages.ipynb", as_version=4)
client = NotebookClient(notebook, timeout=60, kernel_name="python3")
client.execute()
nbformat.write(notebook, "executed.ipynb")
"""


@pytest.fixture
def unpacked(toy, tmp_path):
    return unpack(bundle(toy), tmp_path / "student") / "averages"


def alone(unpacked, code):
    """Runs code with nothing of ours to import but what the bundle holds."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COURSE"))}
    run = subprocess.run([sys.executable, "-c", code], cwd=unpacked, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_bundle_is_what_is_imported_and_it_needs_no_instructors_half(unpacked):
    out = alone(
        unpacked,
        f"import sys; sys.path = [p for p in sys.path if p != {str(ROOT)!r}]\n"
        "import autograder, autograder.checks; from autograder.checks import check, when_written, measured_at_home\n"
        "print(autograder.__file__); print(sorted(name for name in sys.modules if name.startswith('autograder')))\n"
        "print(sorted({'pandas', 'keras', 'nbformat', 'nbgrader', 'IPython', 'typer'} & set(sys.modules)))",
    ).splitlines()
    assert out[0] == str(unpacked / "autograder" / "__init__.py")
    assert all(name == "'autograder'" or name.startswith("'autograder.checks") for name in out[1].strip("[]").split(", "))
    assert out[2] == "[]"


def test_the_untouched_notebook_runs_from_top_to_bottom_in_the_bundle(unpacked):
    """The clone's editable install is on the kernel's path: the bundle's folder comes first, and is what is used."""
    notebook = json.loads((unpacked / "averages.ipynb").read_text())
    notebook["cells"].append(
        {
            "cell_type": "code",
            "id": "where",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": "import autograder.checks\nprint(autograder.checks.__file__)",
        }
    )
    (unpacked / "averages.ipynb").write_text(json.dumps(notebook))
    alone(unpacked, ALONE)
    executed = {cell["id"]: cell for cell in json.loads((unpacked / "executed.ipynb").read_text())["cells"]}
    outputs = executed["check_mean"]["outputs"]
    assert "not attempted" in "".join(outputs[0]["data"]["text/plain"]) and "<div" in "".join(outputs[0]["data"]["text/html"])
    assert len(outputs) == 1, "the report and nothing else"
    assert "".join(executed["where"]["outputs"][0]["text"]).strip() == str(unpacked / "autograder" / "checks" / "__init__.py")
    waits = [
        out for cell in executed.values() for out in cell.get("outputs", []) if "waits for Task 1: the mean" in "".join(out.get("text", ""))
    ]
    assert len(waits) == 1
    assert not [
        out for cell in executed.values() for out in cell.get("outputs", []) if out.get("name") == "stderr" or out["output_type"] == "error"
    ]


def test_running_leaves_nothing_of_the_checks_beside_the_notebook(unpacked):
    alone(unpacked, ALONE)
    assert sorted(path.name for path in unpacked.iterdir()) == ["README.md", "autograder", "averages.ipynb", "checks.py", "executed.ipynb"]


def test_a_wheel_holds_no_solutions():
    """What is packed is named in pyproject.toml: the engine and the loaders, which know no assignment."""
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    settings_of_jupyter = {"autograder/server_extension.json": "etc/jupyter/jupyter_server_config.d/autograder.json"}
    assert settings == {"targets": {"wheel": {"packages": ["autograder", "datasets"], "shared-data": settings_of_jupyter}}}
    for package in ("autograder", "datasets"):
        for path in (ROOT / package).rglob("*.py"):
            assert "BEGIN SOLUTION" not in path.read_text() or path.name in ("release.py", "verify.py", "source.py"), path
