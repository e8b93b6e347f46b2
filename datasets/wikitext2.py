"""WikiText-2: 2,088,628 training words of good English Wikipedia articles, 33,278 different ones.

    from datasets import wikitext2
    train, valid, test = wikitext2.load_words()

Nothing unverified is ever returned. Without a network, Python's own help pages stand in, which says so. Origin and
licence: wikitext2.md.
"""

from datasets.archives import KnownText, read_folder, read_zip
from datasets.files import DataError, NetworkError, Published, cache_folder, load_cached, local_folder
from datasets.split_corpus import SplitCorpus

__all__ = ["DataError", "NetworkError", "describe", "load_characters", "load_words"]

ARCHIVE = "wikitext-2-v1.zip"
HOME = Published(
    f"https://wikitext.smerity.com/{ARCHIVE}",
    4_475_746,
    "92675f1d63015c1c8b51f1656a52d5bdbc33aafa60cc47a218a66e7ee817488c",
    title="WikiText-2",
    content=ARCHIVE,
)
FOLDER = "wikitext-2"  # in the local folder and in the archive
TEXTS = {
    "wiki.train.tokens": KnownText(
        "WikiText-2's training text", 10_797_148, "9e9fa1ad55b1c2c95b08e37dd8e653f638fac2c6de904b79e813611eefbc985f"
    ),
    "wiki.valid.tokens": KnownText(
        "WikiText-2's validation text", 1_121_681, "f0737ed31fc1329026e95cb8b98e19c2a182c39c240ab909dc31abf2f8af58e8"
    ),
    "wiki.test.tokens": KnownText("WikiText-2's test text", 1_256_449, "d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0"),
}
USE_SAMPLE = "or set COURSE_DATA=sample to work with Python's own help pages"


def load_words(source=None):
    """Return WikiText-2's words, <eos> at the end of each line, and print where they come from.

    Args:
        source: "auto" takes wikitext-2/ with wiki.train.tokens, wiki.valid.tokens and wiki.test.tokens (or the same in
            .gz), else wikitext-2-v1.zip, in the folder $COURSE_DATA_DIR if that variable is set; else that archive in
            Keras's cache, downloaded if need be; and Python's help pages where the network cannot be reached. "full"
            never takes the help pages, "sample" nothing else. None reads the variable COURSE_DATA, and is "auto" where
            that is unset.

    Returns:
        Splits(train, valid, test), lists of str.

    Raises:
        DataError: the source's name is unknown, or the files are missing, damaged or others, or cannot be fetched.
    """
    return _corpus.load_words(source)


def load_characters(source=None):
    """Return WikiText-2's text as it stands in its files, blanks between words and a newline after each line.

    Args:
        source: as load_words takes it.

    Returns:
        Splits(train, valid, test), str.

    Raises:
        DataError: as load_words.
    """
    return _corpus.load_characters(source)


def describe():
    """Return the Edition that was loaded last: source_name is "wikitext-2" or "pydoc-text".

    Raises:
        DataError: nothing has been loaded in this process.
    """
    return _corpus.describe()


def _read_copy():
    """Return where the copy lies, and its three texts."""
    root = local_folder()
    if root is None:
        advice = f"Delete it and run this again, {USE_SAMPLE}"
        texts = load_cached(HOME, ARCHIVE, lambda path: _read_archive(path, advice), USE_SAMPLE)
        return cache_folder() / ARCHIVE, texts
    folder, archive = root / FOLDER, root / ARCHIVE
    advice = f"Put {ARCHIVE} into {root} and delete {FOLDER}, unset COURSE_DATA_DIR, {USE_SAMPLE}"
    if texts := read_folder(folder, TEXTS, advice):
        return folder, texts
    return archive, _read_archive(archive, f"Put it there, unset COURSE_DATA_DIR, {USE_SAMPLE}")


def _read_archive(path, advice):
    return read_zip(path, {f"{FOLDER}/{name}": known for name, known in TEXTS.items()}, advice)


_corpus = SplitCorpus("WikiText-2", "wikitext-2", _read_copy)
