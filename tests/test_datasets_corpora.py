"""Penn Treebank and WikiText-2: three texts each, their own or a stand-in that says so."""

import ast
import gzip
import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from test_datasets_files import Home, closed_url, serve  # noqa: F401 - fixtures

from datasets import files, penn_treebank, pydoc_text, wikitext2
from datasets.archives import KnownText
from datasets.corpus import Edition, words_of

ROOT = Path(__file__).parents[1]
REAL = ROOT / "../shared/data"
SAMPLE_ADVICE = "or set COURSE_DATA=sample to work with Python's own help pages"
CORPORA = {
    penn_treebank: {
        "ptb.train.txt": " the cat <unk> \n it 's N \n" * 200,
        "ptb.valid.txt": " the cat \n" * 30,
        "ptb.test.txt": " the dog \n" * 20,
    },
    wikitext2: {
        "wiki.train.tokens": " \n = Senjō = \n \n it , 1 @.@ 5 <unk> . \n" * 100,
        "wiki.valid.tokens": " \n = Cat = \n" * 30,
        "wiki.test.tokens": " \n = Dog = \n" * 20,
    },
}
PUBLISHED = {module: dict(module.TEXTS) for module in CORPORA}  # the fixture below puts smaller ones in their places
both = pytest.mark.parametrize("module", CORPORA, ids=lambda module: module.__name__.removeprefix("datasets."))


@pytest.fixture(autouse=True)
def new_process(monkeypatch, tmp_path, closed_url):  # noqa: F811
    """Each test starts as a process that has loaded nothing, with an empty cache, no network and small corpora."""
    for variable in ("COURSE_DATA", "COURSE_DATA_DIR", "COURSE_QUIET"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(files, "_said", set())
    monkeypatch.setattr(wikitext2, "HOME", replace(wikitext2.HOME, url=closed_url))
    for module, texts in CORPORA.items():
        monkeypatch.setattr(module._corpus.last, "edition", None)
        for name, text in texts.items():
            monkeypatch.setitem(module.TEXTS, name, known(module.TEXTS[name].name, text))


def known(name, text):
    return KnownText(name, len(text.encode()), hashlib.sha256(text.encode()).hexdigest())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder that COURSE_DATA_DIR names."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def online(monkeypatch, serve):  # noqa: F811
    """WikiText-2's home, which has the small one."""
    body = packed_zip(CORPORA[wikitext2])
    home = Home(body)
    there = replace(wikitext2.HOME, url=serve(home), size=len(body), sha256=hashlib.sha256(body).hexdigest())
    monkeypatch.setattr(wikitext2, "HOME", there)
    return home


def lay(folder, texts, suffix=""):
    """Lay texts into a folder, plain, or gzipped with the suffix .gz."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        pack = gzip.compress if suffix else bytes
        (folder / f"{name}{suffix}").write_bytes(pack(text.encode()))


def packed_zip(texts):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("wikitext-2/", "")
        for name, text in texts.items():
            archive.writestr(f"wikitext-2/{name}", text)
    return packed.getvalue()


def packed_tar(texts, folder="./simple-examples/data"):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in {"README": "as Mikolov's has", "ptb.char.train.txt": "t h e", **texts}.items():
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return packed.getvalue()


def place(module):
    """Where a module looks first in a folder."""
    return "ptb" if module is penn_treebank else "wikitext-2"


def source_name(module):
    return "penn-treebank" if module is penn_treebank else "wikitext-2"


# Words and characters


def test_every_line_ends_with_eos():
    assert words_of(" a  b \n\n c\n") == ["a", "b", "<eos>", "<eos>", "c", "<eos>"]
    assert words_of("a") == ["a", "<eos>"]
    assert words_of("\n") == ["<eos>"]
    assert words_of("") == []


def test_only_a_newline_ends_a_line():
    assert words_of("a\x85b\u2028c\x0bd\x1ce\n").count("<eos>") == 1


def test_equal_words_are_one_object():
    words = words_of("the cat\nthe cat\n" * 10)
    assert len({id(word) for word in words}) == 3


@both
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_words_and_characters_come_from_the_local_folder(module, folder, suffix, capsys):
    texts = CORPORA[module]
    lay(folder / place(module), texts, suffix)
    characters = module.load_characters()
    assert list(characters) == list(texts.values())
    assert module.describe() == Edition(source_name(module), "characters", tuple(map(len, texts.values())))
    words = module.load_words("full")
    assert (words.train, words.valid, words.test) == tuple(map(words_of, texts.values()))
    assert module.describe() == Edition(source_name(module), "tokens", tuple(map(len, words)))
    title = module._corpus.last.title
    assert capsys.readouterr().out.splitlines() == [
        f"{title}: all {sum(map(len, characters)):,} characters from {folder / place(module)}",
        f"{title}: all {sum(map(len, words)):,} tokens from {folder / place(module)}",
    ]


@both
def test_plain_and_gzipped_files_may_lie_side_by_side(module, folder):
    first, *others = CORPORA[module]
    lay(folder / place(module), {first: CORPORA[module][first]})
    lay(folder / place(module), {name: CORPORA[module][name] for name in others}, ".gz")
    assert list(module.load_characters()) == list(CORPORA[module].values())


@both
def test_a_text_that_is_missing_beside_the_others_is_named(module, folder):
    first, *others = CORPORA[module]
    lay(folder / place(module), {name: CORPORA[module][name] for name in others})
    with pytest.raises(module.DataError, match=f"{first}.gz is missing"):
        module.load_words()


@both
@pytest.mark.parametrize("spoil", [str.upper, lambda text: text[:-1], lambda text: text + " \n"], ids=["other", "cut", "longer"])
def test_another_text_is_one_clear_line_and_never_used(module, folder, spoil):
    name = list(CORPORA[module])[1]
    lay(folder / place(module), {**CORPORA[module], name: spoil(CORPORA[module][name])})
    with pytest.raises(module.DataError, match="is not .*'s validation text: ") as caught:
        module.load_words()
    message = str(caught.value)
    assert message.startswith(str(folder / place(module) / name))
    assert message.endswith(f"{SAMPLE_ADVICE}.")
    assert "\n" not in message


@both
def test_two_splits_that_changed_places_are_refused(module, folder):
    train, valid, test = CORPORA[module]
    texts = CORPORA[module]
    lay(folder / place(module), {train: texts[train], valid: texts[test], test: texts[valid]})
    with pytest.raises(module.DataError, match="is not .*'s validation text"):
        module.load_words()


# The stand-in


@both
def test_the_stand_in_says_so_once_and_in_its_name(module, monkeypatch, folder, capsys):
    lay(folder / place(module), CORPORA[module])
    monkeypatch.setenv("COURSE_DATA", "sample")
    assert module.load_words() == pydoc_text.words_and_edition()[0]
    assert (module.describe().source_name, module.describe().unit) == ("pydoc-text", "tokens")
    assert module.load_characters() == pydoc_text.characters_and_edition()[0]
    assert (module.describe().source_name, module.describe().unit) == ("pydoc-text", "characters")
    module.load_words()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    title = module._corpus.last.title
    assert all(line.startswith(f"{title}: a SAMPLE of ") and line.endswith(f"help pages, not {title}") for line in lines)


@both
def test_describe_before_loading_is_an_error_and_a_failed_load_changes_nothing(module):
    with pytest.raises(module.DataError, match="Nothing of .* has been loaded yet"):
        module.describe()
    module.load_words("sample")
    edition = module.describe()
    with pytest.raises(module.DataError):
        module.load_words("full")
    assert module.describe() == edition


@both
def test_an_unknown_source_is_an_error(module):
    with pytest.raises(module.DataError, match="source is 'all'"):
        module.load_words("all")


@both
def test_a_grader_can_ask_for_silence(module, monkeypatch, folder, capsys):
    lay(folder / place(module), CORPORA[module])
    monkeypatch.setenv("COURSE_QUIET", "1")
    module.load_words()
    module.load_words("sample")
    assert capsys.readouterr().out == ""


@both
@pytest.mark.parametrize("source", ["auto", "full"])
def test_a_local_folder_without_a_copy_is_an_error(module, folder, source):
    with pytest.raises(module.DataError) as caught:
        module.load_words(source)
    assert str(folder) in str(caught.value)
    assert str(caught.value).endswith(f"{SAMPLE_ADVICE}.")


# Penn Treebank: a copy that the user has


@pytest.mark.parametrize("where", ["ptb", "simple-examples/data", "data"])
@pytest.mark.parametrize("root", ["data", "keras/datasets"])
def test_penn_treebank_is_found_in_every_place(tmp_path, monkeypatch, where, root):
    if root == "data":
        monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "data"))
    lay(tmp_path / root / where, CORPORA[penn_treebank])
    assert list(penn_treebank.load_characters("full")) == list(CORPORA[penn_treebank].values())


@pytest.mark.parametrize("folder_name", ["./simple-examples/data", "simple-examples/data", "data"])
def test_penn_treebank_is_read_from_mikolovs_archive(folder, folder_name, capsys):
    (folder / "simple-examples.tgz").write_bytes(packed_tar(CORPORA[penn_treebank], folder_name))
    assert list(penn_treebank.load_characters()) == list(CORPORA[penn_treebank].values())
    assert f"characters from {folder / 'simple-examples.tgz'}" in capsys.readouterr().out


def test_another_archive_is_not_penn_treebank(folder):
    texts = CORPORA[penn_treebank]
    (folder / "simple-examples.tgz").write_bytes(packed_tar({**texts, "ptb.test.txt": texts["ptb.test.txt"].upper()}))
    with pytest.raises(
        penn_treebank.DataError, match="simple-examples.tgz is not Penn Treebank's test text: .*Delete it and put Mikolov's"
    ):
        penn_treebank.load_words()


def test_without_a_copy_the_stand_in_says_why(tmp_path, capsys):
    penn_treebank.load_words()
    assert penn_treebank.describe().source_name == "pydoc-text"
    assert capsys.readouterr().out.endswith(f", not Penn Treebank: no copy of Penn Treebank in {tmp_path / 'keras/datasets'}\n")


def test_without_a_copy_full_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(penn_treebank.DataError, match="no copy of Penn Treebank in .*put Mikolov's simple-examples.tgz there"):
        penn_treebank.load_words("full")


def test_penn_treebank_is_never_fetched():
    """Its licence is not open: there is no address in the loader, and nothing that could fetch."""
    source = Path(penn_treebank.__file__).read_text(encoding="utf-8")
    assert "http" not in source
    assert "download" not in source
    assert "load_cached" not in source


# WikiText-2: a local copy, or a download


def test_wikitext2_is_read_from_a_local_archive(folder, online):
    (folder / "wikitext-2-v1.zip").write_bytes(packed_zip(CORPORA[wikitext2]))
    assert list(wikitext2.load_characters()) == list(CORPORA[wikitext2].values())
    assert online.asked == []


def test_wikitext2_is_downloaded_once(online, tmp_path, capsys):
    for _ in range(2):
        assert list(wikitext2.load_characters()) == list(CORPORA[wikitext2].values())
    assert wikitext2.describe().source_name == "wikitext-2"
    assert len(online.asked) == 1
    assert [path.name for path in (tmp_path / "keras/datasets").iterdir()] == ["wikitext-2-v1.zip"]
    assert "Downloading WikiText-2: 100 %" in capsys.readouterr().out


def test_a_cut_download_is_finished_by_the_next_call(online):
    online.cut = 100
    with pytest.raises(wikitext2.DataError, match="cut after 100 of .*Run this again to fetch the rest, or set COURSE_DATA=sample"):
        wikitext2.load_words()
    online.cut = None
    wikitext2.load_words()
    assert online.sent == [100, len(online.body) - 100]
    assert wikitext2.describe().source_name == "wikitext-2"


def test_a_bad_cached_archive_is_replaced(online, tmp_path, capsys):
    path = tmp_path / "keras/datasets/wikitext-2-v1.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(packed_zip({"wiki.train.tokens": "another"}))
    wikitext2.load_words()
    assert f"WikiText-2: not using the cached file, fetching it again: {path} is not WikiText-2's training text" in capsys.readouterr().out


@pytest.mark.parametrize("status", [403, 404])
def test_a_home_that_has_closed_is_an_error(online, status):
    online.status = status
    with pytest.raises(wikitext2.DataError, match=f"answered {status} .*{SAMPLE_ADVICE}"):
        wikitext2.load_words()


def test_without_a_network_the_stand_in_says_why(closed_url, capsys):  # noqa: F811
    wikitext2.load_words()
    assert wikitext2.describe().source_name == "pydoc-text"
    assert f", not WikiText-2: cannot reach {closed_url} (" in capsys.readouterr().out
    with pytest.raises(wikitext2.NetworkError, match="cannot reach"):
        wikitext2.load_words("full")


# The real ones


REAL_FIGURES = {
    penn_treebank: ((42_068, 3_370, 3_761), (929_589, 73_760, 82_430), 10_000),
    wikitext2: ((36_718, 3_760, 4_358), (2_088_628, 217_646, 245_569), 33_278),
}


@both
def test_the_real_corpus_has_the_published_figures(module, monkeypatch):
    if not (REAL / place(module)).exists():
        pytest.skip(f"no ../shared/data/{place(module)}")
    monkeypatch.setenv("COURSE_DATA_DIR", str(REAL))
    for name, real in PUBLISHED[module].items():
        monkeypatch.setitem(module.TEXTS, name, real)
    lines, tokens, types = REAL_FIGURES[module]
    words = module.load_words("full")
    assert tuple(part.count("<eos>") for part in words) == lines
    assert tuple(map(len, words)) == module.describe().sizes == tokens
    assert len(set(words.train)) == types
    characters = module.load_characters("full")
    assert tuple(part.count("\n") for part in characters) == lines


# Each loader alone


def needs(name):
    """The loaders that a loader imports, in turn."""
    tree = ast.parse((ROOT / f"datasets/{name}.py").read_text(encoding="utf-8"))
    direct = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "datasets":
            direct |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("datasets."):
            direct.add(node.module.removeprefix("datasets."))
    return direct.union(*map(needs, direct))


LOADERS = sorted(path.stem for path in (ROOT / "datasets").glob("*.py") if not path.stem.startswith(("_", "make_")))


@pytest.mark.parametrize("name", ["penn_treebank", "pydoc_text", "text8", "wikitext2"])
def test_a_loader_stands_alone(tmp_path, name):
    """Copied into an empty folder with what it imports, and with nothing but the standard library, it works."""
    (tmp_path / "datasets").mkdir()
    for part in ("__init__", name, *needs(name)):
        for path in (ROOT / f"datasets/{part}.py", *(ROOT / "datasets").glob(f"{part}_sample.*")):
            (tmp_path / "datasets" / path.name).write_bytes(path.read_bytes())
    load = "load_text()" if name in ("pydoc_text", "text8") else "load_words()"
    code = (
        f"import os, sys; sys.path.insert(0, os.getcwd()); from datasets import {name}; {name}.{load}; print({name}.describe().source_name)"
    )
    environment = {"COURSE_DATA": "sample"}
    run = [sys.executable, "-S", "-I", "-c", code]  # without site-packages
    done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "pydoc-text"
    assert done.stderr == ""


@pytest.mark.parametrize("name", LOADERS)
def test_no_loader_brings_the_solution_of_an_exercise(name):
    """Students write contiguous batches themselves, and whatever a loader imports is shipped with it."""
    assert "batches" not in needs(name)


@pytest.mark.parametrize("name", ["mnist", "penn_treebank", "pydoc_text", "text8", "wikitext2"])
def test_a_data_set_has_a_card(name):
    card = (ROOT / f"datasets/{name}.md").read_text(encoding="utf-8")
    for told in ("Licence", "sample", "COURSE_DATA"):
        assert told in card
