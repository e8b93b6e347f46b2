"""MNIST: 70,000 handwritten digits, or an embedded sample of 5,000 of them.

    from datasets import mnist
    (x_train, y_train), (x_test, y_test) = mnist.load_data()

Nothing unverified is ever returned: each array has the published shape, type and bytes, or DataError says what to do.
Only the standard library and NumPy are needed. Origin and licence: mnist.md.
"""

import hashlib
import http.client
import os
import reprlib
import secrets
import urllib.error
import urllib.request
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib import format as npy_format

KERAS_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
KERAS_SIZE = 11_490_434  # bytes
KERAS_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
SAMPLE_PATH = Path(__file__).with_name("mnist_sample.npz")

SOURCES = ("auto", "full", "sample")
TIMEOUT = 20  # seconds without a byte
CHUNK = 1 << 16
USE_SAMPLE = "or set COURSE_DATA=sample to work with the 5,000-digit sample"


class DataError(Exception):
    """The digits cannot be had: DataError(problem, what to do next)."""

    def __str__(self):
        return ". ".join(self.args) + "."


class NetworkError(DataError):
    """Keras's home cannot be reached at all; the sample may stand in."""


class _Unfit(Exception):
    """What is wrong with a file's content, said after its name."""


@dataclass(frozen=True)
class Edition:
    """One version of MNIST, and how it is recognised."""

    source_name: str
    """what tables, figures and reports carry: "mnist" or "mnist-sample" """
    n_train: int
    """training images"""
    n_test: int
    """test images"""
    digest: str
    """SHA-256 over the bytes of x_train, y_train, x_test, y_test, in this order"""

    @property
    def shapes(self):
        """The four arrays' names and shapes, in the digest's order."""
        return {
            "x_train": (self.n_train, 28, 28),
            "y_train": (self.n_train,),
            "x_test": (self.n_test, 28, 28),
            "y_test": (self.n_test,),
        }


FULL = Edition("mnist", 60_000, 10_000, "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16")
SAMPLE = Edition("mnist-sample", 4_000, 1_000, "932d20ce39c8980aea4184f9f3c73018b248642a4652b5c74a9315aca4fbd174")

_loaded = None  # the Edition of the last load_data
_said = set()  # lines printed in this process, each of them once


def load_data(source=None):
    """Load the digits as keras.datasets.mnist.load_data does, and print where they come from (not if COURSE_QUIET is set).

    Args:
        source: "auto" takes $COURSE_DATA_DIR/mnist.npz if that variable is set, else Keras's cache, else downloads into
            that cache, and takes the embedded sample where the network cannot be reached. "full" never takes the
            sample, "sample" nothing else. None reads the variable COURSE_DATA, and is "auto" where that is unset.

    Returns:
        (x_train, y_train), (x_test, y_test), all uint8: images (n, 28, 28) with pixels 0 to 255, labels (n,) 0 to 9.

    Raises:
        DataError: the source's name is unknown, or its file is missing, damaged or another one, or cannot be fetched.
    """
    variable, wanted = "source", source
    if source is None:
        variable, wanted = "COURSE_DATA", os.environ.get("COURSE_DATA") or "auto"
    if wanted not in SOURCES:
        raise DataError(f"{variable} is {wanted!r}", f"Expected one of {', '.join(SOURCES)}")
    if wanted == "sample":
        return _load_sample()
    try:
        return _load_full()
    except NetworkError as error:
        if wanted == "full":
            raise
        return _load_sample(f": {error.args[0]}")


def describe():
    """Return the Edition that load_data returned last, so that what is made from a sample can say so.

    Raises:
        DataError: nothing has been loaded in this process.
    """
    if _loaded is None:
        raise DataError("No digits have been loaded yet", "Call load_data() first")
    return _loaded


def class_shares(labels):
    """Return what share of the labels each digit is: the accuracy of a network that always answers that digit.

    Args:
        labels: integers 0 to 9, shape (n,).

    Returns:
        dict from each of the ten digits to its share; the shares sum to 1.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.size == 0:
        raise ValueError(f"expected labels of shape (n,), got {labels.shape}")
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() > 9:
        raise ValueError(f"expected integers 0 to 9, got {labels.dtype} from {labels.min()} to {labels.max()}")
    return {digit: count / labels.size for digit, count in enumerate(np.bincount(labels, minlength=10).tolist())}


def download(url, target, size, sha256):
    """Fetch a file of known size and SHA-256, with progress. It appears at target whole and verified, or not at all.

    Raises:
        NetworkError: the server cannot be reached.
        DataError: it answers with an error or with other bytes, the connection is cut, or the disk refuses the file.
    """
    try:
        response = urllib.request.urlopen(url, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        raise DataError(f"{url} answered {error.code} {error.reason}", f"Try again later, {USE_SAMPLE}") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        advice = f"Check the network and run this again, {USE_SAMPLE}"
        raise NetworkError(f"cannot reach {url} ({reason})", advice) from None
    # Each download has a name of its own: two processes may fetch at once, and both rename the same bytes into place.
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        with response:
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(part, "xb") as file:
                _copy_verified(response, file, url, size, sha256)
        os.replace(part, target)
    except OSError as error:
        advice = f"Free some disk space or set KERAS_HOME to another folder, {USE_SAMPLE}"
        raise DataError(f"cannot write {target} ({error.strerror})", advice) from None
    finally:
        with suppress(OSError):
            part.unlink()


def _copy_verified(response, file, url, size, sha256):
    """Copy the response into the file; raise DataError unless it has exactly the expected bytes."""
    received, shown, digest = 0, -1, hashlib.sha256()
    try:
        while received <= size and (chunk := _next_chunk(response)):
            file.write(chunk)
            digest.update(chunk)
            received += len(chunk)
            percent = min(100, 100 * received // size)
            if percent // 5 > shown:  # every 5 %: a notebook keeps each update
                shown = percent // 5
                print(f"\rDownloading MNIST: {percent:3d} % of {size / 1e6:.1f} MB", end="", flush=True)
    finally:
        if shown >= 0:
            print()
    if received < size:
        problem = f"{url}: the connection was cut after {received:,} of {size:,} bytes"
        raise DataError(problem, f"Nothing was kept: run this again, {USE_SAMPLE}")
    if digest.hexdigest() != sha256:  # too long a file was left off, and differs as well
        problem = f"{url} sent another file than Keras's MNIST (size or SHA-256 differ)"
        raise DataError(problem, f"Nothing was kept: try another network, as a proxy may alter files, {USE_SAMPLE}")


def _next_chunk(response):
    """Read on; a connection that breaks has ended, and the byte count tells that it ended early."""
    try:
        return response.read(CHUNK)
    except (OSError, http.client.HTTPException):
        return b""


def _load_full():
    folder = os.environ.get("COURSE_DATA_DIR")
    if folder:
        path = Path(os.path.abspath(os.path.expanduser(folder)), "mnist.npz")
        advice = f"Put Keras's mnist.npz there, unset COURSE_DATA_DIR, {USE_SAMPLE}"
        return _load(path, FULL, f"all digits from {path}", advice)
    path = Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"), "datasets", "mnist.npz")
    advice = f"Delete it and run this again, {USE_SAMPLE}"
    if os.path.exists(path):
        try:
            return _load(path, FULL, f"all digits from {path}", advice)
        except DataError as error:
            _say(f"not using the cached file, fetching it again: {error.args[0]}")
    download(KERAS_URL, path, KERAS_SIZE, KERAS_SHA256)
    return _load(path, FULL, f"all digits from {path}", advice)


def _load_sample(why=""):
    line = f"a SAMPLE of {SAMPLE.n_train:,} training and {SAMPLE.n_test:,} test digits, not the full data{why}"
    return _load(SAMPLE_PATH, SAMPLE, line, "Unpack the course's files again")


def _load(path, edition, line, advice):
    """Read one edition, remember it for describe(), and say where it comes from."""
    global _loaded
    x_train, y_train, x_test, y_test = _read(path, edition, advice)
    _loaded = edition
    _say(line)
    return (x_train, y_train), (x_test, y_test)


def _say(line):
    if line not in _said and not os.environ.get("COURSE_QUIET"):
        _said.add(line)
        print(f"MNIST: {line}")


def _read(path, edition, advice):
    """Return the edition's four arrays from an .npz file, or raise a DataError that ends with the advice."""
    try:
        return _verified_arrays(path, edition)
    except FileNotFoundError:
        problem = "is missing"
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
    except _Unfit as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - a hostile file makes zipfile and NumPy raise almost anything
        problem = f"is damaged or half-downloaded ({type(error).__name__})"
    raise DataError(f"{path} {problem}", advice)


def _verified_arrays(path, edition):
    expected = sorted(f"{name}.npy" for name in edition.shapes)
    digest = hashlib.sha256()
    with zipfile.ZipFile(path) as archive:
        members = sorted(archive.namelist())
        if members != expected:
            raise _Unfit(f"is another file: expected the members {expected}, got {reprlib.repr(members)}")
        arrays = [_read_array(archive, name, shape) for name, shape in edition.shapes.items()]
    for array in arrays:
        digest.update(np.ascontiguousarray(array))
    if digest.hexdigest() != edition.digest:
        raise _Unfit("has the right shapes but not MNIST's digits (SHA-256 differs)")
    return arrays


def _read_array(archive, name, shape):
    """Read one member, whose header must promise the expected array before any memory is given to it."""
    member_name = f"{name}.npy"
    # LZMA may demand gigabytes for its dictionary, and a version 2 header may be that long. NumPy writes neither here.
    if archive.getinfo(member_name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _Unfit(f"is another file: {name} is compressed in another way than NumPy does")
    with archive.open(member_name) as member:
        if npy_format.read_magic(member) != (1, 0):
            raise _Unfit(f"is another file: {name} is in another version of NumPy's format than 1.0")
        found_shape, _, dtype = npy_format.read_array_header_1_0(member)
        if found_shape != shape or dtype != np.uint8:
            found = f"{reprlib.repr(str(dtype))} {reprlib.repr(found_shape)}"
            raise _Unfit(f"is another file: expected {name} as uint8 {shape}, got {found}")
        member.seek(0)
        return npy_format.read_array(member, allow_pickle=False)
