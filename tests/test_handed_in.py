"""What lies in a submission's folder is found without recursion; settings that a program would run as Python stay behind."""

import os
import subprocess
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from autograder.grading.grade import copy_handed_in, digest_of
from autograder.grading.handed_in import MAX_DEPTH, MAX_PATH_BYTES, Kind, is_plain, is_settings, walk
from autograder.grading.preprocessors import keep_plain_files
from autograder.grading.times import handed_in_at

GRADER = SimpleNamespace(digest="all that decides a grade")
SCRIPTED = (
    "a.html",
    "a.xhtm",
    "a.xpdl",
    "a.rdf",
    "a.wsdl",
    "a.atom",
    "a.mml",
    "a.svg",
    "a.XML",
    "a.js",
    "a.pdf",
    "a.swf",
    "a",
    ".html",
    "a.",
)
HARMLESS = (
    "sweep.csv",
    "a.tsv",
    "timestamp.txt",
    "notes.md",
    "a.json",
    "weights.npz",
    "a.npy",
    "a.PNG",
    "a.jpg",
    "a.jpeg",
    "a.gif",
    "own.py",
)


def nest(folder, depth, name="d"):
    """Folders in one another, deeper than a program that calls itself can follow."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("deepest.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


@pytest.fixture
def deep(tmp_path):
    folder = tmp_path / "submission"
    folder.mkdir()
    (folder / "notes.txt").write_text("the student's own")
    nest(folder, 1500)
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)  # pytest's own cleaning recurses


def test_folders_nested_without_end_cost_only_what_lies_in_them(deep, tmp_path):
    (tmp_path / "copy").mkdir()
    notes = copy_handed_in(deep, tmp_path / "copy")
    (note,) = notes
    assert note.startswith("d/d/d/") and note.endswith(f"… lies deeper than {MAX_DEPTH} folders or has too long a path; it was left out")
    assert (tmp_path / "copy" / "notes.txt").read_text() == "the student's own"
    assert len(digest_of(GRADER, deep)) == 64
    os.utime(deep / "notes.txt", (1e9, 1e9))
    assert handed_in_at(deep) == datetime.fromtimestamp(1e9, UTC)


def test_a_path_that_is_too_long_to_be_copied_is_left_out(tmp_path):
    folder = tmp_path / "submission"
    long = "n" * 200
    (folder / "/".join([long] * 6)).mkdir(parents=True)
    found = list(walk(folder))
    assert [kind for _, kind in found] == [Kind.TOO_DEEP]
    assert len(os.fsencode(found[0][0].relative_to(folder))) > MAX_PATH_BYTES
    (tmp_path / "copy").mkdir()
    (note,) = copy_handed_in(folder, tmp_path / "copy")
    assert "too long a path; it was left out" in note and len(note) < 300


def test_files_are_walked_in_the_order_of_their_names_and_links_are_told_apart(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "z.txt").touch()
    (tmp_path / "a.txt").touch()
    (tmp_path / "c").symlink_to(tmp_path / "b", target_is_directory=True)
    os.mkfifo(tmp_path / "d")
    found = [(path.relative_to(tmp_path).as_posix(), kind) for path, kind in walk(tmp_path)]
    assert found == [("a.txt", Kind.FILE), ("b/z.txt", Kind.FILE), ("c", Kind.OTHER), ("d", Kind.OTHER)]
    assert [path.name for path, _ in walk(tmp_path, skip=lambda name: name in "bcd")] == ["a.txt"]


def test_what_cannot_be_read_ends_no_digest(tmp_path, monkeypatch):
    (tmp_path / "notes.txt").write_text("x")
    readable = digest_of(GRADER, tmp_path)

    def refused(*arguments, **options):
        raise PermissionError(13, "Permission denied", str(tmp_path / "notes.txt"))

    monkeypatch.setattr("autograder.grading.grade.open", refused, raising=False)
    assert digest_of(GRADER, tmp_path) != readable


@pytest.mark.parametrize(
    "name",
    ["nbgrader_config.py", "nbgrader_config.json", "NBGrader_Config.PY", "jupyter_config.py", "jupyter_server_config.json"]
    + ["jupyter_server_config.d", "Jupyter_NbConvert_Config.py", "nbgrader_con\ufb01g.py"],
)
def test_settings_are_known_by_their_names_and_stay_behind(name, tmp_path):
    assert is_settings(name)
    folder, copy = tmp_path / "submission", tmp_path / "copy"
    (folder / "plots").mkdir(parents=True)
    copy.mkdir()
    for place in (folder / name, folder / "plots" / name):
        place.write_text("raise SystemExit('the student's configuration ran')")
    (folder / "plots" / "plot.png").touch()
    notes = copy_handed_in(folder, copy)
    assert len(notes) == 2 and all("settings of nbgrader or Jupyter" in note and note.isprintable() for note in notes)
    assert [path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()] == ["plots/plot.png"]


@pytest.mark.parametrize("name", ["config.py", "nbgrader.py", "my_nbgrader_config.txt", "jupyter.md", "notes.txt"])
def test_other_names_are_no_settings(name):
    assert not is_settings(name)


def test_only_plain_data_and_pictures_stay_where_formgrader_serves_them(tmp_path):
    assert [name for name in SCRIPTED if is_plain(name)] == [] and [name for name in HARMLESS if not is_plain(name)] == []
    for name in (*SCRIPTED, *HARMLESS, "averages.ipynb", "nbgrader_config.py", "nbgrader_config.json"):
        (tmp_path / "files").mkdir(exist_ok=True)
        (tmp_path / name).touch()
        (tmp_path / "files" / name).touch()
    (tmp_path / "link.csv").symlink_to(tmp_path / "sweep.csv")
    (tmp_path / "/".join(["d"] * 50)).mkdir(parents=True)
    (tmp_path / "/".join(["d"] * 50) / "a.html").touch()
    keep_plain_files(tmp_path)
    kept = {*HARMLESS, "averages.ipynb"}
    assert {path.name for path in tmp_path.iterdir()} == {*kept, "files", "d"}
    assert not list(tmp_path.rglob("a.html"))
    assert {path.name for path in (tmp_path / "files").iterdir()} == kept
