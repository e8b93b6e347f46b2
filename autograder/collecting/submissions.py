"""A heap of files -> submissions: whose each file is, and which notebook is the assignment's."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath

from autograder.collecting.entries import stem_of
from autograder.collecting.names import MOODLE_OTHER, Told, is_copy_of, platform_name, without_attempt
from autograder.collecting.sources import Found
from autograder.grading.grade import NOT_STUDENTS, OUR_CHECKS
from autograder.grading.handed_in import is_settings, is_too_deep
from autograder.grading.times import TIMESTAMP

UNKNOWN = ""
"""The name of a student whom nothing tells."""


@dataclass(frozen=True)
class Wanted:
    """What an assignment asks students to hand in."""

    name: str
    """The assignment's name; its notebook is NAME.ipynb."""
    files: frozenset[str]
    """The names of the files beside it."""

    @property
    def notebook(self) -> str:
        return f"{self.name}.ipynb"

    @property
    def expected(self) -> set[str]:
        return {self.notebook, *self.files}


@dataclass(frozen=True)
class Handed:
    """What one student handed in at one time."""

    name: str
    """The student's name as it was found; UNKNOWN when nothing tells it."""
    number: str = ""
    """The platform's number of the student; empty where there is none."""
    platform: str = ""
    """The platform whose naming it is; empty for plain folders."""
    late: bool = False
    """Whether the platform calls it late."""
    files: list[tuple[tuple[str, ...], Found, int]] = field(default_factory=list)
    """The files: path in the submission, where it is, number of the resubmission."""
    chosen: Found | None = None
    """The notebook that the instructor named."""

    @property
    def who(self) -> str:
        """What tells this student from another of the same name."""
        return f"{self.platform} {self.number}" if self.number else f"folder {self.name}"

    @property
    def modified(self) -> datetime:
        return max(found.modified for _, found, _ in self.files)

    @property
    def attempt(self) -> int:
        return max(attempt for _, _, attempt in self.files)

    @property
    def notebooks(self) -> list[tuple[tuple[str, ...], Found, int]]:
        return [file for file in self.files if _is_notebook(file[0][-1])]


Ask = Callable[[str, list[str]], str | None]
"""Asks the instructor a question with some answers to choose from; None when there is no answer."""


def grouped(found: list[Found], source: str, wanted: Wanted) -> list[Handed]:
    """The submissions in what one source holds.

    Args:
        found: its files.
        source: the source's own name, which names the student when the source is one submission.
        wanted: what the assignment asks for.
    """
    while _is_wrapped(found, wanted):
        found = [replace(file, parts=file.parts[1:]) for file in found]
    if _is_one_submission(found, wanted):
        name = stem_of(source)
        own = not is_copy_of(name, wanted.name) and name != wanted.name
        return [Handed(name if own else UNKNOWN, files=[(file.parts, file, 0) for file in found])]
    groups: dict[tuple, Handed] = {}
    for file in found:
        told = platform_name(file.parts[0])
        handed = _of_platform(told) if told else Handed(_plain_name(file, wanted))
        inside = (told.file, *file.parts[1:]) if told and told.file else file.parts[1:] or file.parts
        attempt = 0
        if told and told.platform == "Canvas" and len(file.parts) == 1:
            name, attempt = without_attempt(inside[0], wanted.expected)
            inside = (name,)
        key = (handed.name, handed.number, file.label if handed.name == UNKNOWN else "")
        groups.setdefault(key, handed).files.append((inside, file, attempt))
        if told and told.late:
            groups[key] = replace(groups[key], late=True)
    return list(groups.values())


def mapped(groups: list[Handed], mapping: dict[str, str]) -> tuple[list[Handed], list[str]]:
    """Applies the instructor's answers: STUDENT's notebook is FILE; what was handed in with it comes along.

    Args:
        groups: the submissions of all sources.
        mapping: file by student.

    Returns:
        The submissions, and a line for each answer that fits no file or several.
    """
    problems = []
    for student, wanted in mapping.items():
        hits = [(place, file) for place, group in enumerate(groups) for _, file, _ in group.files if _is_meant(file, wanted)]
        if len(hits) != 1:
            problems.append(f"--map {student}={wanted}: {'no file' if not hits else f'{len(hits)} files'} of that name")
            continue
        place, file = hits[0]
        groups[place] = replace(groups[place], name=student, number="", platform="", chosen=file)
    return groups, problems


def choose_notebook(handed: Handed, wanted: Wanted) -> Found | None:
    """The assignment's notebook in a submission, by rule; None where the rules leave more than one, or there is none."""
    if handed.chosen is not None:
        return handed.chosen
    notebooks = handed.notebooks
    exact = [file for file in notebooks if file[0][-1] == wanted.notebook]
    copies = [file for file in notebooks if is_copy_of(file[0][-1], wanted.name)]
    for candidates in (exact, copies, notebooks):
        if candidates:
            newest = max(attempt for _, _, attempt in candidates)
            candidates = [file for file in candidates if file[2] == newest]
            highest = min(len(parts) for parts, _, _ in candidates)
            candidates = [file for file in candidates if len(file[0]) == highest]
            return candidates[0][1] if len(candidates) == 1 else None
    return None


def laid_out(handed: Handed, notebook: Found, wanted: Wanted) -> tuple[dict[str, Found], list[str]]:
    """Where each file goes in the student's folder: NAME.ipynb, and the other files where they stood beside it.

    Returns:
        The files by path, and a line for each that has no place.
    """
    base = next(parts[:-1] for parts, found, _ in handed.files if found is notebook)
    places, lines = {wanted.notebook: notebook}, []
    newest: dict[tuple[str, ...], tuple[int, Found]] = {}
    for parts, found, attempt in handed.files:
        inside = parts[len(base) :] if parts[: len(base)] == base else (parts[-1],) if parts[-1] in wanted.files else parts
        if found is notebook or inside[0] in NOT_STUDENTS or OUR_CHECKS.fullmatch(inside[-1]):
            continue
        if any(map(is_settings, inside)):
            lines.append(f"{found.label}: it is named like settings of nbgrader or Jupyter, which would run them; left out")
        elif is_too_deep(PurePosixPath(*inside)):
            lines.append(f"{found.label}: it lies too deep, or its path is too long; left out")
        elif inside[-1] == TIMESTAMP:
            lines.append(f"{found.label}: when something was handed in is not the submission's to say; left out")
        elif inside not in newest or newest[inside][0] < attempt:
            newest[inside] = (attempt, found)
        elif newest[inside][0] == attempt:
            lines.append(f"{found.label}: another file has its place ({'/'.join(inside)}); left out")
    for inside, (_, found) in sorted(newest.items()):
        place = str(PurePosixPath(*inside))
        if place in places:
            lines.append(f"{found.label}: the notebook has its place; left out")
        elif any(str(parent) in places for parent in PurePosixPath(place).parents):
            lines.append(f"{found.label}: a file stands where its folder should be; left out")
        else:
            places[place] = found
    return places, lines


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def _is_wrapped(found: list[Found], wanted: Wanted) -> bool:
    """Whether all files lie in one folder that is no student's: below it are several with notebooks, or a platform's names."""
    tops = {file.parts[0] for file in found}
    if len(tops) != 1 or any(len(file.parts) == 1 for file in found) or platform_name(*tops):
        return False
    holders = defaultdict(list)
    for file in found:
        if _is_notebook(file.parts[-1]):
            holders[file.parts[1]].append(file)
    if any(platform_name(holder) for holder in holders):
        return True
    if len(holders) == 1 and all(len(file.parts) > 2 for file in found):
        return _is_wrapped([replace(file, parts=file.parts[1:]) for file in found], wanted)
    return len(holders) > 1 and not any(is_copy_of(holder, wanted.name) or holder == wanted.name for holder in holders)


def _is_one_submission(found: list[Found], wanted: Wanted) -> bool:
    """Whether the source's top is a student's own folder: the one notebook lies there and is called as it should, or lies among
    files that are."""
    notebooks = [file for file in found if _is_notebook(file.parts[-1])]
    if len(notebooks) != 1 or len(notebooks[0].parts) != 1 or platform_name(notebooks[0].parts[0]):
        return False
    named = {file.parts[0] for file in found if len(file.parts) == 1}
    return is_copy_of(notebooks[0].parts[0], wanted.name) or bool(named & wanted.files)


def _of_platform(told: Told) -> Handed:
    return Handed(told.name, told.number, told.platform)


def _plain_name(file: Found, wanted: Wanted) -> str:
    """The student whom a plain path tells: its folder, or, of a notebook at the top, its name."""
    if len(file.parts) > 1:
        return file.parts[0] if not MOODLE_OTHER.fullmatch(file.parts[0]) else UNKNOWN
    name = file.parts[0]
    if not _is_notebook(name) or is_copy_of(name, wanted.name):
        return UNKNOWN
    return name.rpartition(".")[0]


def _is_meant(file: Found, wanted: str) -> bool:
    """Whether an instructor's FILE is this one: its path, or the end of it."""
    return file.label == wanted or file.label.endswith(f"/{wanted.lstrip('/')}")
