"""The text8 loader: all of it, its beginning, or a stand-in that says so; never another text."""

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from test_datasets_files import Home, closed_url, serve  # noqa: F401 - fixtures

from datasets import files, pydoc_text, text8
from datasets.archives import KnownText

ROOT = Path(__file__).parents[1]
REAL_PREFIX = ROOT / "../shared/data/text8_prefix.zip"
needs_real_prefix = pytest.mark.skipif(not REAL_PREFIX.exists(), reason="no ../shared/data/text8_prefix.zip")
WHOLE = (" anarchism originated as a term of abuse" * 2_000)[:70_000]
BEGINNING = WHOLE[:7_000]
PUBLISHED_HOME, PUBLISHED_FULL = text8.HOME, text8.FULL  # the fixture below puts smaller ones in their places


def zipped(path, text, name="text8", compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr(name, text)


def known(name, text):
    return KnownText(name, len(text), hashlib.sha256(text.encode()).hexdigest())


@pytest.fixture(autouse=True)
def new_process(monkeypatch, tmp_path, closed_url):  # noqa: F811
    """Each test starts as a process that has loaded nothing, with an empty cache and no network, and a small text8."""
    for variable in ("COURSE_DATA", "COURSE_DATA_DIR", "COURSE_QUIET"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(files, "_said", set())
    monkeypatch.setattr(text8._last, "edition", None)
    monkeypatch.setattr(text8, "FULL", known("text8", WHOLE))
    monkeypatch.setattr(text8, "PREFIX", known("text8's beginning", BEGINNING))
    monkeypatch.setattr(text8, "HOME", replace(text8.HOME, url=closed_url))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder that COURSE_DATA_DIR names."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def online(tmp_path, monkeypatch, serve):  # noqa: F811
    """text8's home, which has the small text8."""
    zipped(tmp_path / "at_home.zip", WHOLE)
    body = (tmp_path / "at_home.zip").read_bytes()
    home = Home(body)
    there = replace(text8.HOME, url=serve(home), size=len(body), sha256=hashlib.sha256(body).hexdigest())
    monkeypatch.setattr(text8, "HOME", there)
    return home


def source_name():
    return text8.describe().source_name


def test_all_of_it_from_the_local_folder(folder, capsys):
    zipped(folder / "text8.zip", WHOLE)
    zipped(folder / "text8_prefix.zip", BEGINNING)
    for source in (None, "auto", "full"):
        assert text8.load_text(source) == WHOLE
        assert source_name() == "text8"
    assert text8.describe().sizes == (70_000,)
    assert capsys.readouterr().out == f"text8: all 70,000 characters from {folder / 'text8.zip'}\n"


def test_its_beginning_from_the_local_folder_says_so(folder, capsys):
    zipped(folder / "text8_prefix.zip", BEGINNING)
    assert text8.load_text() == BEGINNING
    assert source_name() == "text8-prefix"
    assert capsys.readouterr().out == f"text8: ONLY the first 7,000 characters, from {folder / 'text8_prefix.zip'}\n"


@pytest.mark.parametrize("prefix_there", [False, True])
def test_full_takes_all_of_it_or_nothing(folder, prefix_there):
    if prefix_there:
        zipped(folder / "text8_prefix.zip", BEGINNING)
    with pytest.raises(text8.DataError, match=r"text8\.zip is missing. Put Mahoney's text8.zip there, unset COURSE_DATA_DIR, or set"):
        text8.load_text("full")


def test_a_folder_without_it_is_an_error_even_where_the_cache_is_good(folder, online):
    with pytest.raises(text8.DataError, match=r"text8\.zip is missing"):
        text8.load_text()
    assert online.asked == []


def test_a_download_fills_the_cache_once(online, tmp_path, capsys):
    for _ in range(2):
        assert text8.load_text() == WHOLE
    assert source_name() == "text8"
    assert len(online.asked) == 1
    assert [path.name for path in (tmp_path / "keras/datasets").iterdir()] == ["text8.zip"]
    assert "Downloading text8: 100 %" in capsys.readouterr().out


def test_a_cut_download_is_finished_by_the_next_call(online):
    online.cut = 100
    with pytest.raises(
        text8.DataError, match="cut after 100 of .*Run this again to fetch the rest, or set COURSE_DATA=sample to work with"
    ):
        text8.load_text()
    online.cut = None
    assert text8.load_text() == WHOLE
    assert online.sent == [100, len(online.body) - 100]


def test_a_bad_cached_file_is_replaced(online, tmp_path, capsys):
    path = tmp_path / "keras/datasets/text8.zip"
    path.parent.mkdir(parents=True)
    zipped(path, BEGINNING)
    assert text8.load_text() == WHOLE
    assert f"not using the cached file, fetching it again: {path} is not text8: expected 70,000 bytes, got 7,000" in capsys.readouterr().out


def test_without_a_network_auto_says_that_and_why_it_takes_the_stand_in(closed_url, capsys):  # noqa: F811
    text = text8.load_text()
    assert text == pydoc_text.text_and_edition()[0]
    edition = text8.describe()
    assert edition.source_name == "pydoc-text"
    said = capsys.readouterr().out
    stand_in = f"a SAMPLE of {len(text):,} characters from Python {edition.python_version}'s help pages"
    assert said.startswith(f"text8: {stand_in}, not text8: cannot reach {closed_url} (")
    assert said.count("\n") == 1


def test_without_a_network_full_is_an_error():
    with pytest.raises(text8.NetworkError, match="cannot reach .*Check the network and run this again, or set COURSE_DATA=sample"):
        text8.load_text("full")


def test_the_variable_asks_for_the_stand_in(folder, monkeypatch, capsys):
    zipped(folder / "text8.zip", WHOLE)
    monkeypatch.setenv("COURSE_DATA", "sample")
    text8.load_text()
    assert source_name() == "pydoc-text"
    assert capsys.readouterr().out.endswith("help pages, not text8\n")
    assert text8.load_text("auto") == WHOLE
    assert source_name() == "text8"


def test_a_grader_can_ask_for_silence(monkeypatch, capsys, online):
    monkeypatch.setenv("COURSE_QUIET", "1")
    text8.load_text()
    text8.load_text("sample")
    assert capsys.readouterr().out == ""


BAD_TEXTS = {
    "a character changed": ("x" + WHOLE[1:], "is not text8: it has the right length but another SHA-256"),
    "capitals": (WHOLE.upper(), "another SHA-256"),
    "a line end": (WHOLE + "\n", "expected 70,000 bytes, got more"),
    "its beginning": (BEGINNING, "expected 70,000 bytes, got 7,000"),
}


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_another_text_is_one_clear_line_and_never_used(folder, name):
    text, expected = BAD_TEXTS[name]
    zipped(folder / "text8.zip", text)
    zipped(folder / "text8_prefix.zip", BEGINNING)  # not taken instead either
    with pytest.raises(text8.DataError, match=expected) as caught:
        text8.load_text()
    assert str(caught.value).startswith(f"{folder / 'text8.zip'} ")
    assert "\n" not in str(caught.value)


def test_another_beginning_is_not_used_either(folder):
    zipped(folder / "text8_prefix.zip", WHOLE[1:7_001])
    with pytest.raises(text8.DataError, match="text8_prefix.zip is not text8's beginning: it has the right length but"):
        text8.load_text()


def test_another_archive_is_not_used(folder):
    zipped(folder / "text8.zip", WHOLE, name="enwik8")
    with pytest.raises(text8.DataError, match=r"expected the member text8, got \['enwik8'\]"):
        text8.load_text()
    zipped(folder / "text8.zip", WHOLE, compression=zipfile.ZIP_LZMA)
    with pytest.raises(text8.DataError, match="neither stored nor deflated"):
        text8.load_text()


def test_describe_before_loading_is_an_error_and_a_failed_load_changes_nothing():
    with pytest.raises(text8.DataError, match="Nothing of text8 has been loaded yet"):
        text8.describe()
    text8.load_text("sample")
    edition = text8.describe()
    with pytest.raises(text8.DataError):
        text8.load_text("full")
    assert text8.describe() == edition


def test_what_is_published():
    """Sizes as the course records them, digests as many public projects do."""
    assert PUBLISHED_HOME.url == "http://mattmahoney.net/dc/text8.zip"
    assert PUBLISHED_HOME.size == 31_344_016
    assert PUBLISHED_FULL.size == 100_000_000
    assert len(PUBLISHED_HOME.sha256) == len(PUBLISHED_FULL.sha256) == 64


@needs_real_prefix
def test_the_real_beginning_is_recognised_and_is_what_it_says(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("COURSE_DATA_DIR", str(REAL_PREFIX.parent))
    monkeypatch.setenv("COURSE_DATA", "auto")
    text = text8.load_text()
    assert text.startswith(" anarchism originated as a term of abuse first used")
    assert len(text) == 6_877_825
    assert set(text) == set(" abcdefghijklmnopqrstuvwxyz")
    assert text8.describe() == text8.Edition("text8-prefix", "characters", (6_877_825,))
