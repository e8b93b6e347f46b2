"""Whatever is handed in becomes a notebook that is fit to be run, or a clear line."""

import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters import markdown2html

from autograder.build import instructor_notebook, notebook_bytes
from autograder.errors import SubmissionError
from autograder.grading.submission import read_submission, restore, untouched
from autograder.release import make_release


@pytest.fixture
def released(toy):
    return make_release(instructor_notebook(toy))


@pytest.fixture
def answered(released):
    """The release with an answer to the first task."""
    notebook = nbformat.from_dict(released)
    cell(notebook, "mean").source = "def mean(numbers):\n    return 2"
    return notebook


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell["id"] == name)


def ids(notebook):
    return [cell["id"] for cell in notebook.cells]


@pytest.mark.parametrize("kind", ["code", "markdown", "raw", "of a kind that there is not"])
def test_a_restored_cell_is_bare_as_nbformat_makes_one(released, kind):
    handed_in = {
        "id": "mine",
        "cell_type": kind,
        "source": "x = 1",
        "metadata": {"tags": ["theirs"]},
        "outputs": [{"text": "2"}],
        "strange": 1,
    }
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}.get(kind, nbformat.v4.new_raw_cell)
    restored, _ = restore(nbformat.from_dict({**released, "cells": [*released.cells, handed_in]}), released)
    assert restored.cells[-1] == make("x = 1", id=restored.cells[-1]["id"])
    nbformat.validate(restored)


def test_an_untouched_notebook_stays_as_it_is(released):
    restored, notes = restore(released, released)
    assert [c.source for c in restored.cells] == [c.source for c in released.cells]
    assert notes == ()


def test_answers_are_kept_and_locked_cells_put_back(answered, released):
    cell(answered, "check_mean").source = "print('all is well')"
    restored, notes = restore(answered, released)
    assert cell(restored, "mean").source == "def mean(numbers):\n    return 2"
    assert cell(restored, "check_mean").source == 'check("mean")'
    assert notes == ("cell check_mean was changed; it was put back as it was released",)


def test_deleted_cells_are_put_back_in_their_places(answered, released):
    answered.cells = [c for c in answered.cells if c["id"] not in ("check_mean", "weighted_mean")]
    restored, notes = restore(answered, released)
    assert ids(restored) == ids(released)
    assert cell(restored, "weighted_mean").source == cell(released, "weighted_mean").source
    assert len(notes) == 2 and all("was missing" in note for note in notes)


def test_reordered_cells_are_put_back_in_order(answered, released):
    answered.cells = answered.cells[::-1]
    restored, notes = restore(answered, released)
    assert ids(restored) == ids(released)
    assert cell(restored, "mean").source == "def mean(numbers):\n    return 2"
    assert "in another order" in notes[0]


def test_of_doubled_cells_the_first_counts(answered, released):
    double = nbformat.from_dict(cell(answered, "mean"))
    double.source = "def mean(numbers):\n    return 3"
    answered.cells.append(double)
    restored, notes = restore(answered, released)
    assert ids(restored).count("mean") == 1
    assert "return 2" in cell(restored, "mean").source
    assert notes == ("cell mean stands more than once; the first counts",)


def test_a_students_own_cells_stay_where_they_were(answered, released):
    place = ids(answered).index("mean")
    answered.cells.insert(place, nbformat.v4.new_code_cell("helper = 1"))
    restored, notes = restore(answered, released)
    place = next(number for number, c in enumerate(restored.cells) if c.source == "helper = 1")
    assert restored.cells[place + 1]["id"] == "mean"
    assert notes == ()


def test_a_changed_plain_cell_keeps_the_students_text(answered, released):
    plain = next(c for c in answered.cells if "when_written()" in c.source and "import" not in c.source)
    plain.source = "print('my own words')"
    restored, _ = restore(answered, released)
    assert [c.source for c in restored.cells].count("print('my own words')") == 1
    assert not any("the mean of 1, 2, 6" in c.source for c in restored.cells)


def test_a_notebook_without_cell_ids_gets_no_cell_twice(answered, released):
    for c in answered.cells:
        c["id"] = ""
    restored, notes = restore(answered, released)
    assert ids(restored) == ids(released)
    assert notes == ()


def test_metadata_of_the_students_does_not_come_along(answered, released):
    cell(answered, "check_mean").metadata["nbgrader"]["points"] = 1000
    cell(answered, "mean").metadata["nbgrader"]["grade"] = True
    answered.metadata["kernelspec"] = {"name": "julia", "display_name": "Julia", "language": "julia"}
    restored, _ = restore(answered, released)
    assert cell(restored, "check_mean").metadata == cell(released, "check_mean").metadata
    assert cell(restored, "mean").metadata == cell(released, "mean").metadata
    assert restored.metadata.kernelspec.name == "python3"


@given(st.permutations(range(10)), st.sets(st.integers(0, 9)), st.lists(st.integers(0, 9), max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_shuffling_dropping_and_doubling_gives_every_released_cell_once(order, dropped, doubled):
    released = RELEASED
    cells = [released.cells[place % len(released.cells)] for place in order if place not in dropped]
    cells += [released.cells[place % len(released.cells)] for place in doubled]
    restored, _ = restore(nbformat.from_dict({**released, "cells": cells}), released)
    assert ids(restored) == ids(released)


def handed_in(folder, content):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "averages.ipynb").write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return folder


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{hello", "its text is not JSON"),
        (b"\xff\xfe\x00", "its text is not JSON"),
        (b"", "its text is not JSON"),
        (b"[" * 100_000, "its text is not JSON"),
        ([1, 2], "JSON, but not a notebook"),
        ({"cells": []}, "JSON, but not a notebook"),
        ({"nbformat": 3, "worksheets": []}, "not a notebook of format 4"),
        ({"nbformat": 4, "cells": {"a": 1}}, "not a notebook of format 4"),
        ({"nbformat": 4, "cells": ["text"]}, "not a notebook of format 4"),
        ({"nbformat": 4, "cells": [{}] * 2001}, "has 2,001 cells"),
    ],
)
def test_what_is_no_notebook_is_told_in_one_line(tmp_path, released, content, told):
    with pytest.raises(SubmissionError, match=told) as error:
        read_submission(handed_in(tmp_path, content), "averages", released)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "strange",
    [
        {},
        {"cell_type": "code", "source": ["a = 1\n", 7, None]},
        {"cell_type": "code", "source": 12, "metadata": []},
        {"cell_type": "code", "metadata": {"nbgrader": "yes"}},
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": ["mean"]}}},
        {"cell_type": "teapot", "source": "x", "id": 5},
        {"cell_type": "code", "source": "a = 1", "outputs": "none", "execution_count": "many"},
    ],
)
def test_strange_cells_do_not_stop_the_rest(tmp_path, released, strange):
    content = json.loads(notebook_bytes(released))
    content["cells"].insert(2, strange)
    submission = read_submission(handed_in(tmp_path, content), "averages", released)
    nbformat.validate(submission.notebook)
    assert set(ids(released)) <= set(ids(submission.notebook))


@pytest.mark.parametrize(
    ("written", "stays"),
    [
        ("![plot](plot.png)", True),
        ("![](figures/loss_curve.jpg)", True),
        ("![x](https://example.org/who-looks.png)", False),
        ("![x](//example.org/who-looks.png)", False),
        (r"![x](\/\/example.org/who-looks.png)", False),
        ("![x]( https://example.org/a.png)", False),
        ("![x][far]\n\n[far]: https://example.org/a.png", False),
        ("![x[y](z.png)](https://example.org/a.png)", False),
        ("![x](data:image/svg+xml;base64,AAAA)", False),
        ("![x](/api/status.png)", False),
    ],
)
def test_a_picture_from_elsewhere_is_not_fetched_by_who_reads_the_answer(tmp_path, released, written, stays):
    content = json.loads(notebook_bytes(released))
    next(c for c in content["cells"] if c["id"] == "explain")["source"] = written
    restored = cell(read_submission(handed_in(tmp_path, content), "averages", released).notebook, "explain")
    assert restored.source.replace("\u200b", "") == written
    assert "<img" in markdown2html(written)
    assert ("<img" in markdown2html(restored.source)) == stays


def test_a_written_answer_keeps_its_words_and_pictures_but_no_markup(tmp_path, released):
    content = json.loads(notebook_bytes(released))
    answer = next(c for c in content["cells"] if c["id"] == "explain")
    written = "If $a < b$: <b>bold</b> &lt; [x](JavaScript:f) ![](attachment:a.png) ![](attachment:b.svg) ![](attachment:c)"
    answer["source"] = written
    answer["attachments"] = {"a.png": {"image/png": "iVBORw0="}, "b.svg": {"image/svg+xml": "<svg onload='f()'>"}}
    restored = cell(read_submission(handed_in(tmp_path, content), "averages", released).notebook, "explain")
    assert restored.source.replace("\u200b", "") == written
    assert "![](attachment:a.png)" in restored.source and restored.attachments == {"a.png": {"image/png": "iVBORw0="}}
    for markup in ("<b>", "</b>", "&lt;", "JavaScript:", "attachment:b.svg", "attachment:c"):
        assert markup not in restored.source


def test_half_characters_in_a_notebook_can_be_written(tmp_path, released):
    content = json.loads(notebook_bytes(released))
    next(c for c in content["cells"] if c["id"] == "mean")["source"] = "x = '\ud800 é'"
    submission = read_submission(handed_in(tmp_path, content), "averages", released)
    assert cell(submission.notebook, "mean").source == "x = '? é'"
    notebook_bytes(submission.notebook)


def test_outputs_of_many_megabytes_are_dropped(tmp_path, answered, released):
    content = json.loads(notebook_bytes(answered))
    huge = [{"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}]
    next(c for c in content["cells"] if c["id"] == "mean")["outputs"] = huge
    submission = read_submission(handed_in(tmp_path, content), "averages", released)
    assert len(notebook_bytes(submission.notebook)) < 20_000


def test_one_notebook_of_another_name_is_taken(tmp_path, answered, released):
    (tmp_path / "averages (1).ipynb").write_bytes(notebook_bytes(answered))
    submission = read_submission(tmp_path, "averages", released)
    assert "return 2" in cell(submission.notebook, "mean").source
    assert submission.notes == ("the notebook is called averages (1).ipynb, not averages.ipynb",)


def test_no_notebook_and_several_are_told(tmp_path, answered, released):
    with pytest.raises(SubmissionError, match="no notebook averages.ipynb; none is there"):
        read_submission(tmp_path, "averages", released)
    for name in ("a.ipynb", "b.ipynb"):
        (tmp_path / name).write_bytes(notebook_bytes(answered))
    with pytest.raises(SubmissionError, match="these are there: a.ipynb, b.ipynb"):
        read_submission(tmp_path, "averages", released)


def test_a_link_in_the_notebooks_place_is_not_followed(tmp_path, answered, released):
    (tmp_path / "other").write_bytes(notebook_bytes(answered))
    (tmp_path / "averages.ipynb").symlink_to(tmp_path / "other")
    with pytest.raises(SubmissionError, match="is a link"):
        read_submission(tmp_path, "averages", released)


def test_the_stand_in_for_an_unreadable_notebook_is_the_release(released):
    assert ids(untouched(released)) == ids(released)


RELEASED = nbformat.from_dict(
    {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": "code", "id": f"cell-{place}", "source": f"{place}", "metadata": metadata, "outputs": [], "execution_count": None}
            for place, metadata in enumerate(
                [
                    {},
                    {"nbgrader": {"grade_id": "cell-1", "locked": True}},
                    {"nbgrader": {"grade_id": "cell-2", "solution": True, "locked": False}},
                ]
                * 3
            )
        ],
    }
)
for place, released_cell in enumerate(RELEASED.cells):
    if "nbgrader" in released_cell.metadata:
        released_cell.metadata.nbgrader.grade_id = f"cell-{place}"
