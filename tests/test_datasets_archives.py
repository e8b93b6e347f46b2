"""Known texts out of files that may hold anything: only the right bytes come out, and a bad file costs nothing."""

import bz2
import gzip
import hashlib
import io
import os
import struct
import tarfile
import tracemalloc
import zipfile
from contextlib import contextmanager

import pytest

from datasets import archives
from datasets.archives import KnownText, read_folder, read_tar, read_text, read_zip
from datasets.files import DataError

TEXT = "the cat sat on the mat , said Senjō\n" * 500
BYTES = TEXT.encode()
OTHER = BYTES[::-1]
KNOWN = KnownText("the cat's tale", len(BYTES), hashlib.sha256(BYTES).hexdigest())
MEMBERS = {"tale/cat.txt": KNOWN}
ADVICE = "Fetch it again"


@pytest.fixture
def path(tmp_path):
    """Where the file under test lies."""
    return tmp_path / "file"


@contextmanager
def refused(path, expected):
    """Expect one clear line that begins with the file's name and matches, and no more memory than the text takes."""
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=expected) as caught:
            yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    message = str(caught.value)
    assert message.startswith(f"{path} ")
    assert message.endswith(". Fetch it again.")
    assert "\n" not in message
    assert len(message) < 400
    assert peak < 3_000_000


# Plain and gzipped


@pytest.mark.parametrize(("name", "pack"), [("cat.txt", bytes), ("cat.txt.gz", gzip.compress)])
def test_a_text_is_read_plain_and_gzipped(tmp_path, name, pack):
    (tmp_path / name).write_bytes(pack(BYTES))
    assert read_text(tmp_path / name, KNOWN, ADVICE) == TEXT
    assert read_folder(tmp_path, {"cat.txt": KNOWN}, ADVICE) == [TEXT]


def test_gzip_members_one_after_the_other_are_one_text(path):
    path = path.with_suffix(".gz")
    path.write_bytes(gzip.compress(BYTES[:1_000]) + gzip.compress(BYTES[1_000:]))
    assert read_text(path, KNOWN, ADVICE) == TEXT


BAD_TEXTS = {
    "empty": (b"", "expected 18,500 bytes, got 0"),
    "cut": (BYTES[:-1], "is not the cat's tale: expected 18,500 bytes, got 18,499"),
    "longer": (BYTES + b"!", "expected 18,500 bytes, got more"),
    "other words": (OTHER, "has the right length but another SHA-256"),
    "Latin-1": (TEXT.replace("ō", "o").encode("latin-1"), "expected 18,500 bytes"),
    "UTF-16": (TEXT.encode("utf-16"), "expected 18,500 bytes, got more"),
    "Windows lines": (BYTES.replace(b"\n", b"\r\n"), "got more"),
    "byte order mark": (b"\xef\xbb\xbf" + BYTES, "got more"),
    "no text": (os.urandom(len(BYTES)), "another SHA-256"),
    "endless line": (b"a" * 1_050_000, "expected 18,500 bytes, got more"),
    "huge": (b"a" * 2_000_000, "it has 2,000,000 bytes, expected at most 1,067,076"),
}


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_another_text_is_refused(path, name):
    content, expected = BAD_TEXTS[name]
    path.write_bytes(content)
    with refused(path, expected):
        read_text(path, KNOWN, ADVICE)


BAD_GZIPS = {
    "no gzip": (BYTES, "no gzip file"),
    "cut": (gzip.compress(BYTES)[:-9], "is damaged or half-downloaded"),
    "a byte changed": (gzip.compress(BYTES)[:30] + b"?" + gzip.compress(BYTES)[31:], "is damaged|another SHA-256|bytes, got"),
    "a bomb": (gzip.compress(bytes(200_000_000), 1), "expected 18,500 bytes, got more"),
    "bzip2": (bz2.compress(BYTES), "no gzip file"),
}


@pytest.mark.parametrize("name", BAD_GZIPS)
def test_a_bad_gzip_file_is_refused(path, name):
    path = path.with_suffix(".gz")
    content, expected = BAD_GZIPS[name]
    path.write_bytes(content)
    with refused(path, expected):
        read_text(path, KNOWN, ADVICE)


READERS = [
    lambda path: read_text(path, KNOWN, ADVICE),
    lambda path: read_zip(path, MEMBERS, ADVICE),
    lambda path: read_tar(path, MEMBERS, ADVICE),
]
every_reader = pytest.mark.parametrize("read", READERS, ids=["text", "zip", "tar"])


@every_reader
def test_what_is_no_file_is_not_waited_for(path, read):
    with refused(path, "is missing"):
        read(path)
    path.mkdir()
    with refused(path, "is not a file"):
        read(path)
    path.rmdir()
    path.symlink_to(path)
    with refused(path, r"cannot be read \("):
        read(path)
    path.unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(path)
        with refused(path, "is not a file"):
            read(path)
        path.unlink()
        path.symlink_to("/dev/zero")
        with refused(path, "is not a file"):
            read(path)


@every_reader
def test_a_file_that_may_not_be_read_is_told(path, read, monkeypatch):
    path.write_bytes(BYTES)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("io.open", refuse)
    with refused(path, r"cannot be read \(Permission denied\)"):
        read(path)


def test_a_folder_without_any_of_the_texts_is_none_and_one_with_some_an_error(tmp_path):
    members = {"cat.txt": KNOWN, "dog.txt": KNOWN}
    assert read_folder(tmp_path, members, ADVICE) is None
    assert read_folder(tmp_path / "nowhere", members, ADVICE) is None
    (tmp_path / "cat.txt").write_bytes(BYTES)
    with refused(tmp_path / "dog.txt.gz", "is missing"):
        read_folder(tmp_path, members, ADVICE)


# Zip


def write_zip(path, content=BYTES, name="tale/cat.txt", compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr(name, content)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_text_is_read_from_a_zip(path, compression):
    write_zip(path, compression=compression)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("README", "beside it")
    assert read_zip(path, MEMBERS, ADVICE) == [TEXT]


def write_link(path):
    link = zipfile.ZipInfo("tale/cat.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")


def write_many_names(path):
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(500):
            archive.writestr(f"name{index}\n", "")


def write_lying_size(path):
    """The directory promises the text's size, and the data unpack to far more."""
    packed = io.BytesIO()
    write_zip(packed, bytes(20_000_000))
    content = packed.getvalue().replace(struct.pack("<I", 20_000_000), struct.pack("<I", len(BYTES)))
    path.write_bytes(content)


def write_encrypted(path):
    write_zip(path)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    path.write_bytes(content)


def write_damaged(path):
    write_zip(path)
    content = bytearray(path.read_bytes())
    content[60] ^= 255
    path.write_bytes(content)


BAD_ZIPS = {
    "empty": (lambda path: path.write_bytes(b""), "is damaged or half-downloaded"),
    "a web page": (lambda path: path.write_text("<html>Sign in"), "is damaged"),
    "cut": (lambda path: (write_zip(path), path.write_bytes(path.read_bytes()[:-30])), "is damaged"),
    "damaged": (write_damaged, "is damaged|another SHA-256|bytes, got"),
    "another member": (lambda path: write_zip(path, name="cat.txt"), r"expected the member tale/cat.txt, got \['cat.txt'\]"),
    "many members": (write_many_names, "expected the member tale/cat.txt, got"),
    "other words": (lambda path: write_zip(path, OTHER), "is not the cat's tale: it has the right length but another SHA-256"),
    "short": (lambda path: write_zip(path, b"the cat"), "expected 18,500 bytes, got 7"),
    "a bomb": (lambda path: write_zip(path, bytes(20_000_000)), "expected 18,500 bytes, got more"),
    "a lying size": (write_lying_size, "is damaged|another SHA-256"),
    "huge": (lambda path: write_zip(path, os.urandom(1_100_000)), "expected at most 1,067,076"),
    "LZMA": (lambda path: write_zip(path, compression=zipfile.ZIP_LZMA), "neither stored nor deflated"),
    "bzip2": (lambda path: write_zip(path, compression=zipfile.ZIP_BZIP2), "neither stored nor deflated"),
    "encrypted": (write_encrypted, r"is damaged or half-downloaded \(RuntimeError\)"),
    "a link": (write_link, "expected 18,500 bytes, got 11"),
}


@pytest.mark.parametrize("name", BAD_ZIPS)
def test_a_bad_zip_is_refused(path, name):
    make, expected = BAD_ZIPS[name]
    make(path)
    with refused(path, expected):
        read_zip(path, MEMBERS, ADVICE)


# Tar


def member(name, content=BYTES, **attributes):
    """One member's header and data, as they stand in an archive."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    padding = -len(content) % tarfile.BLOCKSIZE
    return info.tobuf(tarfile.GNU_FORMAT) + content + bytes(padding)


def write_tar(path, *members, level=9):
    path.write_bytes(gzip.compress(b"".join(members) + bytes(2 * tarfile.BLOCKSIZE), level))


@pytest.mark.parametrize("name", ["tale/cat.txt", "./tale/cat.txt", "./simple-examples/tale/cat.txt"])
def test_a_text_is_read_from_a_tar(path, name):
    folder = member("./tale", b"", type=tarfile.DIRTYPE)
    write_tar(path, folder, member("not-tale/cat.txt".replace("/", "-"), b"another"), member("README", bytes(512)), member(name))
    assert read_tar(path, MEMBERS, ADVICE) == [TEXT]


def test_texts_come_in_the_order_asked_for(path):
    dog = b"the dog sat\n"
    known = KnownText("the dog's tale", len(dog), hashlib.sha256(dog).hexdigest())
    write_tar(path, member("tale/dog.txt", dog), member("tale/cat.txt"))
    assert read_tar(path, {"tale/cat.txt": KNOWN, "tale/dog.txt": known}, ADVICE) == [TEXT, "the dog sat\n"]


def test_what_follows_the_texts_is_not_unpacked(path):
    path.write_bytes(gzip.compress(member("tale/cat.txt")) + b"no gzip any more" * 10_000)
    assert read_tar(path, MEMBERS, ADVICE) == [TEXT]


def test_nothing_is_written_anywhere(path, tmp_path):
    write_tar(path, member("../../tale/cat.txt"))
    before = sorted(tmp_path.rglob("*"))
    assert read_tar(path, MEMBERS, ADVICE) == [TEXT]
    assert sorted(tmp_path.rglob("*")) == before


def backwards():
    """A member whose size is negative, which leads an unwary reader round and round."""
    header = bytearray(member("loop", b""))
    header[124:136] = b"\xff" * 10 + struct.pack(">h", -1024)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header[: tarfile.BLOCKSIZE])
    return bytes(header)


def promise(size, kind=tarfile.XHDTYPE):
    """A header that promises so many bytes."""
    info = tarfile.TarInfo("header")
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


BAD_TARS = {
    "empty": ([b""], "expected the member tale/cat.txt"),
    "no tar": ([b"no tar" * 1_000], "is damaged"),
    "another member": ([member("cat.txt"), member("other-tale/cat.txt")], "expected the member tale/cat.txt"),
    "other words": ([member("tale/cat.txt", OTHER)], "is not the cat's tale: .* another SHA-256"),
    "short": ([member("tale/cat.txt", b"the cat")], "expected 18,500 bytes, got 7"),
    "long": ([member("tale/cat.txt", bytes(5_000_000))], "expected 18,500 bytes, got more"),
    "symbolic link": ([member("tale/cat.txt", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")], "'tale/cat.txt' is no plain member"),
    "hard link": ([member("x"), member("tale/cat.txt", b"", type=tarfile.LNKTYPE, linkname="x")], "is no plain member"),
    "device": ([member("tale/cat.txt", b"", type=tarfile.CHRTYPE, devmajor=1, devminor=5)], "is no plain member"),
    "folder": ([member("tale/cat.txt", b"", type=tarfile.DIRTYPE)], "is no plain member"),
    "sparse": ([member("tale/cat.txt", BYTES, type=tarfile.GNUTYPE_SPARSE)], "is no plain member|is damaged"),
    "a huge header": ([promise(3 << 30), bytes(100_000)], "unpacks to more"),
    "a long header that keeps its promise": ([promise(30_000_000), bytes(30_000_000)], "unpacks to more"),
    "a huge long name": ([promise(3 << 30, tarfile.GNUTYPE_LONGNAME), bytes(100_000)], "unpacks to more"),
    "a huge member before": ([promise(3 << 30, tarfile.REGTYPE), bytes(100_000)], "unpacks to more|is damaged"),
    "round and round": ([member("x", b""), member("y", b""), backwards(), member("tale/cat.txt")], "headers lie|is damaged"),
}


@pytest.mark.parametrize("name", BAD_TARS)
def test_a_bad_tar_is_refused(path, name):
    members, expected = BAD_TARS[name]
    write_tar(path, *members)
    with refused(path, expected):
        read_tar(path, MEMBERS, ADVICE)


def test_a_tar_that_is_no_gzip_file_is_refused(path):
    path.write_bytes(member("tale/cat.txt") + bytes(1024))
    with refused(path, "is damaged or no gzip file"):
        read_tar(path, MEMBERS, ADVICE)
    write_tar(path, member("tale/cat.txt"))
    path.write_bytes(path.read_bytes()[:-100])
    with refused(path, "is damaged"):
        read_tar(path, MEMBERS, ADVICE)


def test_a_bomb_is_given_up(path, monkeypatch):
    monkeypatch.setattr(archives, "TAR_BYTES", 1_000_000)
    write_tar(path, *[member(f"zeros{index}", bytes(100_000)) for index in range(20)], member("tale/cat.txt"))
    with refused(path, "unpacks to more"):
        read_tar(path, MEMBERS, ADVICE)


def test_too_many_members_are_given_up(path, monkeypatch):
    monkeypatch.setattr(archives, "TAR_MEMBERS", 50)
    write_tar(path, *[member(f"empty{index}", b"") for index in range(60)], member("tale/cat.txt"))
    with refused(path, "expected the member tale/cat.txt"):
        read_tar(path, MEMBERS, ADVICE)


def test_a_long_archive_of_small_members_is_read_in_one_pass(path, monkeypatch):
    """tarfile steps a byte back before each member; that must not unpack everything anew."""
    rewinds = []
    original = gzip._GzipReader._rewind
    monkeypatch.setattr(gzip._GzipReader, "_rewind", lambda self: (rewinds.append(1), original(self)))
    write_tar(path, *[member(f"random{index}", os.urandom(512)) for index in range(2_000)], member("tale/cat.txt"))
    assert read_tar(path, MEMBERS, ADVICE) == [TEXT]
    assert len(rewinds) < 50
