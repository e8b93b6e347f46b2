"""A sample of what `autograder verify --all` proves of every assignment: few enough cases for `make test`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.assignment import all_assignments

ROOT = Path(__file__).parents[1]
ALL = bool(os.environ.get("COURSE_TESTS_REQUIRE_ALL"))
"""Whether much more is run, as CI does."""

each = pytest.mark.parametrize("assignment", all_assignments(ROOT), ids=lambda assignment: assignment.name)


@each
def test_right_answers_pass_and_known_mistakes_fail_where_they_should(assignment, sandbox):
    """Through the whole of grading. `autograder verify --all` takes every case; CI all right answers and every fourth mistake."""
    mistakes, alternatives = (
        sorted(path.stem for path in (assignment.solutions / kind).glob("*.py")) for kind in ("mistakes", "alternatives")
    )
    assert len(mistakes) >= 10 and len(alternatives) >= 3
    mistakes = mistakes[:: 4 if ALL else len(mistakes) // 2]
    alternatives = alternatives if ALL else alternatives[:1]
    only = ["solution", "untouched", *(f"alternatives/{name}" for name in alternatives), *(f"mistakes/{name}" for name in mistakes)]
    said = verify(assignment, "--seed=1", *(f"--only={name}" for name in only))  # fixed: a test says the same every time
    right, count = map(int, re.search(r"(\d+) of (\d+) as they must be", said).groups())
    assert right == count >= len(only)


@each
def test_mutants_of_the_solution_die(assignment):
    """A sample of them; `autograder verify --all` takes all and holds the shares that the kit promises."""
    said = verify(assignment, "--mutants-only", "--every", "8" if ALL else "40")
    assert len(re.findall("^survived: ", said, re.MULTILINE)) <= 1, said


def verify(assignment, *options):
    """What `autograder verify` says of an assignment whose proof holds."""
    command = [str(Path(sys.executable).parent / "autograder"), "verify", assignment.name, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"}, timeout=3600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
