"""The source of a notebook: whatever its author gets wrong is an error that names the cell."""

import nbformat
import pytest

from autograder.build import instructor_notebook, notebook_bytes
from autograder.checks.specification import SpecificationError
from autograder.errors import CourseError, SourceError
from autograder.release import make_release

CHECK = '# %% nbgrader={"grade_id": "check_mean", "grade": true}\ncheck("mean")\n'
SOLUTION = '# %% nbgrader={"grade_id": "mean", "solution": true}\n'
WRITTEN = '# %% [markdown] nbgrader={"grade_id": "explain", "grade": true, "solution": true, "points": 3}\n'


@pytest.fixture
def build(toy):
    """Builds the toy with a piece of its source replaced."""

    def builder(*replacements):
        text = toy.source.read_text()
        for old, new in replacements:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        toy.source.write_text(text)
        return instructor_notebook(toy)

    return builder


def cells(notebook):
    return {cell["id"]: cell for cell in notebook.cells}


def test_cells_carry_nbgraders_whole_metadata(build):
    notebook = build()
    found = cells(notebook)
    assert found["mean"].metadata.nbgrader == {
        "grade_id": "mean",
        "grade": False,
        "solution": True,
        "locked": False,
        "schema_version": 3,
        "task": False,
        "cell_type": "code",
    }
    assert found["check_mean"].metadata.nbgrader["points"] == 3 and found["check_mean"].metadata.nbgrader["locked"]
    assert found["setup"].metadata.nbgrader["locked"] and not found["setup"].metadata.nbgrader["grade"]
    assert found["explain"].metadata.nbgrader["points"] == 3 and found["explain"].cell_type == "markdown"
    nbformat.validate(notebook)


def test_ids_are_unique_and_stay_when_other_cells_change(build):
    before = [cell["id"] for cell in build().cells]
    after = [cell["id"] for cell in build(("# A tiny assignment", "# A small assignment")).cells]
    assert len(set(before)) == len(before)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_equal_cells_get_ids_of_their_own(build):
    notebook = build((CHECK, CHECK + "\n# %%\n1 + 1\n\n# %%\n1 + 1\n"))
    assert len(set(cells(notebook))) == len(notebook.cells)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"solution": true}\ndef mean', '"solution": true, "color": 1}\ndef mean', "unknown nbgrader metadata ['color'] (cell mean)"),
        (SOLUTION, SOLUTION.replace("nbgrader", 'tags=["x"] nbgrader'), "unknown cell metadata ['tags'] (cell number 4)"),
        (SOLUTION, "# %% A title\n", "(cell number 4)"),
        (SOLUTION, '# %% nbgrader={"grade_id": "mean", "solution": tru}\n', "cell"),
        (SOLUTION, "# %% nbgrader=5\n", "(cell number 4)"),
        (SOLUTION, '# %% nbgrader={"solution": true}\n', "without a grade_id"),
        (SOLUTION, SOLUTION.replace('"mean"', '"me an"'), "without a grade_id"),
        (SOLUTION, SOLUTION.replace('"mean"', '"mäan"'), "without a grade_id"),
        (SOLUTION, SOLUTION.replace('"mean"', f'"{"m" * 65}"'), "without a grade_id"),
        (SOLUTION, SOLUTION.replace('"mean"', "5"), "without a grade_id"),
        (SOLUTION, SOLUTION.replace("true", '"false"'), "(cell mean)"),
        (SOLUTION, SOLUTION.replace('"mean"', '"median"'), "median"),
        (SOLUTION, "# %%\n", "task mean needs a solution cell"),
        (SOLUTION, SOLUTION.replace("true", 'true, "points": 3'), "(cell mean)"),
        (SOLUTION, SOLUTION.replace("true", 'true, "grade": true, "points": 3'), "mean"),
        (SOLUTION, SOLUTION.replace("%%", "%% [markdown]"), "mean"),
        ('"grade_id": "setup", "locked": true', '"grade_id": "setup", "locked": true, "points": 3', "(cell setup)"),
        ("# %% [markdown]\n# ## Task 1: the mean", "# %% [raw]\n# ## Task 1: the mean", "(cell number 3)"),
        (CHECK, "", "task mean needs a solution cell 'mean' and a check cell 'check_mean'"),
        (CHECK, CHECK + "print(1)\n", 'a check cell holds one line: check("mean") (cell check_mean)'),
        (CHECK, CHECK.replace('("mean")', '("weighted_mean")'), 'a check cell holds one line: check("mean") (cell check_mean)'),
        (CHECK, CHECK.replace("%%", "%% [markdown]"), "check_mean"),
        (CHECK, CHECK + CHECK, "two cells share this grade_id (cell check_mean)"),
        (CHECK, CHECK.replace("true", 'true, "points": 3'), "leave them out (cell check_mean)"),
        (CHECK, CHECK.replace("check_mean", "test_mean"), "must begin with check_ (cell test_mean)"),
        (CHECK, CHECK.replace("check_mean", "check_median"), "median"),
        (CHECK, CHECK.replace('"grade": true', '"locked": true'), "check_mean"),
        (WRITTEN, WRITTEN.replace(', "points": 3', ""), "a written answer needs points (cell explain)"),
        (WRITTEN, WRITTEN.replace("3}", "-1}"), "a written answer needs points (cell explain)"),
        (WRITTEN, WRITTEN.replace("3}", '"3"}'), "a written answer needs points (cell explain)"),
        (WRITTEN, WRITTEN.replace("3}", "NaN}"), "cell explain"),
        (WRITTEN, WRITTEN.replace("3}", "true}"), "a written answer needs points (cell explain)"),
    ],
)
def test_what_is_not_well_formed_is_told_with_its_cell(build, old, new, told):
    with pytest.raises(SourceError) as caught:
        build((old, new))
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_points_that_do_not_add_up_stop_the_build(toy):
    toy.public_checks.write_text(toy.public_checks.read_text().replace("points=3", "points=4"))
    with pytest.raises(SpecificationError, match="task mean is worth 4 points, but its checks add up to 3"):
        instructor_notebook(toy)


def test_a_source_that_is_missing_or_no_text_is_told(toy):
    toy.source.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match="cannot be read"):
        instructor_notebook(toy)
    toy.source.unlink()
    with pytest.raises(CourseError, match="cannot be read"):
        instructor_notebook(toy)


def test_magics_stay_magics(build):
    notebook = build(("import numpy as np\n", "# %matplotlib inline\nimport numpy as np\n"))
    assert cells(notebook)["setup"].source.startswith("%matplotlib inline\n")
    notebook_bytes(make_release(notebook))
