"""Where the parts of an assignment stand in a clone."""

import os
from dataclasses import dataclass
from pathlib import Path

from autograder.checks.specification import Specification, check_files, load_specification
from autograder.errors import CourseError


@dataclass(frozen=True)
class Assignment:
    """One assignment's files."""

    name: str
    """Its name: the folders' and the notebook's."""
    root: Path
    """The clone."""

    @property
    def solutions(self) -> Path:
        return self.root / "solutions" / self.name

    @property
    def released(self) -> Path:
        return self.root / "assignments" / self.name

    @property
    def source(self) -> Path:
        return self.solutions / "source.py"

    @property
    def public_checks(self) -> Path:
        return self.solutions / "checks.py"

    @property
    def hidden_checks(self) -> Path:
        return self.solutions / "hidden_checks.py"

    @property
    def released_checks(self) -> list[Path]:
        """checks.py and its siblings: what students receive of the checks."""
        return check_files(self.public_checks)

    @property
    def secret_checks(self) -> list[Path]:
        """hidden_checks.py and its siblings."""
        return check_files(self.hidden_checks)

    @property
    def handed_in(self) -> Path:
        """The files that the solved notebook makes at home and that are handed in beside it."""
        return self.solutions / "handed_in"

    def specification(self) -> Specification:
        """All its checks, public and hidden.

        Raises:
            SpecificationError: they are not well formed.
        """
        return load_specification(self.public_checks, self.hidden_checks)


def find_root() -> Path:
    """The clone that is worked in: COURSE_ROOT, or the nearest folder above here with solutions/, or this file's own.

    Raises:
        CourseError: there is none.
    """
    candidates = [Path(os.environ["COURSE_ROOT"]).resolve()] if "COURSE_ROOT" in os.environ else []
    here = Path.cwd().resolve()
    candidates += [here, *here.parents, Path(__file__).resolve().parents[1]]
    for candidate in candidates:
        if (candidate / "solutions").is_dir() and (candidate / "autograder" / "checks").is_dir():
            return candidate
    raise CourseError("no clone of the course kit is here (a folder with solutions/ and autograder/); set COURSE_ROOT to it")


def all_assignments(root: Path) -> list[Assignment]:
    """Every assignment of the clone, by name."""
    return [Assignment(source.parent.name, root) for source in sorted((root / "solutions").glob("*/source.py"))]


def find_assignment(name: str, root: Path) -> Assignment:
    """The assignment of that name.

    Raises:
        CourseError: there is none; names those there are.
    """
    known = all_assignments(root)
    for assignment in known:
        if assignment.name == name:
            return assignment
    names = ", ".join(assignment.name for assignment in known) or "none"
    raise CourseError(f"there is no assignment {name!r}; this clone has {names}")
