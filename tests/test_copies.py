"""Measurements handed in twice are told to the instructor; honest ones are not taken for copies."""

import io
import time
import zipfile

import numpy as np
import pytest

from autograder.grading import copies
from autograder.grading.classroom import Classroom
from autograder.grading.copies import Alike, alike, fingerprint

TABLE = "units,accuracy,seed\n16,0.5,11000\n32,0.75,11000\n"


@pytest.fixture
def hand_in(toy, tmp_path):
    """Lays files into submissions, and says what is found alike in them."""
    toy.handed_in.mkdir()
    (toy.handed_in / "sweep.csv").write_text(TABLE)
    (toy.handed_in / "weights.npz").write_bytes(b"")
    classroom = Classroom(tmp_path / "course", toy)

    def hand_in(name, **contents):
        for student, content in contents.items():
            folder = classroom.submitted(student)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return alike(classroom, classroom.students())

    return hand_in


@pytest.mark.parametrize(
    "other",
    [
        TABLE,
        TABLE.replace("11000", "99000"),
        "units,accuracy,seed\n32,0.75,11000\n16,0.5,11000\n",
        "accuracy,seed,units\n0.50,33333,16\n0.750,33333,32\n",
    ],
    ids=["same bytes", "another seed", "other order", "other columns' order and digits"],
)
def test_the_same_figures_are_found(hand_in, other):
    assert hand_in("sweep.csv", ada=TABLE, bob=other, cy=TABLE.replace("0.5,", "0.51,")) == [Alike("sweep.csv", ("ada", "bob"))]


def test_weights_are_compared_without_being_unpacked(hand_in, tmp_path):
    contents = []
    for number in (1.0, 1.0, 2.0):
        np.savez(tmp_path / "w.npz", kernel=np.full(3, number))
        contents.append((tmp_path / "w.npz").read_bytes())
    assert hand_in("weights.npz", ada=contents[0], bob=contents[1], cy=contents[2]) == [Alike("weights.npz", ("ada", "bob"))]


def test_tables_whose_seeds_nobody_drew_are_left_alone(hand_in):
    """Every student's notebook runs seeds 0, 1, 2 where it says so: equal figures are what honest work gives."""
    fixed = TABLE.replace("11000", "2")
    assert hand_in("sweep.csv", ada=fixed, bob=fixed) == []
    assert hand_in("sweep.csv", ada="units,accuracy\n16,0.5\n32,0.7\n", bob="units,accuracy\n16,0.5\n32,0.7\n") == []


@pytest.mark.parametrize("content", [b"", b"a\n1\n", b"\xff\xfe", b"PK\x03\x04 no archive", b"a,b\n" + b'"' * 200_000])
def test_what_cannot_be_compared_is_not_called_alike(hand_in, content):
    assert hand_in("sweep.csv", ada=content, bob=content) == [] and hand_in("weights.npz", ada=content, bob=content) == []


def archive(version=20, entries=1):
    """A zip whose directory says which version of the format it needs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for number in range(entries):
            file.writestr(f"kernel{number}.npy", b"x" * 100)
    content = bytearray(packed.getvalue())
    content[content.rfind(b"PK\x01\x02") + 6] = version
    return bytes(content)


def test_an_archive_of_a_later_format_stops_nobody(hand_in):
    late, sound = archive(version=100), archive()
    assert hand_in("weights.npz", ada=late, bob=late, cy=sound, dan=sound) == [Alike("weights.npz", ("cy", "dan"))]


def test_whatever_reading_raises_stops_nobody(hand_in, monkeypatch):
    content = archive()
    monkeypatch.setattr(zipfile, "ZipFile", lambda *arguments: {}["a bug in a library"])
    assert hand_in("weights.npz", ada=content, bob=content) == []


def test_a_directory_without_end_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "weights.npz").write_bytes(archive(entries=300))
    assert fingerprint(tmp_path / "weights.npz")
    monkeypatch.setattr(copies, "MOST_DIRECTORY", 10_000)
    assert fingerprint(tmp_path / "weights.npz") is None


@pytest.mark.parametrize("table", [",".join(map(str, range(60_000))) + ",seed\n" + "1\n" * 60_000, "a,seed\n" + "1,11000\n" * 1_500_000])
def test_a_table_made_to_be_slow_is_not_compared(tmp_path, table):
    (tmp_path / "sweep.csv").write_text(table)
    started = time.process_time()
    assert fingerprint(tmp_path / "sweep.csv") is None
    assert time.process_time() - started < 5


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "real.csv").write_text(TABLE)
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    assert fingerprint(tmp_path / "real.csv") and fingerprint(tmp_path / "link.csv") is None
