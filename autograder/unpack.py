"""The first cell of every notebook: where only the notebook was uploaded (Colab, Kaggle), it finds the rest of the bundle."""

import nbformat
from nbformat import NotebookNode

from autograder.source import SCHEMA_VERSION

GRADE_ID = "unpack"
CELL = """# On your own machine this cell does nothing. On Colab, upload {name}.zip beside the notebook; on Kaggle, add it as a dataset.
import importlib.util
import shutil
import zipfile
from pathlib import Path

if importlib.util.find_spec("autograder") is None:
    uploads = [*Path.cwd().glob("*"), *Path("/content").glob("*"), *Path("/kaggle/input").rglob("*")]
    archives = [path for path in uploads if path.name == "{name}.zip"]
    folders = [path for path in uploads if (path / "checks.py").is_file() and (path / "autograder").is_dir()]
    if archives:
        zipfile.ZipFile(archives[0]).extractall("unpacked")
        folders.insert(0, Path("unpacked") / "{name}")
    if not folders:
        raise FileNotFoundError("{name}.zip, which you received with this notebook, is not here: upload it and run this cell again")
    shutil.copytree(folders[0], ".", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.ipynb"))
    importlib.invalidate_caches()
"""
"""Its code; {name} stands for the assignment's name."""


def with_unpacking(notebook: NotebookNode, name: str) -> NotebookNode:
    """Puts the cell before the first cell of code of a new notebook, which is returned.

    Args:
        notebook: the instructor's notebook; changed in place.
        name: the assignment's name.
    """
    cell = nbformat.v4.new_code_cell(CELL.replace("{name}", name).rstrip("\n"), id=GRADE_ID)
    cell.metadata["nbgrader"] = {
        "grade_id": GRADE_ID,
        "grade": False,
        "solution": False,
        "locked": True,
        "schema_version": SCHEMA_VERSION,
        "task": False,
        "cell_type": "code",
    }
    place = next((place for place, other in enumerate(notebook.cells) if other.cell_type == "code"), len(notebook.cells))
    notebook.cells.insert(place, cell)
    return notebook
