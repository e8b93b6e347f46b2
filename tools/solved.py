"""Executes all four solved notebooks from nothing, as a student with the right answers would at home. Started by `make solved`.

Each bundle is unpacked into build/solved/NAME, the solution's answers are written into its notebook, and nbclient runs it on the samples:
what takes long and is handed in (sweep.csv, history.csv, weights.npz) is made anew. Every public check must pass.
"""

import io
import os
import re
import shutil
import sys
import time
import zipfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from autograder.assignment import all_assignments
from autograder.build import bundle, instructor_notebook
from autograder.verify import without_markers

CLONE = Path(__file__).resolve().parents[1]
SCORE = re.compile(r"([\d.]+) of ([\d.]+) points?")


def main() -> None:
    """Runs the named assignments' notebooks, or all, and says how long each took and what its checks found."""
    os.chdir(CLONE)
    os.environ.update({"COURSE_DATA": "sample", "TF_CPP_MIN_LOG_LEVEL": "3"})
    wanted = set(sys.argv[1:])
    good = [execute(assignment) for assignment in all_assignments(CLONE) if not wanted or assignment.name in wanted]
    sys.exit(not all(good))


def execute(assignment) -> bool:
    """Runs one notebook; says whether every check passed."""
    folder = Path("build/solved") / assignment.name
    shutil.rmtree(folder, ignore_errors=True)
    zipfile.ZipFile(io.BytesIO(bundle(assignment))).extractall(folder.parent)
    notebook = without_markers(instructor_notebook(assignment))
    begin = time.monotonic()
    problem = ""
    try:
        NotebookClient(notebook, timeout=1200, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    except CellExecutionError as error:
        problem = str(error).strip().splitlines()[-1]
    nbformat.write(notebook, folder / f"{assignment.name}.ipynb")
    checks = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code"]
    lost = [cell["id"] for cell in checks if not is_full(cell)]
    made = sorted(path.name for path in folder.iterdir() if path.suffix in (".csv", ".npz"))
    told = problem or (f"points lost in {', '.join(lost)}" if lost else "every public check passed")
    print(
        f"{assignment.name:<20} {time.monotonic() - begin:5.0f} s  {len(checks)} tasks, {told}; made {', '.join(made) or 'nothing'}",
        flush=True,
    )
    return not problem and not lost


def is_full(cell) -> bool:
    """Whether a check cell's output says that all points were earned."""
    text = "".join(output.get("data", {}).get("text/plain", "") + output.get("text", "") for output in cell.outputs)
    found = SCORE.search(text)
    return found is not None and found.group(1) == found.group(2)


if __name__ == "__main__":
    main()
