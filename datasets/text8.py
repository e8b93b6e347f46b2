"""text8: the first 10^8 characters of English Wikipedia in lower-case letters and single spaces.

    from datasets import text8
    text = text8.load_text()

Nothing unverified is ever returned: a text has the published length and SHA-256, or DataError says what to do.
Without a network, text8 is replaced by Python's own help pages, which says so. Origin and licence: text8.md.
"""

from datasets import pydoc_text
from datasets.archives import KnownText, read_zip
from datasets.corpus import Edition, Last
from datasets.files import DataError, NetworkError, Published, full_or_sample, load_cached, local_folder

HOME = Published(
    "http://mattmahoney.net/dc/text8.zip",  # its SHA-256 guards it, not the connection
    31_344_016,
    "a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232",
    title="text8",
    content="text8.zip",
)
FULL = KnownText("text8", 100_000_000, "6e890197040d37d85beb962ae1f041ff1d9a9ca8d20c7d99c85027eebf51dca7")
PREFIX = KnownText("text8's beginning", 6_877_825, "8c5551457ad85e6f248e016443493f940756c7582473e6bbfcafcbe27fc98836")
USE_SAMPLE = "or set COURSE_DATA=sample to work with Python's own help pages"

__all__ = ["DataError", "NetworkError", "describe", "load_text"]

_last = Last("text8")


def load_text(source=None):
    """Return text8 as one string of a to z and space, and print where it comes from (not if COURSE_QUIET is set).

    Args:
        source: "auto" takes text8.zip, else text8_prefix.zip (the first 6,877,825 characters) in the folder
            $COURSE_DATA_DIR if that variable is set; else text8.zip in Keras's cache, downloaded if need be; and
            Python's help pages where the network cannot be reached. "full" takes only text8.zip, "sample" only the help
            pages. None reads the variable COURSE_DATA, and is "auto" where that is unset.

    Raises:
        DataError: the source's name is unknown, or its file is missing, damaged or another one, or cannot be fetched.
    """
    return full_or_sample(source, _load_full, _load_sample)


def describe():
    """Return the Edition that load_text returned last: source_name is "text8", "text8-prefix" or "pydoc-text".

    Raises:
        DataError: nothing has been loaded in this process.
    """
    return _last.describe()


def _load_full(wanted):
    folder = local_folder()
    if folder is None:
        advice = f"Delete it and run this again, {USE_SAMPLE}"
        return load_cached(HOME, "text8.zip", lambda path: _load_whole(path, advice), USE_SAMPLE)
    whole, prefix = folder / "text8.zip", folder / "text8_prefix.zip"
    if wanted == "full" or whole.exists() or not prefix.exists():
        return _load_whole(whole, f"Put Mahoney's text8.zip there, unset COURSE_DATA_DIR, {USE_SAMPLE}")
    line = f"ONLY the first {PREFIX.size:,} characters, from {prefix}"
    return _load(prefix, PREFIX, "text8-prefix", line, f"Delete it, unset COURSE_DATA_DIR, {USE_SAMPLE}")


def _load_whole(path, advice):
    return _load(path, FULL, "text8", f"all {FULL.size:,} characters from {path}", advice)


def _load(path, known, source_name, line, advice):
    [text] = read_zip(path, {"text8": known}, advice)
    _last.remember(Edition(source_name, "characters", (len(text),)), line)
    return text


def _load_sample(why):
    text, edition = pydoc_text.text_and_edition()
    _last.remember_sample(edition, why)
    return text
