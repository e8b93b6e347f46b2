"""Where only the notebook was uploaded, its first cell finds the bundle."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.build import bundle, instructor_notebook

ROOT = Path(__file__).parents[1]
CHECK = "\nimport os, autograder.checks\nprint(os.path.realpath(autograder.checks.__file__), os.path.exists('checks.py'))"


@pytest.fixture
def first_cell(toy, tmp_path):
    """Runs the first cell in an empty folder, with other places for Colab's and Kaggle's; returns what it says."""
    code = next(cell.source for cell in instructor_notebook(toy).cells if cell.cell_type == "code")
    for name in ("content", "kaggle/input", "work"):
        (tmp_path / name).mkdir(parents=True)
        code = code.replace(f'"/{name}"', repr(str(tmp_path / name)))

    def run():
        done = subprocess.run(
            [sys.executable, "-I", "-c", "import sys; sys.path[:0] = ['']\n" + without_ours() + code + CHECK],
            cwd=tmp_path / "work",
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"]},
        )
        return done.stdout + done.stderr

    return run


def without_ours():
    """Hides the engine that is installed here, as on a machine that has nothing of ours."""
    return f"sys.path[:] = [path for path in sys.path if path != {str(ROOT)!r}]\n"


@pytest.mark.parametrize("place", ["work", "content", "kaggle/input"])
def test_the_zip_is_found_and_unpacked(first_cell, toy, tmp_path, place):
    (tmp_path / place / "averages.zip").write_bytes(bundle(toy))
    said = first_cell()
    assert str(tmp_path / "work" / "autograder") in said and said.strip().endswith("True")
    assert not list((tmp_path / "work").glob("*.ipynb")), "the notebook that is open is not written over"


def test_a_folder_that_kaggle_unpacked_is_found(first_cell, toy, tmp_path):
    zipfile.ZipFile(io.BytesIO(bundle(toy))).extractall(tmp_path / "kaggle" / "input" / "my-upload")
    assert first_cell().strip().endswith("True")


def test_without_the_zip_it_says_what_to_do(first_cell):
    assert "averages.zip, which you received with this notebook, is not here: upload it" in first_cell()


def test_where_the_engine_is_there_nothing_is_touched(toy, tmp_path):
    code = next(cell.source for cell in instructor_notebook(toy).cells if cell.cell_type == "code")
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert list(tmp_path.iterdir()) == [tmp_path / "clone"]
