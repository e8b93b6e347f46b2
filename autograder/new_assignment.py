"""A new assignment: a small one that verifies as a whole, for its author to replace piece by piece."""

import keyword
import re
import shutil
from pathlib import Path

from autograder.assignment import Assignment
from autograder.errors import CourseError

TEMPLATE = Path(__file__).parent / "template"
"""Text files that hold the new assignment's files, each below a line with its path. They are no Python files of ours: linters,
tests and the list of assignments pass them by."""
HEADING = re.compile(r"^=== (\S+) ===\n", re.MULTILINE)
PLACEHOLDER = "ASSIGNMENT"
"""Stands in the template for the assignment's name."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
TAKEN = {"assignments", "autograder", "checks", "datasets", "hidden_checks", "reference", "solutions", "source", "tests"}
"""Names of our own folders and files, which notebooks and bundles import or hold."""


def new_assignment(name: str, root: Path) -> list[Path]:
    """Makes solutions/NAME/, whole or not at all.

    Returns:
        The files made.

    Raises:
        CourseError: the name is none, or is taken.
    """
    refuse_bad_name(name, root)
    folder = Assignment(name, root).solutions
    unfinished = folder.parent / ".unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    files = template_files(name)
    try:
        for path, text in files.items():
            (unfinished / name / path).parent.mkdir(parents=True, exist_ok=True)
            (unfinished / name / path).write_text(text, encoding="utf-8")
        (unfinished / name).rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return [folder / path for path in files]


def refuse_bad_name(name: str, root: Path) -> None:
    """Raises CourseError unless an assignment can be called so."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise CourseError(f"{name!r} is no name for an assignment: small letters, digits and _, beginning with a letter, at most 40")
    if name in TAKEN:
        raise CourseError(f"an assignment cannot be called {name!r}: the kit uses that name itself")
    there = Assignment(name, root)
    for folder in (there.solutions, there.released):
        if folder.exists():
            raise CourseError(f"{folder.parent.name}/{name} exists already: choose another name")


def template_files(name: str) -> dict[str, str]:
    """The files of an assignment of that name: each one's path in solutions/NAME/, and its text."""
    files = {}
    for path in sorted(TEMPLATE.glob("*.txt")):
        _, *parts = HEADING.split(path.read_text(encoding="utf-8"))
        for title, text in zip(parts[::2], parts[1::2], strict=True):
            files[title] = text.replace(PLACEHOLDER, name)
    return files
