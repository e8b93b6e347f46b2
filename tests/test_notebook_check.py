"""check() as a student meets it: in a notebook's own kernel, in nbgrader's Validate button, and when something is missing."""

import io
import json
import os
import subprocess
import sys
import textwrap
import zipfile
from io import StringIO

import nbformat
import numpy as np
import pandas
import pytest
from nbgrader.validator import Validator

from autograder.build import instructor_notebook, public_files
from autograder.checks.at_home import measured_at_home, trained_at_home, when_written
from autograder.checks.notebook import Points
from autograder.verify import without_markers

RIGHT = "def mean(numbers):\n    return sum(numbers) / len(numbers)"
WRONG = "def mean(numbers):\n    return sum(numbers)"

SHELL = """
import json, os, sys
os.environ["PYTHONHASHSEED"] = "0"
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
told = []
for cell in json.loads(sys.stdin.read()):
    with capture_output() as captured:
        result = shell.run_cell(cell)
    bundle = None if result.result is None else shell.display_formatter.format(result.result)[0]
    told.append({
        "shown": [output.data for output in captured.outputs], "printed": captured.stdout, "errors": captured.stderr,
        "result": None if result.result is None else [type(result.result).__name__, float(result.result), bundle],
        "error": None if result.success else type(result.error_before_exec or result.error_in_exec).__name__,
    })
open(sys.argv[1], "w").write(json.dumps(told))
"""


@pytest.fixture
def run(toy, tmp_path):
    """Runs cells in a real IPython shell in the released folder; tells what each one showed."""
    folder = tmp_path / "student"
    for name, content in public_files(toy).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    def runner(*cells, **variables):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COURSE")}
        environment |= {"IPYTHONDIR": str(tmp_path)} | variables
        told = tmp_path / "told.json"
        done = subprocess.run(
            [sys.executable, "-c", SHELL, str(told)],
            input=json.dumps(cells), cwd=folder, env=environment, text=True, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(told.read_text())

    runner.folder = folder
    return runner


SETUP = "from autograder.checks import check, when_written"


def test_check_shows_its_report_and_nothing_else(run):
    shown = run(SETUP, RIGHT, 'check("mean")', WRONG, 'check("mean")', 'check("weighted_mean")')
    assert [cell["result"] for cell in shown] == [None] * 6


def test_check_returns_the_points_where_the_validate_button_runs_it_and_something_is_left(run):
    cells = (SETUP, RIGHT, 'check("mean")', WRONG, 'check("mean")', "import numpy", 'check("weighted_mean")')
    _, _, right, _, wrong, _, other = run(*cells, NBGRADER_EXECUTION="validate")
    assert right["result"] is None and right["error"] is None
    [shown] = right["shown"]
    assert shown["text/plain"].startswith("Task 1: the mean: passed, 1 of 1 point\n  ✓ gives the mean of two numbers (1 of 1 point)\n")
    assert shown["text/plain"].endswith("2 more points to come when the assignment is graded, on other inputs.")
    assert 'data-outcome="passed"' in shown["text/html"] and "hidden" not in shown["text/html"]
    [shown] = wrong["shown"]
    assert (
        "✗ gives the mean of two numbers (0 of 1 point)\n      mean([1.0, 3.0]) is not right\n      expected: 2\n      got: 4\n"
        in shown["text/plain"]
    )
    assert "this is the sum: divide by how many there are" in shown["text/html"]
    kind, points, bundle = wrong["result"]
    assert (kind, points) == ("Points", 0) and bundle == {"text/plain": "0.0"}
    assert "not attempted" in other["shown"][0]["text/plain"] and "defines no weighted_mean" in other["shown"][0]["text/plain"]
    assert not any(cell["errors"] for cell in (right, wrong, other)) and not right["printed"]


def test_check_keeps_what_is_logged_out_of_the_notebook(run):
    noisy = "import os, sys\ndef mean(numbers):\n    print('p'); print('e', file=sys.stderr); os.write(2, b'log')\n    return sum(numbers) / len(numbers)"  # noqa: E501
    told = run(SETUP, noisy, 'check("mean")')[-1]
    assert told["result"] is None and not told["errors"] and not told["printed"]


def test_a_task_that_does_not_exist_and_missing_checks_are_one_clear_line(run):
    told = run(SETUP, 'check("median")')[-1]
    text = told["printed"] + told["errors"]
    assert told["error"] == "SpecificationError" and "there is no task 'median' here; the tasks are mean, weighted_mean" in text
    assert len(text.strip().splitlines()) == 1
    (run.folder / "checks.py").unlink()
    told = run(SETUP, 'check("mean")')[-1]
    text = told["printed"] + told["errors"]
    assert "checks.py is not in this notebook's folder" in text and "unpack the whole assignment" in text
    assert len(text.strip().splitlines()) == 1


def test_a_failed_check_without_points_is_no_pass(run):
    checks = run.folder / "checks.py"
    checks.write_text(checks.read_text().replace('task="mean", points=1', 'task="mean", points=0'))
    assert run(SETUP, WRONG, 'check("mean")', NBGRADER_EXECUTION="validate")[-1]["result"][:2] == ["Points", 0]


def test_check_outside_a_notebook_says_so(run):
    done = subprocess.run([sys.executable, "-c", f"{SETUP}\ncheck('mean')"], cwd=run.folder, capture_output=True, text=True, check=False)
    assert "check() is called from a notebook" in done.stderr


@pytest.mark.parametrize("value", [0, 0.5, 3, 1e-9, 1 / 3])
def test_points_are_read_as_the_number_they_are(value):
    assert float(Points(value)._repr_mimebundle_()["text/plain"]) == value


# nbgrader's Validate button


@pytest.fixture
def validate(run, toy, monkeypatch):
    """What nbgrader's validator prints of the released notebook with these cells in it."""

    def validator(**cells):
        path = run.folder / "averages.ipynb"
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.source = cells.get(cell["id"], cell.source)
        nbformat.write(notebook, path)
        monkeypatch.chdir(run.folder)
        button = Validator()
        button.stream = StringIO()
        button.validate_and_print(str(path))
        return button.stream.getvalue()

    validator.solved = {cell["id"]: cell.source for cell in without_markers(instructor_notebook(toy)).cells}
    return validator


def test_validate_is_happy_with_right_answers(validate):
    assert "Success" in validate(**validate.solved)


def test_validate_names_the_cell_that_is_wrong(validate):
    said = validate(**{**validate.solved, "mean": WRONG})
    assert "Success" not in said and 'check("mean")' in said and 'check("weighted_mean")' not in said


def test_validate_is_not_happy_with_an_untouched_notebook(validate):
    said = validate()
    assert "Success" not in said and 'check("mean")' in said and 'check("weighted_mean")' in said


# cells that wait


def test_a_cell_waits_for_its_task(capsys):
    with when_written():
        raise NotImplementedError("Task 1: the mean")
    assert capsys.readouterr().out == "This cell waits for Task 1: the mean.\n"


def test_a_stub_without_a_name_still_makes_a_sentence(capsys):
    with when_written():
        raise NotImplementedError
    assert capsys.readouterr().out == "This cell waits for code of yours.\n"


def test_other_errors_are_not_hidden():
    with pytest.raises(ZeroDivisionError), when_written():
        1 / 0
    with pytest.raises(NotImplementedError, match="float16"), when_written():
        pandas.Index(np.zeros(1, dtype=np.float16))  # a library's own, no stub


# tables measured at home


TABLE = pandas.DataFrame(
    {
        "units": [16, 32],
        "rate": [0.1, 1e-3],
        "accuracy": [1 / 3, float("nan")],
        "status": ["finished", 'out of memory, "really"\nß'],
        "fine": [True, False],
    }
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COURSE_GRADING", raising=False)
    return tmp_path


def never():
    raise AssertionError("measured although there is a file")


def test_a_table_is_made_once_and_read_back_equal(here, capsys):
    made = measured_at_home("sweep.csv", lambda: TABLE)
    pandas.testing.assert_frame_equal(made, TABLE)
    assert [path.name for path in here.iterdir()] == ["sweep.csv"]
    pandas.testing.assert_frame_equal(measured_at_home("sweep.csv", never), TABLE)
    out = capsys.readouterr().out
    assert "Saved to sweep.csv" in out and "Read from sweep.csv" in out and "Delete that file" in out


def test_the_index_of_a_table_is_not_lost(here):
    table = pandas.DataFrame({"accuracy": [0.5, 0.9]}, index=pandas.Index([16, 32], name="units"))
    made = measured_at_home("sweep.csv", lambda: table)
    assert made["units"].tolist() == [16, 32] and made["accuracy"].tolist() == [0.5, 0.9]


def test_a_table_waits_for_its_task(here, capsys):
    def stub():
        raise NotImplementedError("Task 6: sweep")

    assert measured_at_home("sweep.csv", stub) is None
    assert "This cell waits for Task 6: sweep." in capsys.readouterr().out and not list(here.iterdir())


@pytest.mark.parametrize(
    "made", [None, [1, 2], {"a": 1}, pandas.Series([1]), pandas.DataFrame(), pandas.DataFrame({"x": []}), pandas.DataFrame(index=[1])]
)
def test_what_is_no_table_is_not_saved(here, capsys, made):
    assert measured_at_home("sweep.csv", lambda: made) is None
    assert "Nothing was saved to sweep.csv" in capsys.readouterr().out and not list(here.iterdir())


def test_when_graded_nothing_is_measured(here, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_GRADING", "1")
    assert measured_at_home("sweep.csv", never) is None
    assert "was not handed in" in capsys.readouterr().out
    TABLE.to_csv("sweep.csv", index=False)
    pandas.testing.assert_frame_equal(measured_at_home("sweep.csv", never), TABLE)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\x00bad", b'a,b\n"1', b"a\n1,2\n1,2,3\n"])
def test_a_file_that_is_no_table_is_told_and_not_used(here, capsys, content):
    (here / "sweep.csv").write_bytes(content)
    assert measured_at_home("sweep.csv", never) is None
    out = capsys.readouterr().out
    assert "sweep.csv" in out and "is no table" in out and "Delete" in out
    assert (here / "sweep.csv").read_bytes() == content


def test_a_kill_while_saving_leaves_no_half_a_file(here):
    """The process ends in the middle of writing: what it had is no file of that name."""
    code = textwrap.dedent(
        """
        import os, pandas
        from autograder.checks import measured_at_home
        class Deadly:
            def __str__(self): os._exit(9)
            __repr__ = __str__
        measured_at_home("sweep.csv", lambda: pandas.DataFrame({"x": ["row"] * 5000 + [Deadly()]}))
        """
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert not (here / "sweep.csv").exists()
    assert measured_at_home("sweep.csv", lambda: TABLE) is not None


def test_a_failed_save_leaves_nothing(here, monkeypatch):
    class Bad:
        def __str__(self):
            raise ValueError("no text")

    with pytest.raises(ValueError, match="no text"):
        measured_at_home("sweep.csv", lambda: pandas.DataFrame({"x": [Bad()]}))
    assert not list(here.iterdir())


WEIGHTS = {"kernel": np.arange(6, dtype=np.float32).reshape(2, 3), "bias": np.zeros(3)}


def test_weights_are_trained_once_and_read_back_equal(here, capsys):
    made = trained_at_home("weights.npz", lambda: WEIGHTS)
    assert made.keys() == WEIGHTS.keys() and all(np.array_equal(made[name], WEIGHTS[name]) for name in WEIGHTS)
    assert made["kernel"].dtype == np.float32 and [path.name for path in here.iterdir()] == ["weights.npz"]
    assert trained_at_home("weights.npz", never).keys() == WEIGHTS.keys()
    out = capsys.readouterr().out
    assert "Saved to weights.npz" in out and "Read from weights.npz" in out


@pytest.mark.parametrize("made", [None, {}, [1.0], {"a": "text"}, {1: np.zeros(2)}, {"a": np.array([object()])}])
def test_what_is_no_dict_of_arrays_is_not_saved(here, capsys, made):
    assert trained_at_home("weights.npz", lambda: made) is None
    assert "Nothing was saved to weights.npz" in capsys.readouterr().out and not list(here.iterdir())


def test_when_graded_nothing_is_trained(here, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_GRADING", "1")
    assert trained_at_home("weights.npz", never) is None
    assert "was not handed in" in capsys.readouterr().out


def bad_files():
    """Files that are no weights: no archive, a cut one, one that unpickling would run, texts, one that unpacks to very much."""
    whole, pickled, texts, bomb = io.BytesIO(), io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.savez(whole, **WEIGHTS)
    np.savez(pickled, a=np.array([{"an": "object"}]))
    np.savez(texts, a=np.array(["text"]))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.npy", "w") as member:
        for _ in range(300):
            member.write(bytes(1 << 20))
    return [b"", b"no archive", whole.getvalue()[:-40], pickled.getvalue(), texts.getvalue(), bomb.getvalue()]


@pytest.mark.parametrize("content", bad_files(), ids=["empty", "text", "cut", "pickled", "texts", "bomb"])
def test_a_file_that_holds_no_weights_is_told_and_not_used(here, capsys, content):
    (here / "weights.npz").write_bytes(content)
    assert trained_at_home("weights.npz", never) is None
    assert "is no file of weights" in capsys.readouterr().out
