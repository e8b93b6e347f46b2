"""What the loaders share: where data are looked for, and downloads that go on where they stopped."""

import errno
import hashlib
import pickle
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from datasets import files

ROOT = Path(__file__).parents[1]
BODY = bytes(range(256)) * 1_000  # 256,000 bytes, whose halves differ
ADVICE = "or set COURSE_DATA=sample to read something else"


@dataclass
class Home:
    """What a server has, and how it behaves; it keeps what was asked of it."""

    body: bytes = BODY
    etag: str = '"first"'
    ranges: bool = True  # honours Range
    if_range: bool = True  # honours If-Range
    cut: int | None = None  # hang up after so many bytes of a response
    status: int = 200
    length: str | None = "true"  # the Content-Length: "true", another text, or None for none
    content_range: str | None = None  # a false one
    pause: threading.Event | None = None  # before the body's second half
    asked: list = field(default_factory=list)  # (Range, If-Range) of every request
    sent: list = field(default_factory=list)  # how many bytes of the body went out, for every response

    def answer(self, handler):
        wanted, version = handler.headers["Range"], handler.headers["If-Range"]
        self.asked.append((wanted, version))
        start, status = 0, self.status
        if wanted and self.ranges and status == 200 and (version in (None, self.etag) or not self.if_range):
            start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])
            status = 206 if start < len(self.body) else 416
        content = self.body[start:] if status < 400 else b"sorry"
        handler.send_response(status)
        if self.etag:
            handler.send_header("ETag", self.etag)
        if status == 206:
            handler.send_header("Content-Range", self.content_range or f"bytes {start}-{len(self.body) - 1}/{len(self.body)}")
        if self.length is not None:
            handler.send_header("Content-Length", str(len(content)) if self.length == "true" else self.length)
        handler.end_headers()
        content = content[: self.cut]
        self.sent.append(len(content))
        half = len(content) // 2
        with suppress(ConnectionError):  # a client may well hang up
            handler.wfile.write(content[:half])
            if self.pause:
                self.pause.wait(30)
            handler.wfile.write(content[half:])


@pytest.fixture
def serve():
    """A function that starts a loopback server for a Home and returns the address of its file."""
    servers = []

    def start(home):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                home.answer(self)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=partial(server.serve_forever, poll_interval=0.01), daemon=True).start()
        servers.append((server, home))
        return f"http://127.0.0.1:{server.server_port}/file"

    yield start
    for server, home in servers:
        if home.pause:
            home.pause.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def closed_url():
    """A loopback address that refuses connections."""
    with socket.socket() as bound:  # bound but not listening: no other program can take the port meanwhile
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/file"


@pytest.fixture(autouse=True)
def new_process(monkeypatch, tmp_path):
    """Each test starts as a process that has said nothing, with an empty cache."""
    for variable in ("COURSE_DATA", "COURSE_DATA_DIR", "COURSE_QUIET"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(files, "_said", set())


@pytest.fixture
def target(tmp_path):
    """Where the download shall be."""
    return tmp_path / "cache/file"


def published(url, body=BODY):
    return files.Published(url, len(body), hashlib.sha256(body).hexdigest(), title="Bytes", content="the bytes")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def fetch(url, target):
    files.download(published(url), target, ADVICE)


def cut_once(serve, target, **behaviour):
    """Start a home that hung up at the first request after 100,000 bytes, and return it and its address."""
    home = Home(cut=100_000, **behaviour)
    url = serve(home)
    with pytest.raises(files.DataError, match="cut after 100,000 of 256,000 bytes"):
        fetch(url, target)
    home.cut = None
    return home, url


# A download


def test_a_download_is_whole_and_leaves_nothing_else(serve, target):
    home = Home()
    fetch(serve(home), target)
    assert target.read_bytes() == BODY
    assert names(target.parent) == ["file"]
    assert home.asked == [(None, None)]


def test_progress_is_shown_every_five_percent(serve, target, capsys):
    body = bytes(5_000_000)
    url = serve(Home(body))
    files.download(published(url, body), target, ADVICE)
    shown = capsys.readouterr().out
    assert 10 < shown.count("\r") <= 21
    assert shown.endswith("\rDownloading Bytes: 100 % of 5.0 MB\n")


def test_a_grader_hears_of_no_progress(serve, target, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_QUIET", "1")
    fetch(serve(Home()), target)
    assert capsys.readouterr().out == ""


def test_it_does_not_call_itself_python(serve, target):
    """wikitext.smerity.com, for one, turns Python's own name away."""

    class Doorkeeper(Home):
        def answer(self, handler):
            self.status = 403 if "Python" in handler.headers["User-Agent"] else 200
            super().answer(handler)

    fetch(serve(Doorkeeper()), target)
    assert target.read_bytes() == BODY


# Cut, and gone on with


def test_after_a_cut_only_the_missing_bytes_are_asked_for_and_sent(serve, target):
    home, url = cut_once(serve, target)
    assert names(target.parent) == ["file.part", "file.part.tag"]
    fetch(url, target)
    assert home.asked == [(None, None), ("bytes=100000-", '"first"')]
    assert home.sent == [100_000, 156_000]
    assert target.read_bytes() == BODY
    assert names(target.parent) == ["file"]


def test_it_may_be_cut_again_and_again(serve, target):
    home = Home(cut=100_000)
    url = serve(home)
    for received in ("100,000", "200,000"):
        with pytest.raises(files.DataError, match=f"cut after {received} of 256,000 bytes. Run this again to fetch the rest, or set"):
            fetch(url, target)
    fetch(url, target)
    assert home.sent == [100_000, 100_000, 56_000]
    assert target.read_bytes() == BODY


def test_progress_goes_on_too(serve, target, capsys):
    _, url = cut_once(serve, target)
    capsys.readouterr()
    fetch(url, target)
    percents = [int(percent) for percent in re.findall(r"(\d+) %", capsys.readouterr().out)]
    assert percents[0] >= 39
    assert percents == sorted(percents)
    assert percents[-1] == 100


def test_a_server_without_ranges_sends_all_again(serve, target):
    home, url = cut_once(serve, target, ranges=False)
    fetch(url, target)
    assert home.sent == [100_000, 256_000]
    assert target.read_bytes() == BODY


def test_a_file_that_was_put_right_meanwhile_is_fetched_anew(serve, target):
    home, url = cut_once(serve, target, body=BODY[::-1])
    home.body, home.etag = BODY, '"second"'
    fetch(url, target)
    assert home.asked[1:] == [("bytes=100000-", '"first"')]
    assert home.sent == [100_000, 256_000]
    assert target.read_bytes() == BODY


@pytest.mark.parametrize("etag", ["", 'W/"weak"', '"first"'])
def test_a_part_of_another_version_is_found_out_by_the_digest(serve, target, etag):
    home, url = cut_once(serve, target, body=BODY[::-1], etag=etag, if_range=False)
    home.body = BODY
    fetch(url, target)
    assert home.sent == [100_000, 156_000, 256_000]
    assert target.read_bytes() == BODY


def test_a_file_that_has_changed_for_good_is_refused(serve, target):
    home, url = cut_once(serve, target)
    home.body, home.etag = BODY[::-1], '"second"'
    with pytest.raises(files.DataError, match=r"sent another file than the bytes \(its SHA-256 differs\). Nothing was kept"):
        fetch(url, target)
    assert names(target.parent) == []


@pytest.mark.parametrize("body", [BODY[:50_000], BODY[:100_000]])
def test_a_file_that_has_become_shorter_is_refused(serve, target, body):
    home, url = cut_once(serve, target)
    home.body = body
    with pytest.raises(files.DataError, match=f"another file than the bytes .{len(body)} bytes instead of 256000"):
        fetch(url, target)
    assert names(target.parent) == []


def test_a_file_that_has_grown_is_refused(serve, target):
    home, url = cut_once(serve, target)
    home.body = BODY + b"!"
    with pytest.raises(files.DataError, match=r"another file than the bytes \(256001 bytes instead of 256000\)"):
        fetch(url, target)
    assert names(target.parent) == []


@pytest.mark.parametrize("content_range", ["bytes 0-255999/256000", "bytes 100000-255999/300000", "nonsense"])
def test_another_range_than_asked_for_is_not_put_behind_the_part(serve, target, content_range):
    home, url = cut_once(serve, target)
    home.content_range = content_range
    fetch(url, target)
    assert home.asked[2:] == [(None, None)]  # begun anew
    assert target.read_bytes() == BODY


def test_a_total_that_the_server_does_not_know_is_no_hindrance(serve, target):
    home, url = cut_once(serve, target)
    home.content_range = "bytes 100000-255999/*"
    fetch(url, target)
    assert home.sent == [100_000, 156_000]


def test_a_part_that_is_whole_needs_no_network(target, closed_url):
    target.parent.mkdir()
    target.with_name("file.part").write_bytes(BODY)
    fetch(closed_url, target)
    assert target.read_bytes() == BODY
    assert names(target.parent) == ["file"]


@pytest.mark.parametrize("part", [BODY[::-1], BODY + b"!", b"!" * 255_999], ids=["wrong", "too long", "almost whole"])
def test_a_bad_part_is_thrown_away(serve, target, part):
    target.parent.mkdir()
    target.with_name("file.part").write_bytes(part)
    fetch(serve(Home()), target)
    assert target.read_bytes() == BODY
    assert names(target.parent) == ["file"]


def test_without_a_network_the_part_stays(serve, target, closed_url):
    cut_once(serve, target)
    with pytest.raises(files.NetworkError):
        fetch(closed_url, target)
    assert target.with_name("file.part").read_bytes() == BODY[:100_000]


def test_an_interrupted_download_goes_on(serve, target, monkeypatch):
    home = Home()
    url = serve(home)

    def interrupt(response, read=files._next_chunk):
        if target.with_name("file.part").exists() and target.with_name("file.part").stat().st_size:
            raise KeyboardInterrupt
        return read(response)

    with monkeypatch.context() as patch:
        patch.setattr(files, "_next_chunk", interrupt)
        patch.setattr("builtins.open", partial(open, buffering=0))
        with pytest.raises(KeyboardInterrupt):
            fetch(url, target)
    have = target.with_name("file.part").stat().st_size
    assert 0 < have < len(BODY)
    fetch(url, target)
    assert home.sent[1] == len(BODY) - have
    assert target.read_bytes() == BODY


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_download_goes_on(serve, target):
    home = Home(body=BODY * 20, pause=threading.Event())
    url = serve(home)
    part = target.with_name("file.part")
    with start_download(url, home.body, target) as process:
        deadline = time.monotonic() + 30
        while not (part.exists() and part.stat().st_size > 1_000_000) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
    have = part.stat().st_size
    assert 0 < have < len(home.body)
    home.pause = None
    files.download(published(url, home.body), target, ADVICE)
    assert home.sent[1] == len(home.body) - have
    assert target.read_bytes() == home.body
    assert names(target.parent) == ["file"]


# Refused


BAD_HOMES = {
    "not there": (Home(status=404), "answered 404 Not Found. Try again later"),
    "server error": (Home(status=503), "answered 503 Service Unavailable"),
    "range error": (Home(status=416), "answered 416"),
    "empty": (Home(body=b""), r"another file than the bytes \(0 bytes instead of 256000\)"),
    "a login page": (Home(body=b"<html>Sign in"), r"another file than the bytes \(13 bytes instead of 256000\)"),
    "too long": (Home(body=BODY + b"!"), r"another file .* \(256001 bytes instead of 256000\)"),
    "endless": (Home(body=BODY * 20, length=None), r"another file .* \(more than 256000 bytes\)"),
    "corrupted": (Home(body=BODY[:-1] + b"!"), r"another file .* \(its SHA-256 differs\). Nothing was kept: try another network"),
    "longer than it says": (Home(body=BODY[::-1] + b"!", length="256000"), "another file"),
    "cut at once": (Home(cut=0), "the connection was cut after 0 of 256,000 bytes"),
}


@pytest.mark.parametrize("name", BAD_HOMES)
def test_a_bad_answer_is_one_clear_line_and_leaves_nothing(serve, target, name):
    home, expected = BAD_HOMES[name]
    with pytest.raises(files.DataError, match=expected) as caught:
        fetch(serve(replace(home, asked=[], sent=[])), target)
    message = str(caught.value)
    assert message.startswith("http://127.0.0.1")
    assert message.endswith(f"{ADVICE}.")
    assert "\n" not in message
    assert not isinstance(caught.value, files.NetworkError)
    assert names(target.parent) == []


def test_a_login_page_without_a_length_is_not_taken_for_a_part_for_long(serve, target):
    """It is kept, for it may be one; the next network's file is then found not to fit, and fetched whole."""
    url = serve(Home(body=b"<html>Sign in", length=None, etag=""))
    with pytest.raises(files.DataError, match="cut after 13 of"):
        fetch(url, target)
    fetch(serve(Home()), target)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize("etag", ['"a\tb"', '"a"b"', "no quotes", '"ümlaut"'])
def test_a_strange_version_name_is_not_sent_back(serve, target, etag):
    home, url = cut_once(serve, target, etag=etag)
    fetch(url, target)
    assert home.asked[1] == ("bytes=100000-", None)
    assert target.read_bytes() == BODY


def test_a_silent_server_is_given_up_and_the_part_kept(serve, target, monkeypatch):
    monkeypatch.setattr(files, "TIMEOUT", 0.2)
    home = Home(pause=threading.Event())
    url = serve(home)
    with pytest.raises(files.DataError, match="cut after 128,000 of 256,000 bytes"):
        fetch(url, target)
    assert target.with_name("file.part").read_bytes() == BODY[:128_000]  # all that came
    home.pause = None
    fetch(url, target)
    assert home.sent[1] == 128_000


def test_a_server_that_never_answers_cannot_be_reached(target, monkeypatch):
    monkeypatch.setattr(files, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/file"
        with pytest.raises(files.NetworkError, match=r"cannot reach .* \(.*timed out.*\). Check the network"):
            fetch(url, target)
    assert names(target.parent) == []


def test_a_closed_port_cannot_be_reached(target, closed_url):
    with pytest.raises(files.NetworkError, match=f"cannot reach {closed_url} .*Check the network and run this again, or set"):
        fetch(closed_url, target)
    assert names(target.parent) == []


# The disk


@contextmanager
def files_limited_to(n_bytes):
    """Let writes beyond this size fail, as they do on a full disk."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_a_clear_error_and_not_left_fuller(serve, target):
    url = serve(Home())
    with files_limited_to(150_000), pytest.raises(files.DataError, match=r"cannot write .*file \(.*Free some disk space"):
        fetch(url, target)
    assert names(target.parent) == []


def test_an_endless_download_is_given_up_before_it_fills_the_disk(serve, target):
    url = serve(Home(body=bytes(5_000_000), length=None))
    with files_limited_to(500_000), pytest.raises(files.DataError, match="another file"):
        fetch(url, target)


def test_a_folder_that_cannot_be_made_is_a_clear_error(serve, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(files.DataError, match="cannot write .*set KERAS_HOME to another folder"):
        fetch(serve(Home()), tmp_path / "cache/file")


@pytest.fixture
def read_only(monkeypatch):
    """No file can be written, as in a folder of somebody else; taking the rights away would not stop root."""

    def refuse(path, mode="r", *_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(files, "open", refuse, raising=False)


def test_a_folder_that_cannot_be_written_is_a_clear_error(serve, target, read_only):
    with pytest.raises(files.DataError, match=r"cannot write .*file \(Permission denied\). Free some disk space or set") as caught:
        fetch(serve(Home()), target)
    assert not isinstance(caught.value, files.Unavailable)
    assert "\n" not in str(caught.value)


def test_without_a_network_the_folder_does_not_matter(tmp_path, target, closed_url, read_only):
    """So the sample may stand in, as in a sandbox that has neither."""
    for path in (target, tmp_path / "keras/file"):
        (tmp_path / "keras").write_text("a file where the folder should be")
        with pytest.raises(files.NetworkError, match="cannot reach"):
            fetch(closed_url, path)


def test_a_folder_in_the_files_place_is_a_clear_error_and_nothing_is_lost(serve, target):
    target.mkdir(parents=True)
    with pytest.raises(files.DataError, match="cannot write"):
        fetch(serve(Home()), target)
    target.rmdir()
    fetch("http://127.0.0.1:1/not-needed-any-more", target)
    assert target.read_bytes() == BODY


# Several at once


@contextmanager
def start_download(url, body, target):
    """A process that downloads."""
    code = (
        "import sys; from datasets import files; url, size, sha256, target = sys.argv[1:];"
        "files.download(files.Published(url, int(size), sha256, 'Bytes', 'the bytes'), target, 'or not')"
    )
    arguments = [url, str(len(body)), hashlib.sha256(body).hexdigest(), str(target)]
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_processes_that_download_at_once_do_not_hurt_each_other(serve, target):
    home = Home(body=bytes(20_000_000), pause=threading.Event())
    url = serve(home)
    with start_download(url, home.body, target) as first, start_download(url, home.body, target) as second:
        deadline = time.monotonic() + 60
        while len(list(target.parent.glob("*.part"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(list(target.parent.glob("*.part"))) == 2  # each has its own, and both are half-way
        home.pause.set()
        assert [first.wait(60), second.wait(60)] == [0, 0]
    assert target.read_bytes() == home.body
    assert names(target.parent) == ["file"]


def test_who_finds_another_process_at_it_neither_touches_nor_leaves_a_part(serve, target):
    _, url = cut_once(serve, target)
    before = target.with_name("file.part").read_bytes()
    with files._lock(target.with_name("file.lock")) as alone:
        assert alone
        slow = serve(Home(cut=200_000))
        with pytest.raises(files.DataError, match="cut after 200,000 of"):
            fetch(slow, target)
        assert names(target.parent) == ["file.lock", "file.part", "file.part.tag"]
        fetch(url, target)
        assert target.read_bytes() == BODY
    assert target.with_name("file.part").read_bytes() == before


def test_a_lock_that_its_owner_has_removed_is_no_lock(tmp_path):
    path = tmp_path / "lock"
    with files._lock(path) as first:
        with files._lock(path) as second:
            assert (first, second) == (True, False)
        path.unlink()
        with files._lock(path) as third:  # a new file of that name
            assert third
    with files._lock(path) as fourth:
        assert fourth


@pytest.mark.parametrize("replaced", [False, True])
def test_a_lock_that_is_removed_while_it_is_taken_is_none(tmp_path, monkeypatch, replaced):
    """Between opening and locking, its last owner has finished; and perhaps a third process has come."""
    path = tmp_path / "lock"

    def slow(file, lock=files._try_lock):
        path.unlink()
        if replaced:
            path.touch()
        return lock(file)

    monkeypatch.setattr(files, "_try_lock", slow)
    with files._lock(path) as alone:
        assert not alone
    assert path.exists() == replaced


def test_a_lock_that_a_crash_left_behind_is_taken_over(serve, target):
    target.parent.mkdir()
    target.with_name("file.lock").touch()
    fetch(serve(Home()), target)
    assert names(target.parent) == ["file"]


# The cache, and where data are looked for


def read_bytes(path):
    if path.read_bytes() != BODY:
        raise files.DataError(f"{path} is damaged", ADVICE)
    return path.read_bytes()


def test_the_cache_is_filled_once(serve, tmp_path):
    home = Home()
    url = serve(home)
    for _ in range(2):
        assert files.load_cached(published(url), "file", read_bytes, ADVICE) == BODY
    assert len(home.asked) == 1
    assert names(tmp_path / "keras/datasets") == ["file"]


def test_a_bad_cached_file_is_named_and_replaced(serve, tmp_path, capsys):
    path = tmp_path / "keras/datasets/file"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"bad")
    assert files.load_cached(published(serve(Home())), "file", read_bytes, ADVICE) == BODY
    assert f"Bytes: not using the cached file, fetching it again: {path} is damaged\n" in capsys.readouterr().out


def test_the_cache_is_keras_cache(monkeypatch, tmp_path):
    assert files.cache_folder() == tmp_path / "keras/datasets"
    monkeypatch.setenv("KERAS_HOME", "")
    for variable in ("HOME", "USERPROFILE"):  # Linux and macOS, Windows
        monkeypatch.setenv(variable, str(tmp_path))
    assert files.cache_folder() == tmp_path / ".keras/datasets"


def test_the_local_folder_is_absolute_and_may_start_at_home(monkeypatch, tmp_path):
    assert files.local_folder() is None
    monkeypatch.setenv("COURSE_DATA_DIR", "")
    assert files.local_folder() is None
    monkeypatch.setenv("COURSE_DATA_DIR", "here")
    assert files.local_folder() == Path.cwd() / "here"
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setenv("COURSE_DATA_DIR", "~/data")
    assert files.local_folder() == tmp_path / "data"


def unavailable(_):
    raise files.NetworkError("cannot reach it", "Check the network")


def broken(_):
    raise files.DataError("it is damaged", "Fetch it again")


@pytest.mark.parametrize(
    ("source", "full", "expected"),
    [
        ("auto", lambda wanted: f"full, {wanted}", "full, auto"),
        ("full", lambda wanted: f"full, {wanted}", "full, full"),
        ("sample", broken, "sample"),
        ("auto", unavailable, "sample: cannot reach it"),
    ],
)
def test_the_sample_stands_in_where_it_may(source, full, expected):
    assert files.full_or_sample(source, full, lambda why: f"sample{why}") == expected


@pytest.mark.parametrize(("source", "full"), [("full", unavailable), ("full", broken), ("auto", broken)])
def test_the_sample_never_hides_an_error(source, full):
    with pytest.raises(files.DataError):
        files.full_or_sample(source, full, lambda _: pytest.fail("the sample was taken"))


def test_the_variable_chooses_and_the_argument_overrides_it(monkeypatch):
    assert files.chosen_source() == "auto"
    monkeypatch.setenv("COURSE_DATA", "")
    assert files.chosen_source() == "auto"
    monkeypatch.setenv("COURSE_DATA", "sample")
    assert files.chosen_source() == "sample"
    assert files.chosen_source("full") == "full"


def test_an_unknown_source_names_the_place_it_was_given(monkeypatch):
    with pytest.raises(files.DataError, match=r"source is 'ful'\. Expected one of auto, full, sample\."):
        files.chosen_source("ful")
    monkeypatch.setenv("COURSE_DATA", "Sample")
    with pytest.raises(files.DataError, match=r"COURSE_DATA is 'Sample'"):
        files.chosen_source()


def test_a_line_is_said_once_a_data_set_and_never_to_a_grader(capsys, monkeypatch):
    for title in ("A", "A", "B"):
        files.say(title, "from here")
    assert capsys.readouterr().out == "A: from here\nB: from here\n"
    monkeypatch.setenv("COURSE_QUIET", "1")
    files.say("C", "from here")
    assert capsys.readouterr().out == ""


def test_errors_survive_the_way_back_from_a_worker():
    error = pickle.loads(pickle.dumps(files.NetworkError("no way", "Go on foot")))
    assert (type(error), str(error)) == (files.NetworkError, "no way. Go on foot.")
