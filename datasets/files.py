"""What the loaders share: where a file is looked for, how it is fetched, how an error and a source are told.

    from datasets.files import Published, cache_folder, download
    home = Published("http://mattmahoney.net/dc/text8.zip", 31_344_016, "a664…", title="text8", content="text8")
    download(home, cache_folder() / "text8.zip", advice="or set COURSE_DATA=sample")

A download that was cut goes on where it stopped. Only the standard library is needed.
"""

import hashlib
import http.client
import os
import re
import secrets
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SOURCES = ("auto", "full", "sample")
TIMEOUT = 20  # seconds without a byte
CHUNK = 1 << 16
AGENT = "Mozilla/5.0 (compatible; rnn-course-kit)"  # Python's own name is turned away by some hosts

_said = set()  # what was printed in this process, each line once


class DataError(Exception):
    """The data cannot be had: DataError(problem, what to do next)."""

    def __str__(self):
        return ". ".join(self.args) + "."


class Unavailable(DataError):
    """The data are not on this machine and cannot be had now; a sample may stand in."""


class NetworkError(Unavailable):
    """The data's home cannot be reached at all."""


class _AnotherFile(Exception):
    """What came is not the published file, nor a part of it."""


@dataclass(frozen=True)
class Published:
    """A file on the network, and how it is recognised."""

    url: str
    """where it is"""
    size: int
    """its bytes"""
    sha256: str
    """their SHA-256 in hexadecimal digits"""
    title: str
    """the data set's name, before each line that is printed"""
    content: str
    """what the file is, after "another file than" """


def chosen_source(source=None):
    """Return which data are wanted: the argument, else the variable COURSE_DATA, else "auto".

    Raises:
        DataError: it is none of "auto", "full" and "sample".
    """
    variable, wanted = "source", source
    if source is None:
        variable, wanted = "COURSE_DATA", os.environ.get("COURSE_DATA") or "auto"
    if wanted not in SOURCES:
        raise DataError(f"{variable} is {wanted!r}", f"Expected one of {', '.join(SOURCES)}")
    return wanted


def full_or_sample(source, full, sample):
    """Return full(wanted), or sample(why) where the sample is wanted or stands in for data that cannot be had.

    Args:
        source: as chosen_source takes it; "full" never takes the sample, "sample" nothing else.
        full: a function of what is wanted, "auto" or "full".
        sample: a function of why the sample is taken: "", or ": " and why the data cannot be had.
    """
    wanted = chosen_source(source)
    if wanted == "sample":
        return sample("")
    try:
        return full(wanted)
    except Unavailable as error:
        if wanted == "full":
            raise
        return sample(f": {error.args[0]}")


def local_folder():
    """Return the folder that the variable COURSE_DATA_DIR names, absolute, or None. It is used instead of the cache."""
    folder = os.environ.get("COURSE_DATA_DIR")
    return Path(os.path.abspath(os.path.expanduser(folder))) if folder else None


def cache_folder():
    """Return the folder where Keras, too, caches data sets: datasets/ in KERAS_HOME or ~/.keras."""
    return Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"), "datasets")


def say(title, line):
    """Print a line once in this process, unless COURSE_QUIET is set."""
    if (title, line) not in _said and not os.environ.get("COURSE_QUIET"):
        _said.add((title, line))
        print(f"{title}: {line}")


def load_cached(published, name, load, advice):
    """Return load(path) of a file in the cache, which is fetched first where it is missing or bad.

    Args:
        published: the Published file.
        name: its name in the cache.
        load: a function of the path that raises DataError where the file is not the right one.
        advice: as download takes it.
    """
    path = cache_folder() / name
    if os.path.exists(path):
        try:
            return load(path)
        except DataError as error:
            say(published.title, f"not using the cached file, fetching it again: {error.args[0]}")
    download(published, path, advice)
    return load(path)


def download(published, target, advice):
    """Fetch a file, with progress. It appears at target whole and verified, or not at all.

    What a cut connection has brought stays beside target, as a .part, and the next call asks for the rest alone.

    Args:
        published: the Published file.
        target: the path it shall have; its folder is made.
        advice: how every error's advice ends, such as "or set COURSE_DATA=sample to work with the sample".

    Raises:
        NetworkError: the server cannot be reached.
        DataError: it answers with an error or with other bytes, the connection is cut, or the disk refuses the file.
    """
    target = Path(target)
    try:
        with suppress(OSError):  # where there is no network either, that is what counts: a sample may stand in
            target.parent.mkdir(parents=True, exist_ok=True)
        with _lock(target.with_name(f"{target.name}.lock")) as alone:
            # Who finds another process at it fetches all of it under a name of his own: waiting might never end.
            owner = "" if alone else f".{secrets.token_hex(4)}"
            part = _Part(published, target.with_name(f"{target.name}{owner}.part"), advice)
            try:
                part.complete()
                os.replace(part.path, target)
            finally:
                part.leave(resumable=alone)
    except OSError as error:
        doing = f"Free some disk space or set KERAS_HOME to another folder, {advice}"
        raise DataError(f"cannot write {target} ({error.strerror or error})", doing) from None


class _Part:
    """The file that a download grows in."""

    def __init__(self, published, path, advice):
        self.published, self.path, self.advice = published, path, advice
        self.tag_path = path.with_name(f"{path.name}.tag")  # holds the server's name for the version this is a part of
        self.worth_keeping = True

    def complete(self):
        """Fetch what is missing; raise unless the file then is the published one."""
        resumed = self._size() > 0
        for last_attempt in (False, True) if resumed else (True,):
            try:
                self._fetch_rest()
                return self._verify()
            except _AnotherFile as error:
                self._begin_anew()  # what was resumed may have been of another version
                if last_attempt:
                    problem = f"{self.published.url} sent another file than {self.published.content} ({error})"
                    doing = f"Nothing was kept: try another network, as a proxy may alter files, {self.advice}"
                    raise DataError(problem, doing) from None

    def leave(self, resumable):
        """Remove the part, unless the next download may go on with it."""
        if not (resumable and self.worth_keeping and self._size()):
            self._begin_anew()

    def _size(self):
        return self.path.stat().st_size if self.path.exists() else 0

    def _begin_anew(self):
        for path in (self.path, self.tag_path):
            with suppress(OSError):
                path.unlink()

    def _fetch_rest(self):
        have = self._size()
        if have < self.published.size:
            with self._request(have) as response:
                self._append(response, self._first_byte(response, have))

    def _request(self, have):
        request = urllib.request.Request(self.published.url, headers={"User-Agent": AGENT})
        if have:
            request.add_header("Range", f"bytes={have}-")
            if self.tag_path.exists():
                request.add_header("If-Range", self.tag_path.read_text(encoding="latin-1"))
        try:
            return urllib.request.urlopen(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as error:
            error.close()
            if have and error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise _AnotherFile("it is shorter") from None
            problem = f"{self.published.url} answered {error.code} {error.reason}"
            raise DataError(problem, f"Try again later, {self.advice}") from None
        except (OSError, http.client.HTTPException) as error:
            problem = f"cannot reach {self.published.url} ({getattr(error, 'reason', error)})"
            raise NetworkError(problem, f"Check the network and run this again, {self.advice}") from None

    def _first_byte(self, response, have):
        """Return where the response's bytes belong; refuse those that cannot be the published file's."""
        size = self.published.size
        if response.status == http.HTTPStatus.PARTIAL_CONTENT:
            sent = response.headers.get("Content-Range", "a part without a name")
            if sent not in (f"bytes {have}-{size - 1}/{size}", f"bytes {have}-{size - 1}/*"):
                raise _AnotherFile(f"{sent} instead of bytes {have}-{size - 1}/{size}")
            return have
        length = response.headers.get("Content-Length")
        if length is not None and length != str(size):
            raise _AnotherFile(f"{length} bytes instead of {size}")
        self._begin_anew()
        tag = response.headers.get("ETag", "")
        if re.fullmatch(r'"[!#-~]*"', tag):  # a weak one, W/"…", does not vouch for bytes
            self.tag_path.write_text(tag, encoding="latin-1")
        return 0

    def _append(self, response, received):
        size, shown, quiet = self.published.size, -1, os.environ.get("COURSE_QUIET")
        try:
            with open(self.path, "ab") as file:
                while received <= size and (chunk := _next_chunk(response)):
                    file.write(chunk)
                    received += len(chunk)
                    percent = min(100, 100 * received // size)
                    if percent // 5 > shown and not quiet:  # every 5 %: a notebook keeps each update
                        shown = percent // 5
                        print(f"\rDownloading {self.published.title}: {percent:3d} % of {size / 1e6:.1f} MB", end="", flush=True)
        except OSError:
            self.worth_keeping = False  # a full disk is not left fuller
            raise
        finally:
            if shown >= 0:
                print()
        if received < size:
            problem = f"{self.published.url}: the connection was cut after {received:,} of {size:,} bytes"
            raise DataError(problem, f"Run this again to fetch the rest, {self.advice}")

    def _verify(self):
        if self._size() > self.published.size:
            raise _AnotherFile(f"more than {self.published.size} bytes")
        with open(self.path, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != self.published.sha256:
                raise _AnotherFile("its SHA-256 differs")


def _next_chunk(response):
    """Read on; a connection that breaks has ended, and the byte count tells that it ended early."""
    try:
        return response.read1(CHUNK)  # read would lose what has come when a time-out ends it
    except (OSError, http.client.HTTPException):
        return b""


@contextmanager
def _lock(path):
    """Yield whether this process alone has the lock. The system takes it from a process that ends, however it ends."""
    with ExitStack() as stack:
        alone = False
        with suppress(OSError):  # a folder that cannot be written to: opening the part will tell
            file = stack.enter_context(open(path, "ab"))
            alone = _try_lock(file) and _is_still_at(file, path)
        try:
            yield alone
        finally:
            if alone:
                with suppress(OSError):  # Windows keeps a file that is open
                    path.unlink()


def _try_lock(file):
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another process has it, or this is a network drive without locks
        return False
    return True


def _is_still_at(file, path):
    """Whether the locked file is still the one of that name: who had the lock before has removed it."""
    return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
