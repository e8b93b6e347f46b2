"""What the tests share: the toy assignment, in a clone of its own, and the sandbox where it can be had."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment import Assignment, find_assignment
from autograder.sandbox.bubblewrap import probe
from autograder.sandbox.errors import SandboxUnavailable

ROOT = Path(__file__).parents[1]
TOY = ROOT / "tests" / "toy" / "solutions"


def copy_toy(folder: Path) -> Path:
    """A clone whose one assignment is the toy: its sources may be changed, its engine is the real one."""
    clone = folder / "clone"
    shutil.copytree(TOY, clone / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("autograder", "datasets"):
        (clone / part).symlink_to(ROOT / part, target_is_directory=True)
    return clone


@pytest.fixture
def toy_clone(tmp_path) -> Path:
    """A clone that holds the toy alone."""
    return copy_toy(tmp_path)


@pytest.fixture
def toy(toy_clone) -> Assignment:
    """The toy assignment."""
    return find_assignment("averages", toy_clone)


@pytest.fixture(scope="session")
def make_toy_clone() -> Callable[[Path], Assignment]:
    """For fixtures that live longer than a test: the toy assignment in a folder of their choice."""
    return lambda folder: find_assignment("averages", copy_toy(folder))


@pytest.fixture(scope="module")
def module_toy(tmp_path_factory: pytest.TempPathFactory, make_toy_clone: Callable[[Path], Assignment]) -> Assignment:
    """The toy assignment in a folder that all tests of a module share."""
    return make_toy_clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="session")
def sandbox() -> None:
    """The test needs a sandbox; without one it is skipped, or fails where COURSE_TESTS_REQUIRE_ALL says that all must run."""
    try:
        probe()
    except SandboxUnavailable as error:
        (pytest.fail if os.environ.get("COURSE_TESTS_REQUIRE_ALL") else pytest.skip)(str(error))
