"""What `autograder verify` says of a mistake: on made-up verdicts, as whole gradings of them are in test_assignments_are_proven."""

from types import SimpleNamespace

import pytest

from autograder.checks.outcomes import CheckResult, Evidence, Outcome
from autograder.verify import Case, judge

CHECKS = {"first": (), "second": ("first",), "other": (), "builds_on_other": ("other",)}
SPECIFICATION = SimpleNamespace(checks=[SimpleNamespace(name=name, after=after) for name, after in CHECKS.items()])


def complaints(*failed, spoils=()):
    """What is said of a mistake that must fail `first` with the hint "try", when these checks fail and what builds on them is skipped."""
    results = []
    for name, after in CHECKS.items():
        outcome = Outcome.FAILED if name in failed else Outcome.SKIPPED if set(after) & set(failed) else Outcome.PASSED
        results.append(CheckResult(name, "task", name, outcome, 1, False, Evidence("wrong", hint="try again") if name in failed else None))
    record = SimpleNamespace(problem="", reports=[SimpleNamespace(task="task", results=results)])
    case = Case("mistakes/one", None, fails="first", hint="try", spoils=spoils)
    return [line.split(" did not")[0].split(",")[0] for line in judge(case, record, SPECIFICATION).complaints]


@pytest.mark.parametrize(
    ("failed", "spoils", "expected"),
    [
        (("first",), (), []),
        ((), (), ["first is passed"]),
        (("first", "other"), (), ["other", "builds_on_other"]),
        (("first", "other"), ("other",), []),
        (("first",), ("other",), []),
        (("first",), ("nothing",), ["SPOILS names 'nothing'"]),
    ],
)
def test_a_mistake_fails_what_it_says_and_nothing_else(failed, spoils, expected):
    assert complaints(*failed, spoils=spoils) == expected
