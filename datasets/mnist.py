"""MNIST: 70,000 handwritten digits, or an embedded sample of 5,000 of them.

    from datasets import mnist
    (x_train, y_train), (x_test, y_test) = mnist.load_data()

Nothing unverified is ever returned: each array has the published shape, type and bytes, or DataError says what to do.
Only the standard library and NumPy are needed. Origin and licence: mnist.md.
"""

import hashlib
import reprlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib import format as npy_format

from datasets import files
from datasets.files import DataError, NetworkError

KERAS_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
KERAS_SIZE = 11_490_434  # bytes
KERAS_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
SAMPLE_PATH = Path(__file__).with_name("mnist_sample.npz")

USE_SAMPLE = "or set COURSE_DATA=sample to work with the 5,000-digit sample"

__all__ = ["DataError", "NetworkError", "class_shares", "describe", "download", "load_data"]


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
    return files.full_or_sample(source, lambda _: _load_full(), _load_sample)


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
    """Fetch a file as files.download does: whole and verified, or not at all; what was cut goes on at the next call."""
    files.download(_published(url, size, sha256), target, USE_SAMPLE)


def _published(url, size, sha256):
    return files.Published(url, size, sha256, title="MNIST", content="Keras's MNIST")


def _load_full():
    folder = files.local_folder()
    if folder is None:
        home = _published(KERAS_URL, KERAS_SIZE, KERAS_SHA256)
        advice = f"Delete it and run this again, {USE_SAMPLE}"
        return files.load_cached(home, "mnist.npz", lambda path: _load_all(path, advice), USE_SAMPLE)
    return _load_all(folder / "mnist.npz", f"Put Keras's mnist.npz there, unset COURSE_DATA_DIR, {USE_SAMPLE}")


def _load_all(path, advice):
    return _load(path, FULL, f"all digits from {path}", advice)


def _load_sample(why=""):
    line = f"a SAMPLE of {SAMPLE.n_train:,} training and {SAMPLE.n_test:,} test digits, not the full data{why}"
    return _load(SAMPLE_PATH, SAMPLE, line, "Unpack the course's files again")


def _load(path, edition, line, advice):
    """Read one edition, remember it for describe(), and say where it comes from."""
    global _loaded
    x_train, y_train, x_test, y_test = _read(path, edition, advice)
    _loaded = edition
    files.say("MNIST", line)
    return (x_train, y_train), (x_test, y_test)


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
