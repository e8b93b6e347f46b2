"""Whose a file is and which notebook it is, told from how learning platforms, browsers and Jupyter name files.

lovelaceada_LATE_12345_67890_mnist_sweep-1.ipynb                 Canvas: late, handed in for the second time
Ada Lovelace_123456_assignsubmission_file_/mnist_sweep.ipynb     Moodle, in folders
Ada Lovelace_123456_assignsubmission_file_mnist_sweep.ipynb      Moodle, flat
mnist_sweep (1).ipynb, mnist_sweep-Copy1.ipynb, Copy of mnist_sweep.ipynb
"""

import re
import unicodedata
from dataclasses import dataclass

CANVAS = re.compile(r"(?P<name>[^_/]+)(?P<late>_LATE)?_(?P<number>\d+)_\d+_(?P<file>.+)", re.DOTALL)
MOODLE = re.compile(r"(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_file(?:_(?P<file>.*))?", re.DOTALL)
MOODLE_OTHER = re.compile(r"[^/]+?_\d+_assignsubmission_(?!file)\w+?(_.*)?", re.DOTALL)
"""What Moodle writes beside the files, such as an online text."""
ATTEMPT = re.compile(r"(?P<stem>.+)-(?P<attempt>\d{1,3})(?P<ending>\.\w+)")
"""Canvas's mark of a resubmission; also how a browser or a person may number a copy."""
COPIES = (
    r"copy of {name}",
    r"{name}[ _]?\(\d{{1,3}}\)",
    r"{name}[-_ ]copy[ _-]?\d*",
    r"{name}[-_]\d{{1,3}}",
    r"{name} - copy( \(\d+\))?",
)
"""Names under which browsers, Jupyter, Colab and Windows keep a copy of a notebook."""
MOST_OF_A_STUDENT = 100
"""Most bytes of a student's id: it is the name of a folder and of files."""


@dataclass(frozen=True)
class Told:
    """What a part of a path tells about a student."""

    name: str
    """The student's name as the platform writes it."""
    number: str
    """The platform's own number for the student or the submission; empty where there is none."""
    file: str
    """The rest of the name: the file as the student called it; empty where the part is a folder of such files."""
    platform: str = ""
    """"Canvas" or "Moodle"."""
    late: bool = False
    """Whether the platform calls it late."""


def platform_name(part: str) -> Told | None:
    """What a learning platform's name for a file or a folder tells; None where it is no such name."""
    if match := MOODLE.fullmatch(part):
        return Told(match["name"], match["number"], match["file"] or "", "Moodle")
    if match := CANVAS.fullmatch(part):
        return Told(match["name"], match["number"], match["file"], "Canvas", bool(match["late"]))
    return None


def student_id(name: str) -> str:
    """A student's name as nbgrader's folders and commands can carry it: letters, digits and . _ - @ only.

    Returns:
        The id; empty when nothing of the name is left.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(c if unicodedata.category(c)[0] in "LMN" or c in "._-@" else "_" for c in text)
    text = re.sub(r"_{2,}", "_", text).strip("._-")
    return text.encode()[:MOST_OF_A_STUDENT].decode(errors="ignore").strip("._-")


def is_copy_of(file: str, name: str) -> bool:
    """Whether a notebook is called as the assignment's, or as copies of it are."""
    stem, dot, ending = file.rpartition(".")
    if not dot or ending.lower() != "ipynb":
        return False
    # nested copies: "Copy of NAME (1).ipynb" is a copy of a copy
    patterns = [pattern.format(name=r"(?P<inner>.+)") for pattern in COPIES]
    for _ in range(4):
        if stem.casefold() == name.casefold():
            return True
        matches = [match for pattern in patterns if (match := re.fullmatch(pattern, stem, re.IGNORECASE | re.DOTALL))]
        if not matches:
            return False
        stem = min((match["inner"] for match in matches), key=len).strip()
    return False


def without_attempt(file: str, expected: set[str]) -> tuple[str, int]:
    """A file's name without Canvas's number of the resubmission, and that number.

    Args:
        file: as Canvas names it.
        expected: the names that the assignment asks for: only these are known to have had no number of their own.
    """
    match = ATTEMPT.fullmatch(file)
    if match and match["stem"] + match["ending"] in expected:
        return match["stem"] + match["ending"], int(match["attempt"])
    return file, 0
