"""Penn Treebank in Mikolov's preparation: 929,589 training words of the Wall Street Journal, 10,000 different ones.

    from datasets import penn_treebank
    train, valid, test = penn_treebank.load_words()

Its licence is not open: this loads a copy that you have, and never fetches one. Without one, Python's own help pages
stand in, which says so. Nothing unverified is ever returned. Origin and licence: penn_treebank.md.
"""

from datasets.archives import KnownText, read_folder, read_tar
from datasets.files import DataError, Unavailable, cache_folder, local_folder
from datasets.split_corpus import SplitCorpus

__all__ = ["DataError", "describe", "load_characters", "load_words"]

ARCHIVE = "simple-examples.tgz"
TEXTS = {
    "ptb.train.txt": KnownText(
        "Penn Treebank's training text", 5_101_618, "fcea919f6cf83f35d4d00c6cbf08040d13d4155226340912e2fef9c9c4102cbf"
    ),
    "ptb.valid.txt": KnownText(
        "Penn Treebank's validation text", 399_782, "c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2"
    ),
    "ptb.test.txt": KnownText("Penn Treebank's test text", 449_945, "dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0"),
}
FOLDERS = ("ptb", "simple-examples/data", "data")  # where the three texts may lie; Mikolov's archive has the second
USE_SAMPLE = "or set COURSE_DATA=sample to work with Python's own help pages"


def load_words(source=None):
    """Return Penn Treebank's words, <eos> at the end of each line, and print where they come from.

    Args:
        source: "auto" takes ptb/, simple-examples/data/ or data/ with ptb.train.txt, ptb.valid.txt and ptb.test.txt
            (or the same in .gz), else simple-examples.tgz, in the folder $COURSE_DATA_DIR if that variable is set, else
            in Keras's cache; and Python's help pages where the cache has no copy. "full" never takes the help pages,
            "sample" nothing else. None reads the variable COURSE_DATA, and is "auto" where that is unset.

    Returns:
        Splits(train, valid, test), lists of str.

    Raises:
        DataError: the source's name is unknown, or the files are missing, damaged or others.
    """
    return _corpus.load_words(source)


def load_characters(source=None):
    """Return Penn Treebank's text as it stands in its files, blanks between words and a newline after each sentence.

    Args:
        source: as load_words takes it.

    Returns:
        Splits(train, valid, test), str.

    Raises:
        DataError: as load_words.
    """
    return _corpus.load_characters(source)


def describe():
    """Return the Edition that was loaded last: source_name is "penn-treebank" or "pydoc-text".

    Raises:
        DataError: nothing has been loaded in this process.
    """
    return _corpus.describe()


def _read_copy():
    """Return where the first copy lies, and its three texts."""
    root = local_folder() or cache_folder()
    advice = f"Delete it and put Mikolov's own file there, {USE_SAMPLE}"
    for folder in FOLDERS:
        if texts := read_folder(root / folder, TEXTS, advice):
            return root / folder, texts
    archive = root / ARCHIVE
    if archive.exists():
        return archive, read_tar(archive, {f"data/{name}": known for name, known in TEXTS.items()}, advice)
    problem = f"no copy of Penn Treebank in {root}"
    doing = f"If you may use it, put Mikolov's {ARCHIVE} there (penn_treebank.md says from where), {USE_SAMPLE}"
    raise (DataError if local_folder() else Unavailable)(problem, doing)


_corpus = SplitCorpus("Penn Treebank", "penn-treebank", _read_copy)
