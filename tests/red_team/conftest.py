"""The class that is attacked, and the same class without its attackers: graded once for all tests."""

from collections.abc import Iterator

import pytest
from attack import all_attacks
from classes import Graded, graded

from autograder.assignment import Assignment


@pytest.fixture(scope="module")
def toy_assignment(tmp_path_factory, make_toy_clone) -> Assignment:
    """The toy assignment."""
    return make_toy_clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="module")
def peaceful(toy_assignment, tmp_path_factory, sandbox) -> Iterator[Graded]:
    """The honest students among themselves."""
    with graded(toy_assignment, [], tmp_path_factory.mktemp("peaceful")) as result:
        yield result


@pytest.fixture(scope="module")
def attacked(toy_assignment, tmp_path_factory, sandbox) -> Iterator[Graded]:
    """The honest students beside every attacker."""
    with graded(toy_assignment, all_attacks(), tmp_path_factory.mktemp("attacked")) as result:
        yield result
