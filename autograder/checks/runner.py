"""Runs the checks of a task against a submission and names every outcome."""

import contextlib
import time
import zlib
from collections.abc import Iterable

import numpy as np

from autograder.checks.expectations import CannotTell, CheckFailure, NotAttempted
from autograder.checks.outcomes import WAITS, CheckResult, Evidence, Outcome, TaskReport
from autograder.checks.specification import Check, Specification
from autograder.checks.student import Student, release


def run_task(specification: Specification, task: str, student: Student, seed: int) -> TaskReport:
    """Runs all checks of one task, in their order.

    Args:
        specification: the assignment's checks.
        task: the task's name.
        student: the submission.
        seed: of all random inputs; each check draws from a stream of its own.
    """
    about = specification.task(task)
    outcomes: dict[str, Outcome] = {}
    results = []
    for check in specification.checks_of(task):
        result = run_check(check, student, seed, outcomes)
        outcomes[check.name] = result.outcome
        results.append(result)
    return TaskReport(task, about.title, about.points, tuple(results))


def not_run(specification: Specification, task: str, problem: str, outcome: Outcome = Outcome.FAILED) -> TaskReport:
    """The report of a task whose checks could not run, each with the same reason."""
    about = specification.task(task)
    evidence = Evidence(problem, tells_nothing=True)
    results = (_result(check, outcome, evidence) for check in specification.checks_of(task))
    return TaskReport(task, about.title, about.points, tuple(results))


def run_check(check: Check, student: Student, seed: int, outcomes: dict[str, Outcome]) -> CheckResult:
    """Runs one check, unless one that it builds on did not pass.

    Args:
        check: which.
        student: the submission.
        seed: of all random inputs.
        outcomes: how the checks before it ended, by name.
    """
    blocked = _blocked(check.after, outcomes)
    if blocked is not None:
        return _result(check, *blocked, seed=seed)
    started = time.perf_counter()
    outcome, evidence = _call(check, student, np.random.default_rng([seed, zlib.crc32(check.name.encode())]))
    with contextlib.suppress(Exception):  # a submission that no longer answers is the next check's finding
        release(student)  # the next check's figure must not be drawn over this one's
    return _result(check, outcome, evidence, seed, time.perf_counter() - started)


def _blocked(befores: Iterable[str], outcomes: dict[str, Outcome]) -> tuple[Outcome, Evidence] | None:
    """The outcome of a check that cannot run because of an earlier one, or None."""
    for before in befores:
        outcome = outcomes.get(before, Outcome.PASSED)
        if outcome is Outcome.NOT_ATTEMPTED:
            return outcome, Evidence(WAITS)
        if outcome is not Outcome.PASSED:
            return Outcome.SKIPPED, Evidence("runs once the check that it builds on passes")
    return None


def _call(check: Check, student: Student, rng: np.random.Generator) -> tuple[Outcome, Evidence | None]:
    try:
        check.function(student, rng)
    except NotAttempted as stub:
        return Outcome.NOT_ATTEMPTED, Evidence(str(stub) or WAITS)
    except CheckFailure as failure:
        return Outcome.FAILED, failure.evidence
    except CannotTell as reason:
        return Outcome.GRADER_ERROR, Evidence(f"not judged here: {reason}; it is graded by hand", tells_nothing=True)
    except Exception as error:  # the check itself broke: whatever the answer is, this is not the student's fault
        if _called_a_value(error, check):
            hint = "define it as a function, with def"
            return Outcome.FAILED, Evidence(f"the notebook has a value where a function is called for ({error})", hint=hint)
        return Outcome.GRADER_ERROR, Evidence(
            f"the check itself broke ({type(error).__name__}: {error}); this does not count against you, please tell your instructor"
        )
    return Outcome.PASSED, None


def _called_a_value(error: Exception, check: Check) -> bool:
    """Whether the check called what the notebook defines as something else: its one way to break that is the student's doing."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    here = last is not None and last.tb_frame.f_code.co_filename == check.function.__code__.co_filename
    return here and isinstance(error, TypeError) and str(error).endswith("object is not callable")


def _result(check: Check, outcome: Outcome, evidence: Evidence | None, seed: int = 0, seconds: float = 0.0) -> CheckResult:
    return CheckResult(check.name, check.task, check.sentence, outcome, check.points, check.hidden, evidence, seed, round(seconds, 3))
