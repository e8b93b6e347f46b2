"""What learning platforms and folders hold becomes submissions; what is hostile is refused in one line each, and nothing is lost."""

import gzip
import io
import json
import os
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from traitlets.config import Config

from autograder.collecting.collect import collect, parse_mapping
from autograder.collecting.entries import ArchiveLimits, Refused, safe_parts
from autograder.collecting.names import is_copy_of, platform_name, student_id, without_attempt
from autograder.collecting.own_rule import own_rule
from autograder.errors import CourseError
from autograder.grading.classroom import Classroom, sole_writer
from autograder.grading.times import handed_in_at

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
MONDAY, TUESDAY = (2026, 3, 2, 12, 0, 0), (2026, 3, 3, 12, 0, 0)
CANVAS = "lovelaceada_12345_67890_"
PROGRAMS = Path(sys.executable).parent
SMALL = ArchiveLimits(
    entry_bytes=200_000, archive_bytes=400_000, total_bytes=1 << 20, entries=20, total_entries=40, ratio=50, ratio_from=100_000
)


@pytest.fixture
def classroom(toy, tmp_path):
    """A course folder of one assignment that asks for sweep.csv beside its notebook."""
    toy.handed_in.mkdir()
    (toy.handed_in / "sweep.csv").write_text("units\n")
    (tmp_path / "course").mkdir()
    return Classroom(tmp_path / "course", toy)


@pytest.fixture
def download(tmp_path):
    """Makes a zip: contents by name, all of one time."""

    def make(contents, when=MONDAY, name="download.zip"):
        path = tmp_path / name
        path.write_bytes(zipped(contents, when))
        return path

    return make


def zipped(contents, when=MONDAY):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, when), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def tarred(contents, mode="w:gz"):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), 1_700_000_000
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def lay_out(folder, contents):
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def submitted(classroom):
    """What stands in the course: bytes by STUDENT/FILE, time stamps left out."""
    root = classroom.course / "submitted"
    paths = [path for path in sorted(root.rglob("*")) if path.is_file() and path.name != "timestamp.txt"]
    return {f"{path.relative_to(root).parts[0]}/{'/'.join(path.relative_to(root).parts[2:])}": path.read_bytes() for path in paths}


def names(classroom):
    return sorted(submitted(classroom))


def stamp(classroom, student):
    return (classroom.submitted(student) / "timestamp.txt").read_text().strip()


# how platforms, browsers and people name things


@pytest.mark.parametrize(
    ("part", "name", "number", "file", "late"),
    [
        ("lovelaceada_12345_67890_averages.ipynb", "lovelaceada", "12345", "averages.ipynb", False),
        ("lovelaceada_LATE_12345_67890_averages-1.ipynb", "lovelaceada", "12345", "averages-1.ipynb", True),
        ("lovelaceada_1_2_run_3_4.csv", "lovelaceada", "1", "run_3_4.csv", False),
        ("Ada Lovelace_123456_assignsubmission_file_", "Ada Lovelace", "123456", "", False),
        ("Ada Lovelace_123456_assignsubmission_file", "Ada Lovelace", "123456", "", False),
        ("Ada K_ Lovelace_123456_assignsubmission_file_my_work.ipynb", "Ada K_ Lovelace", "123456", "my_work.ipynb", False),
    ],
)
def test_platforms_names_are_told(part, name, number, file, late):
    told = platform_name(part)
    assert (told.name, told.number, told.file, told.late) == (name, number, file, late)


@pytest.mark.parametrize("part", ["averages.ipynb", "ada", "run_16_x.csv", "1_2_3"])
def test_other_names_are_no_platforms(part):
    assert platform_name(part) is None


@pytest.mark.parametrize(
    "file",
    [
        "averages.ipynb",
        "averages (1).ipynb",
        "averages(2).ipynb",
        "averages-1.ipynb",
        "averages_2.ipynb",
        "Copy of averages.ipynb",
        "Copy of Copy of averages (1).ipynb",
        "averages-Copy1.ipynb",
        "averages - Copy.ipynb",
        "AVERAGES.ipynb",
        "averages.IPYNB",
    ],
)
def test_copies_of_the_notebook_are_known(file):
    assert is_copy_of(file, "averages")


@pytest.mark.parametrize("file", ["ada.ipynb", "averages", "averages.csv", "my averages.ipynb", "averages.ipynb.txt", "Copy of .ipynb"])
def test_other_notebooks_are_no_copies(file):
    assert not is_copy_of(file, "averages")


def test_only_expected_names_lose_their_number():
    assert without_attempt("averages-2.ipynb", {"averages.ipynb"}) == ("averages.ipynb", 2)
    assert without_attempt("weights-2.npz", {"averages.ipynb"}) == ("weights-2.npz", 0)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Ada Lovelace", "Ada_Lovelace"),
        ("ada+eve/../x", "ada_eve_.._x"),
        ("..", ""),
        ("-rf", "rf"),
        ("Zoë O'Brien", "Zoë_O_Brien"),
        ("李 明", "李_明"),
        ("ada@uni.edu", "ada@uni.edu"),
        ("a\x1b[31m\u202eb", "a_31m_b"),
        ("x" * 500, "x" * 100),
    ],
)
def test_students_ids_fit_nbgraders_folders(name, made):
    assert student_id(name) == made


@given(st.text(max_size=300))
def test_any_name_makes_an_id_that_is_one_folder(name):
    made = student_id(name)
    assert made == student_id(made)
    assert "+" not in made and "/" not in made and "\\" not in made and made not in (".", "..") and len(made.encode()) <= 100


# downloads


def test_a_canvas_download_is_collected(classroom, download):
    source = download(
        {
            f"{CANVAS}averages.ipynb": NOTEBOOK,
            "lovelaceada_12345_67891_sweep.csv": b"1",
            "pascalblaise_LATE_23456_67892_averages-1.ipynb": NOTEBOOK + b" ",
            "pascalblaise_LATE_23456_67893_sweep-1.csv": b"2",
            "gausscarl_34567_67894_my homework.ipynb": NOTEBOOK,
        }
    )
    done = collect(classroom, [source])
    assert submitted(classroom) == {
        "gausscarl/averages.ipynb": NOTEBOOK,
        "lovelaceada/averages.ipynb": NOTEBOOK,
        "lovelaceada/sweep.csv": b"1",
        "pascalblaise/averages.ipynb": NOTEBOOK + b" ",
        "pascalblaise/sweep.csv": b"2",
    }
    assert [(row.student, row.note) for row in done.rows] == [
        ("gausscarl", "new; renamed"),
        ("lovelaceada", "new"),
        ("pascalblaise", "new; handed in for the 2nd time; late, says Canvas"),
    ]
    assert done.left_out == ()
    assert done.rows[0].file == "gausscarl_34567_67894_my homework.ipynb" and done.rows[0].source == "download.zip"


@pytest.mark.parametrize("flat", [True, False], ids=["flat", "in folders"])
def test_a_moodle_download_is_collected(classroom, download, flat):
    between = "" if flat else "/"
    source = download(
        {
            f"Ada Lovelace_111_assignsubmission_file_{between}averages.ipynb": NOTEBOOK,
            f"Ada Lovelace_111_assignsubmission_file_{between}sweep.csv": b"1",
            f"Zoë O'Brien_222_assignsubmission_file_{between}Copy of averages.ipynb": NOTEBOOK,
            "Ada Lovelace_111_assignsubmission_onlinetext_/onlinetext.html": b"<p>hello</p>",
        }
    )
    done = collect(classroom, [source])
    assert names(classroom) == ["Ada_Lovelace/averages.ipynb", "Ada_Lovelace/sweep.csv", "Zoë_O_Brien/averages.ipynb"]
    assert [row.note for row in done.rows] == ["new", "new; renamed"]


@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar.gz"])
def test_an_archive_that_a_student_handed_in_is_opened(classroom, download, pack):
    ending = "zip" if pack is zipped else "tar.gz"
    work = pack({"work/averages.ipynb": NOTEBOOK, "work/sweep.csv": b"1", "work/plots/a.png": b"png", "__MACOSX/work/._x": b""})
    source = download({f"{CANVAS}work.{ending}": work, f"Kim Lee_1_assignsubmission_file_/all.{ending}": work})
    done = collect(classroom, [source])
    own = ["averages.ipynb", "plots/a.png", "sweep.csv"]
    assert names(classroom) == [f"{student}/{file}" for student in ("Kim_Lee", "lovelaceada") for file in own]
    assert done.left_out == ()


def test_folders_one_a_student_and_flat_notebooks(classroom, tmp_path):
    lay_out(tmp_path / "class", {"ada/averages.ipynb": NOTEBOOK, "ada/sweep.csv": b"1", "ben/averages/averages (1).ipynb": NOTEBOOK})
    lay_out(tmp_path / "flat", {"cy.ipynb": NOTEBOOK, "dot.ipynb": NOTEBOOK, "eve.zip": zipped({"averages.ipynb": NOTEBOOK})})
    lay_out(tmp_path / "flo", {"averages.ipynb": NOTEBOOK, "sweep.csv": b"2"})
    collect(classroom, [tmp_path / "class", tmp_path / "flat", tmp_path / "flo"])
    found = ["ada/averages.ipynb", "ada/sweep.csv", "ben/averages.ipynb", "cy/averages.ipynb", "dot/averages.ipynb", "eve/averages.ipynb"]
    assert names(classroom) == [*found, "flo/averages.ipynb", "flo/sweep.csv"]


@pytest.mark.parametrize("wrapped", ["class", "a/b"])
def test_a_folder_around_the_students_folders_is_no_student(classroom, download, wrapped):
    contents = {"ada/averages.ipynb": NOTEBOOK, "ben/averages.ipynb": NOTEBOOK, f"{CANVAS}x.ipynb": NOTEBOOK}
    collect(classroom, [download({f"{wrapped}/{name}": content for name, content in contents.items()})])
    assert names(classroom) == ["ada/averages.ipynb", "ben/averages.ipynb", "lovelaceada/averages.ipynb"]


def test_a_students_own_file_that_looks_like_canvas_is_no_student(classroom, tmp_path):
    lay_out(tmp_path / "in", {"ada/averages.ipynb": NOTEBOOK, "ada/run_16_32_history.csv": b"1"})
    collect(classroom, [tmp_path / "in"])
    assert names(classroom) == ["ada/averages.ipynb", "ada/run_16_32_history.csv"]


def test_what_stands_apart_from_the_notebook_is_kept(classroom, tmp_path):
    contents = {"nb/averages.ipynb": NOTEBOOK, "results/sweep.csv": b"1", "results/notes.txt": b"2", "nb/autograder/checks/x.py": b""}
    lay_out(tmp_path / "in" / "ada", contents)
    collect(classroom, [tmp_path / "in"])
    assert names(classroom) == ["ada/averages.ipynb", "ada/results/notes.txt", "ada/sweep.csv"]


def test_the_newest_attempt_counts(classroom, download):
    collect(classroom, [download({f"{CANVAS}averages.ipynb": b"1", f"{CANVAS}averages-2.ipynb": b"3", f"{CANVAS}averages-1.ipynb": b"2"})])
    assert submitted(classroom) == {"lovelaceada/averages.ipynb": b"3"}


def test_two_students_of_one_name_are_told_apart(classroom, download):
    both = {f"Kim Lee_{number}_assignsubmission_file_/averages.ipynb": number.encode() for number in ("111", "222")}
    done = collect(classroom, [download(both)])
    assert submitted(classroom) == {"Kim_Lee/averages.ipynb": b"111", "Kim_Lee-222/averages.ipynb": b"222"}
    assert done.left_out == ("Kim Lee: two have this name; number 222 is Kim_Lee-222 here",)
    only_the_second = {"Kim Lee_222_assignsubmission_file_/averages.ipynb": b"later"}
    collect(classroom, [download(only_the_second, TUESDAY)])
    assert submitted(classroom) == {"Kim_Lee/averages.ipynb": b"111", "Kim_Lee-222/averages.ipynb": b"later"}


def test_two_folders_that_make_one_id_are_not_mixed(classroom, tmp_path):
    lay_out(tmp_path / "in", {"a b/averages.ipynb": b"1", "a+b/averages.ipynb": b"2"})
    done = collect(classroom, [tmp_path / "in"])
    assert len(submitted(classroom)) == 1 and len(done.left_out) == 1
    assert "a_b is another" in done.left_out[0] and "--map STUDENT=" in done.left_out[0]


# once more, and again


def test_the_same_download_again_changes_nothing(classroom, download):
    source = download({f"{CANVAS}averages.ipynb": NOTEBOOK, "pascalblaise_LATE_2_3_averages-1.ipynb": b"2"})
    collect(classroom, [source])
    before = {path: path.stat().st_mtime_ns for path in classroom.course.joinpath("submitted").rglob("*")}
    done = collect(classroom, [source])
    assert before == {path: path.stat().st_mtime_ns for path in classroom.course.joinpath("submitted").rglob("*")}
    assert [row.changed for row in done.rows] == [False, False]
    assert all("unchanged" in row.note for row in done.rows)


def test_a_newer_one_takes_an_older_ones_place_and_never_the_other_way_round(classroom, download):
    old = download({f"{CANVAS}averages.ipynb": b"old", f"{CANVAS}sweep.csv": b"old"}, MONDAY, "monday.zip")
    new = download({f"{CANVAS}averages-1.ipynb": b"new"}, TUESDAY, "tuesday.zip")
    collect(classroom, [old])
    done = collect(classroom, [new])
    assert submitted(classroom) == {"lovelaceada/averages.ipynb": b"new"}
    assert "resubmitted" in done.rows[0].note and "handed in for the 2nd time" in done.rows[0].note
    kept = list((classroom.state / "replaced" / "lovelaceada").rglob("averages.ipynb"))
    assert [path.read_bytes() for path in kept] == [b"old"], "nothing is thrown away"
    done = collect(classroom, [old])
    assert submitted(classroom) == {"lovelaceada/averages.ipynb": b"new"}
    assert "older than what is there" in done.rows[0].note and not done.rows[0].changed


def test_both_at_once_come_to_the_same(classroom, download):
    old = download({f"{CANVAS}averages.ipynb": b"old"}, MONDAY, "monday.zip")
    new = download({f"{CANVAS}averages.ipynb": b"new"}, TUESDAY, "tuesday.zip")
    for sources in ([new, old], [old, new]):
        collect(classroom, sources)
        assert submitted(classroom) == {"lovelaceada/averages.ipynb": b"new"}


def test_a_submission_laid_in_by_hand_is_not_overwritten_by_an_older_one(classroom, download):
    lay_out(classroom.submitted("lovelaceada"), {"averages.ipynb": b"by hand"})
    done = collect(classroom, [download({f"{CANVAS}averages.ipynb": b"old"})])
    assert submitted(classroom) == {"lovelaceada/averages.ipynb": b"by hand"}
    assert "older" in done.rows[0].note


def test_at_no_time_is_a_submission_missing(classroom, download, monkeypatch):
    """Killed at the worst moment, the course holds the old submission or the new one, whole."""
    collect(classroom, [download({f"{CANVAS}averages.ipynb": b"old", f"{CANVAS}sweep.csv": b"old"})])
    seen = []
    place = classroom.submitted("lovelaceada")
    rename = Path.rename

    def watching(path, target):
        seen.append(sorted(file.read_bytes() for file in place.iterdir() if file.name != "timestamp.txt"))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", watching)
    collect(classroom, [download({f"{CANVAS}averages-1.ipynb": b"new", f"{CANVAS}sweep-1.csv": b"new"}, TUESDAY)])
    assert seen and all(contents in ([b"old", b"old"], [b"new", b"new"]) for contents in seen)


def test_without_the_exchange_it_works_as_well(classroom, download, monkeypatch):
    monkeypatch.setattr("autograder.collecting.place._change_places", lambda one, other: False)
    collect(classroom, [download({f"{CANVAS}averages.ipynb": b"old"})])
    collect(classroom, [download({f"{CANVAS}averages.ipynb": b"new"}, TUESDAY)])
    assert submitted(classroom) == {"lovelaceada/averages.ipynb": b"new"}


# time stamps


def test_the_time_stamp_is_the_archives_and_nbgrader_reads_it(classroom, download):
    collect(classroom, [download({f"{CANVAS}averages.ipynb": NOTEBOOK})])
    local = datetime(*MONDAY).astimezone(UTC)
    assert stamp(classroom, "lovelaceada") == f"{local:%Y-%m-%d %H:%M:%S} UTC"
    assert handed_in_at(classroom.submitted("lovelaceada")) == local


def test_a_zips_own_utc_time_is_preferred(classroom, tmp_path):
    member = zipfile.ZipInfo(f"{CANVAS}averages.ipynb", MONDAY)
    member.extra = struct.pack("<HHBi", 0x5455, 5, 1, 1_770_000_000)
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        archive.writestr(member, NOTEBOOK)
    collect(classroom, [tmp_path / "download.zip"])
    assert stamp(classroom, "lovelaceada") == f"{datetime.fromtimestamp(1_770_000_000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def test_a_student_cannot_set_the_time(classroom, download):
    early = zipped({"averages.ipynb": NOTEBOOK, "timestamp.txt": b"2001-01-01 00:00:00 UTC"}, (2001, 1, 1, 0, 0, 0))
    done = collect(classroom, [download({f"{CANVAS}work.zip": early})])
    assert stamp(classroom, "lovelaceada").startswith(f"{datetime(*MONDAY).astimezone(UTC):%Y-%m-%d}")
    assert any("is not the submission's to say" in line for line in done.left_out)


def test_a_download_again_with_new_times_keeps_the_first(classroom, download):
    """Where a platform stamps every entry with the time of the download, nobody becomes late by a second one."""
    collect(classroom, [download({f"{CANVAS}averages.ipynb": NOTEBOOK}, MONDAY)])
    before = stamp(classroom, "lovelaceada")
    collect(classroom, [download({f"{CANVAS}averages.ipynb": NOTEBOOK}, TUESDAY)])
    assert stamp(classroom, "lovelaceada") == before


def test_an_unreadable_time_stamp_stops_nobody_else(classroom, download):
    lay_out(classroom.submitted("lovelaceada"), {"averages.ipynb": b"x", "timestamp.txt": b"yesterday-ish"})
    done = collect(classroom, [download({f"{CANVAS}averages.ipynb": NOTEBOOK, "ben_1_2_averages.ipynb": NOTEBOOK})])
    assert "ben/averages.ipynb" in names(classroom)
    assert len(done.left_out) == 1 and "holds no time" in done.left_out[0]


# what the rules leave open


TWO = {f"{CANVAS}work.zip": zipped({"first.ipynb": b"1", "second.ipynb": b"2"})}


def test_which_notebook_counts_is_told_and_left_out_without_an_answer(classroom, download):
    done = collect(classroom, [download(TWO | {"ben_1_2_averages.ipynb": NOTEBOOK})])
    assert names(classroom) == ["ben/averages.ipynb"]
    label = f"download.zip/{CANVAS}work.zip/first.ipynb"
    assert done.left_out == (f"lovelaceada: which of 2 notebooks counts is not clear; --map lovelaceada={label} says so",)


@pytest.mark.parametrize("file", [f"download.zip/{CANVAS}work.zip/second.ipynb", "second.ipynb"])
def test_an_answer_given_beforehand_settles_it(classroom, download, file):
    done = collect(classroom, [download(TWO)], parse_mapping([f"ada={file}"]))
    assert submitted(classroom)["ada/averages.ipynb"] == b"2"
    assert done.left_out == ()


def test_an_answer_is_asked_for(classroom, download):
    questions = []

    def ask(question, choices):
        questions.append(question)
        return choices[1] if choices else "zoe"

    stray = lay_out(classroom.course.parent / "stray", {"averages.ipynb": b"a", "averages (1).ipynb": b"b"})
    collect(classroom, [download(TWO)], ask=ask)
    assert questions == ["Which notebook is lovelaceada's averages?"]
    assert submitted(classroom)["lovelaceada/averages.ipynb"] == b"2"
    collect(classroom, [stray / "averages.ipynb"], ask=ask)
    assert questions[-1] == "Whose is averages.ipynb?" and submitted(classroom)["zoe/averages.ipynb"] == b"a"


def test_whose_it_is_is_told_and_left_out_without_an_answer(classroom, tmp_path):
    done = collect(classroom, [lay_out(tmp_path / "in", {"averages.ipynb": b"a", "averages (1).ipynb": b"b"})])
    assert submitted(classroom) == {}
    assert len(done.left_out) == 2 and "nothing tells whose it is; --map STUDENT=in/averages" in done.left_out[0]
    collect(classroom, [tmp_path / "in"], parse_mapping(["ada=in/averages.ipynb", "ben=averages (1).ipynb"]))
    assert submitted(classroom) == {"ada/averages.ipynb": b"a", "ben/averages.ipynb": b"b"}


def test_no_notebook_is_told(classroom, download):
    done = collect(classroom, [download({f"{CANVAS}report.pdf": b"%PDF", "ben_1_2_averages.ipynb": NOTEBOOK})])
    assert done.left_out == (f"lovelaceada: no notebook was handed in (download.zip/{CANVAS}report.pdf)",)


@pytest.mark.parametrize("answer", ["ada", "=x", "a/b=x", "..=x", "a+b=x", "ada="])
def test_wrong_answers_are_refused(answer):
    with pytest.raises(CourseError, match="expected STUDENT=FILE"):
        parse_mapping([answer])


def test_an_answer_that_fits_nothing_is_told(classroom, download):
    done = collect(classroom, [download({f"{CANVAS}averages.ipynb": NOTEBOOK})], {"ada": "nowhere.ipynb"})
    assert done.left_out == ("--map ada=nowhere.ipynb: no file of that name",)


def test_an_instructors_own_rule_is_nbgraders(classroom, download):
    config = Config()
    config.FileNameCollectorPlugin.named_regexp = r".*/hw_(?P<student_id>\w+?)_at_(?P<timestamp>[-0-9T:]+)_(?P<file_id>.+)"
    source = download({"hw_ada_at_2026-01-05T10:00:00_averages.ipynb": NOTEBOOK, f"{CANVAS}averages.ipynb": NOTEBOOK})
    collect(classroom, [source], rule=own_rule(config))
    assert names(classroom) == ["ada/averages.ipynb", "lovelaceada/averages.ipynb"]
    assert stamp(classroom, "ada") == "2026-01-05 10:00:00 UTC"
    assert own_rule(Config()) is None


# hostile archives: one line each, and the rest is collected


def member(name, kind=tarfile.REGTYPE, content=b"x", **about):
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, len(content) if kind == tarfile.REGTYPE else 0
    for key, value in about.items():
        setattr(info, key, value)
    return info, content


def tar_of(*members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return packed.getvalue()


def zip_with(name, content=b"x", **about):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("averages.ipynb", NOTEBOOK)
        info = zipfile.ZipInfo("placeholder", MONDAY)
        for key, value in about.items():
            setattr(info, key, value)
        info.filename = name
        archive.writestr(info, content)
    return packed.getvalue()


def encrypted():
    packed = bytearray(zip_with("secret.csv"))
    place = packed.rfind(b"PK\x01\x02")
    packed[place + 8] |= 1
    return bytes(packed)


def big():
    """A file that packs well, but not as well as a bomb."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("averages.ipynb", NOTEBOOK)
        archive.writestr("big.csv", os.urandom(10_000) * 25)
    return packed.getvalue()


def with_a_nul():
    return zip_with("evilXcsv").replace(b"evilXcsv", b"evil\0csv")


def packed_by_lzma():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("averages.ipynb", NOTEBOOK)
        archive.writestr("x.csv", b"x" * 100, zipfile.ZIP_LZMA)
    return packed.getvalue()


NB = member("averages.ipynb", content=NOTEBOOK)
REFUSED = {
    "path traversal": ("w.zip", zip_with("../../evil.csv"), "its path leads out of the archive"),
    "backslashes": ("w.zip", zip_with("..\\evil.csv"), "its path leads out of the archive"),
    "absolute": ("w.zip", zip_with("/etc/evil"), "its path is absolute"),
    "a drive": ("w.zip", zip_with("C:\\evil.csv"), "its path is absolute"),
    "a link in a zip": ("w.zip", zip_with("link.csv", b"/etc/passwd", external_attr=0o120777 << 16, create_system=3), "it is a link"),
    "a pipe in a zip": ("w.zip", zip_with("pipe", external_attr=0o010644 << 16, create_system=3), "it is no regular file"),
    "a NUL": ("w.zip", with_a_nul(), "its name holds a NUL"),
    "a terminal's escape": ("w.zip", zip_with("a\x1b[2Jb.csv"), "its name holds control characters"),
    "text turned round": ("w.zip", zip_with("a\u202ecsv.exe"), "its name holds control characters"),
    "a long name": ("w.zip", zip_with("x" * 300), "its name is too long"),
    "many parts": ("w.zip", zip_with("x/" * 50 + "y"), "its name is too long"),
    "encrypted": ("w.zip", encrypted(), "it is encrypted"),
    "packed by LZMA": ("w.zip", packed_by_lzma(), "it is packed in a way that is not read"),
    "a name twice": ("w.zip", zip_with("averages.ipynb", b"other"), "another entry has the same name"),
    "one large file": ("w.zip", big(), "it unpacks to more than 0 MiB"),
    "a symbolic link in a tar": ("w.tar", tar_of(NB, member("l", tarfile.SYMTYPE, linkname="/etc/passwd")), "it is a link"),
    "a hard link in a tar": ("w.tar", tar_of(NB, member("l", tarfile.LNKTYPE, linkname="averages.ipynb")), "it is a link"),
    "a device in a tar": ("w.tar", tar_of(NB, member("d", tarfile.CHRTYPE, devmajor=1, devminor=5)), "it is no regular file"),
    "a pipe in a tar": ("w.tar", tar_of(NB, member("p", tarfile.FIFOTYPE)), "it is no regular file"),
    "a tar's way out": ("w.tar", tar_of(NB, member("a/../../evil")), "its path leads out of the archive"),
    "7-Zip": ("w.zip", zip_with("more.7z"), "archives of this kind are not opened"),
    "an archive that is none": ("w.zip", zip_with("more.zip"), "the archive is damaged, or none"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("name", "content", "told"), REFUSED.values(), ids=REFUSED)
def test_a_hostile_entry_is_refused_in_one_line_and_the_rest_collected(classroom, download, name, content, told):
    done = collect(classroom, [download({CANVAS + name: content, "ben_1_2_averages.ipynb": NOTEBOOK})], limits=SMALL)
    assert submitted(classroom) == {"ben/averages.ipynb": NOTEBOOK, "lovelaceada/averages.ipynb": NOTEBOOK}
    assert len(done.left_out) == 1 and told in done.left_out[0], done.left_out
    assert done.left_out[0].isprintable()
    assert not list(classroom.course.parent.rglob("evil*"))


def deep():
    content = zipped({"averages.ipynb": NOTEBOOK})
    for _ in range(4):
        content = zipped({"deeper.zip": content})
    return content


def lying_directory():
    """A zip whose end says that its directory is a gigabyte."""
    packed = bytearray(zipped({"averages.ipynb": NOTEBOOK}))
    struct.pack_into("<I", packed, packed.rfind(b"PK\x05\x06") + 12, 1 << 30)
    return bytes(packed)


def lying_header():
    """A tar whose extended header says that it is a gigabyte long."""
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 1 << 30
    return info.tobuf() + b"30 path=averages.ipynb\n" * 2_000


BOMBS = {
    "zeros": ("w.zip", zipped({"averages.ipynb": NOTEBOOK} | {f"{n}.csv": bytes(150_000) for n in range(5)}), "unpacks to far more"),
    "zeros in a tar": ("w.tar.gz", gzip.compress(bytes(10_000_000)), "unpacks to"),
    "many entries": ("w.zip", zipped({"averages.ipynb": NOTEBOOK} | {f"{n}.csv": b"x" for n in range(50)}), "too many entries"),
    "many folders": ("w.zip", zipped({"averages.ipynb": NOTEBOOK} | {f"{n}/": b"" for n in range(50)}), "too many entries"),
    "archives in archives": ("w.zip", deep(), "opened 3 deep"),
    "a directory that lies": ("w.zip", lying_directory(), "the archive is damaged"),
    "a header that lies": ("w.tar", lying_header(), "larger than any sane archive's"),
}


@pytest.mark.parametrize(("name", "content", "told"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_in_one_line_and_quickly(classroom, download, name, content, told):
    started = time.monotonic()
    done = collect(classroom, [download({CANVAS + name: content, "ben_1_2_averages.ipynb": NOTEBOOK})], limits=SMALL)
    assert "ben/averages.ipynb" in names(classroom)
    assert any(told in line for line in done.left_out), done.left_out
    assert all(line.isprintable() for line in done.left_out)
    assert time.monotonic() - started < 5


def test_settings_that_jupyter_would_run_are_left_out(classroom, download):
    """One click in formgrader on a link to the folder that they lie in would run them."""
    own = {
        "averages.ipynb": NOTEBOOK,
        "NBGrader_config.PY": b"",
        "plots/jupyter_config.json": b"{}",
        "jupyter_config.d/a.py": b"",
        "a.txt": b"x",
    }
    done = collect(classroom, [download({CANVAS + "w.zip": zipped(own)})])
    assert names(classroom) == ["lovelaceada/a.txt", "lovelaceada/averages.ipynb"]
    told = [line for line in done.left_out if "named like settings of nbgrader or Jupyter, which would run them; left out" in line]
    assert len(told) == 3, done.left_out


def test_folders_nested_without_end_are_left_out(classroom, tmp_path):
    lay_out(tmp_path / "handed in", {"ada/averages.ipynb": NOTEBOOK, "ben/averages.ipynb": NOTEBOOK})
    here = tmp_path / "handed in" / "ada"
    try:
        for _ in range(15):
            here = here / "/".join(["d"] * 100)
            here.mkdir(parents=True)
        done = collect(classroom, [tmp_path / "handed in"])
    finally:
        subprocess.run(["rm", "-rf", str(tmp_path / "handed in")], check=True)  # pytest's own cleaning recurses
    assert names(classroom) == ["ada/averages.ipynb", "ben/averages.ipynb"]
    assert any("it lies too deep" in line for line in done.left_out)


def test_the_whole_collection_has_a_limit(classroom, download):
    many = {f"s{n}_{n}_1_averages.ipynb": os.urandom(150_000) for n in range(12)}
    done = collect(classroom, [download(many)], limits=SMALL)
    assert any("the rest is left out" in line for line in done.left_out)
    assert sum(map(len, submitted(classroom).values())) <= SMALL.total_bytes


def test_links_and_devices_in_a_folder_are_not_followed(classroom, tmp_path):
    folder = lay_out(tmp_path / "in", {"ada/averages.ipynb": NOTEBOOK})
    (tmp_path / "secret").write_text("the instructor's own")
    (folder / "ada" / "link.csv").symlink_to(tmp_path / "secret")
    (folder / "ada" / "etc").symlink_to("/etc", target_is_directory=True)
    os.mkfifo(folder / "ada" / "pipe")
    done = collect(classroom, [folder])
    assert names(classroom) == ["ada/averages.ipynb"]
    assert sorted(line.split(": ")[1] for line in done.left_out) == ["it is a link", "it is a link", "it is no regular file"]


def test_nothing_unpacked_is_left_behind(classroom, download):
    collect(classroom, [download({CANVAS + "w.zip": zip_with("../evil.csv")})], limits=SMALL)
    assert sorted(path.name for path in classroom.state.iterdir()) == ["collected", "lock"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_archive_gives_lines_and_never_an_error(classroom, tmp_path, data):
    kind, whole = data.draw(st.sampled_from([("zip", zipped), ("tar", lambda c: tarred(c, "w")), ("tar.gz", tarred)]))
    content = bytearray(whole({"ada/averages.ipynb": NOTEBOOK * 20, "ada/sweep.csv": b"1,2\n" * 50, "ben/averages.ipynb": NOTEBOOK}))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(len(content) // 2, len(content)))]
    source = tmp_path / f"fuzzed.{kind}"
    source.write_bytes(bytes(content))
    done = collect(classroom, [source], limits=SMALL)
    assert all(line.isprintable() and len(line) < 800 for line in done.left_out)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=6, unique=True))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entries_of_any_name_stay_in_the_course(classroom, tmp_path, entries):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in entries:
            try:
                archive.writestr(zipfile.ZipInfo(f"{name}.ipynb", MONDAY), NOTEBOOK)
            except UnicodeEncodeError:
                continue
    (tmp_path / "names.zip").write_bytes(packed.getvalue())
    before = set(tmp_path.iterdir())
    done = collect(classroom, [tmp_path / "names.zip"], limits=SMALL)
    assert set(tmp_path.iterdir()) == before
    assert all(line.isprintable() for line in done.left_out)
    assert all(student_id(path.name) == path.name for path in (classroom.course / "submitted").glob("*"))


@given(st.text(max_size=80))
def test_any_path_is_harmless_or_refused(path):
    try:
        parts = safe_parts(path)
    except Refused:
        return
    assert parts and all(part not in (".", "..") and "/" not in part and part.isprintable() for part in parts)


# the command


@pytest.fixture
def course(toy, tmp_path):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "nbgrader_config.py").write_text("c = get_config()\n")
    return tmp_path / "course"


def command(toy, course, *arguments):
    environment = os.environ | {"COURSE_ROOT": str(toy.root), "COLUMNS": "200"}
    line = [str(PROGRAMS / "autograder"), "collect", "averages", "--course", str(course), *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, env=environment, timeout=120, stdin=subprocess.DEVNULL)


def test_the_command_prints_the_table_and_a_line_for_what_is_left_out(toy, course, download):
    source = download({f"{CANVAS}averages.ipynb": NOTEBOOK, "ben_LATE_1_2_w.zip": zip_with("../evil")})
    done = command(toy, course, source)
    assert (done.returncode, done.stderr) == (0, "")
    assert "lovelaceada" in done.stdout and "late, says Canvas" in done.stdout
    assert "left out: download.zip/ben_LATE_1_2_w.zip: ../evil: its path leads out of the archive\n" in done.stdout
    assert f"2 new or resubmitted, 0 left as they were, in {course}/submitted/" in done.stdout
    ticket = json.loads((course / ".autograder" / "averages" / "collected" / "ben.json").read_text())
    assert ticket["who"] == "Canvas 1"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["{tmp}/nowhere.zip"], "nowhere.zip cannot be read: No such file or directory"),
        (["{tmp}/course", "--map", "x"], "expected STUDENT=FILE"),
        (["/dev/null"], "is neither a folder nor a file"),
        (["{tmp}/empty"], "no submission was found"),
        ([], "Missing argument"),
    ],
)
def test_mistakes_at_the_command_line_are_one_clear_line(toy, course, tmp_path, arguments, told):
    (tmp_path / "empty").mkdir()
    done = command(toy, course, *[argument.format(tmp=tmp_path) for argument in arguments])
    assert done.returncode == 1 and told in done.stderr
    assert done.stderr.startswith("autograder: ") and done.stderr.count("\n") == 1


def test_nothing_is_collected_while_the_assignment_is_graded(toy, course, download):
    with sole_writer(Classroom(course, toy)):
        done = command(toy, course, download({f"{CANVAS}averages.ipynb": NOTEBOOK}))
    assert done.returncode == 1 and "by another command already" in done.stderr
