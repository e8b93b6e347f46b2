"""Proves an assignment: its known cases through the whole of grading, sandbox and all; then seeds, memory and mutants."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import Assignment
from autograder.build import instructor_notebook
from autograder.checks.outcomes import Outcome
from autograder.checks.specification import Specification
from autograder.errors import CourseError
from autograder.grading.classroom import Classroom, Ungraded, grade_all
from autograder.proof import (
    MutationReport,
    SeedReport,
    chosen_mutants,
    points_from_memory,
    prove_by_mutants,
    prove_by_seeds,
    prove_mistakes_by_seeds,
)
from autograder.release import make_release
from autograder.verify import CaseVerdict, cases, hand_in, judge

LEAST_MISTAKES = 10
"""Least number of hand-written mistakes of an assignment."""
LEAST_ALTERNATIVES = 3
"""Least number of right answers written differently, for every task."""
RIGHT_HINTS = 0.90
"""Least share of the mistakes that name a hint and get it; the others say HINT = "" and may get any."""
FROM_MEMORY = 0.10
"""Largest share of the hidden points that remembering the public answers may earn."""


@dataclass(frozen=True)
class Plan:
    """What is to be proven, and with how much."""

    only: tuple[str, ...] = ()
    """Parts of the names of cases; with any, nothing but those cases is run."""
    mutants_only: bool = False
    """Whether nothing but mutants is run; `only` then chooses among them."""
    without_mutants: bool = False
    """Whether mutants are left out."""
    every: int = 1
    """Takes each n-th mutant only."""
    seeds: int = 20
    """With how many seeds right answers are checked; mistakes with a quarter of them, for there are many more of these."""
    seed: int | None = None
    """Of the known cases' random inputs; fresh unless given."""
    workers: int = 1
    """Submissions, or trials, at a time."""
    unsafe_no_sandbox: bool = False
    """Whether the known cases run without a sandbox."""

    @property
    def whole(self) -> bool:
        return not self.only and not self.mutants_only


@dataclass(frozen=True)
class Proof:
    """What came of proving one assignment. A part that was left out is None."""

    assignment: Assignment
    """Which."""
    specification: Specification
    """Its checks."""
    seconds: float
    """Wall time of it all."""
    verdicts: tuple[CaseVerdict, ...] = ()
    """The known cases'."""
    seeds: SeedReport | None = None
    """Right answers with many seeds."""
    mistaken: SeedReport | None = None
    """Mistakes with many seeds."""
    memory: tuple[float, float] | None = None
    """Hidden points that remembering earns, and all of them."""
    mutants: MutationReport | None = None
    """What became of the mutants."""
    complaints: tuple[str, ...] = ()
    """Everything that is not as it must be."""

    def mistakes(self) -> list[CaseVerdict]:
        return [verdict for verdict in self.verdicts if verdict.case.kind == "mistakes"]

    def right_hints(self) -> list[CaseVerdict]:
        """Mistakes that failed the check they should, with the hint they should get."""
        return [verdict for verdict in self.mistakes() if _got_its_hint(verdict)]


def prove(assignment: Assignment, plan: Plan, expect: Callable[[int], None], done: Callable[[object], None]) -> Proof:
    """Runs what the plan says.

    Args:
        expect: told how many submissions and trials there will be.
        done: told of each when it is done.

    Raises:
        CourseError: no case is called so, or one could not be graded.
    """
    started = time.perf_counter()
    notebook, specification = instructor_notebook(assignment), assignment.specification()
    known = cases(assignment, notebook, make_release(notebook))
    chosen = [] if plan.mutants_only else [case for case in known if not plan.only or any(part in case.name for part in plan.only)]
    if plan.only and not chosen and not plan.mutants_only:
        raise CourseError(f"{assignment.name} has no case whose name contains {' or '.join(plan.only)}")
    with_seeds = sum(case.kind != "untouched" for case in known)
    mutate = plan.mutants_only or plan.whole and not plan.without_mutants
    parts = list(plan.only) if plan.mutants_only else []
    expect(len(chosen) + (with_seeds if plan.whole else 0) + (len(chosen_mutants(notebook, parts, plan.every)) if mutate else 0))
    verdicts = _graded(assignment, chosen, specification, plan, done)
    seeds = mistaken = memory = mutants = None
    if plan.whole:
        seeds = prove_by_seeds(assignment, plan.workers, range(1, plan.seeds + 1), lambda: done(None))
        mistaken = prove_mistakes_by_seeds(assignment, plan.workers, range(1, max(1, plan.seeds // 4) + 1), lambda: done(None))
        memory = points_from_memory(assignment, seed=1)
    if mutate:
        mutants = prove_by_mutants(assignment, plan.workers, parts, plan.every, lambda: done(None))
    complaints = [f"{verdict.case.name}: {complaint}" for verdict in verdicts for complaint in verdict.complaints]
    complaints += [complaint for report in (seeds, mistaken, mutants) if report for complaint in report.complaints]
    if plan.whole:
        complaints += [*_too_few(specification, known), *_too_few_hints(verdicts)]
        if memory[0] > FROM_MEMORY * memory[1]:
            complaints.append(f"remembering the public answers earns {memory[0]:g} of {memory[1]:g} hidden points")
    seconds = time.perf_counter() - started
    return Proof(assignment, specification, seconds, tuple(verdicts), seeds, mistaken, memory, mutants, tuple(complaints))


def _graded(assignment: Assignment, chosen: list, specification: Specification, plan: Plan, done: Callable) -> list[CaseVerdict]:
    if not chosen:
        return []
    with tempfile.TemporaryDirectory(prefix="course-verify-") as course:
        classroom = Classroom(Path(course), assignment, plan.unsafe_no_sandbox)
        by_student = {case.name.replace("/", "-"): case for case in chosen}
        for student, case in by_student.items():
            hand_in(case, assignment, classroom.submitted(student))
        verdicts = {}
        for result in grade_all(classroom, list(by_student), min(plan.workers, len(chosen)), plan.seed):
            done(result)
            if isinstance(result, Ungraded):
                raise CourseError(f"{result.student} could not be graded: {result.reason}")
            verdicts[result.student] = judge(by_student[result.student], result, specification)
    return [verdicts[student] for student in by_student]


def _too_few(specification: Specification, known: list) -> list[str]:
    """What is missing of mistakes and alternatives."""
    mistakes = sum(case.kind == "mistakes" for case in known)
    missing = [] if mistakes >= LEAST_MISTAKES else [f"there are {mistakes} known mistakes, fewer than {LEAST_MISTAKES}"]
    for task in specification.tasks:
        count = sum(case.kind == "alternatives" and task.name in case.replaced for case in known)
        if count < LEAST_ALTERNATIVES:
            missing.append(f"task {task.name} has {count} alternatives, fewer than {LEAST_ALTERNATIVES}")
    return missing


def _too_few_hints(verdicts: list[CaseVerdict]) -> list[str]:
    mistakes = [verdict for verdict in verdicts if verdict.case.kind == "mistakes"]
    right = sum(_got_its_hint(verdict) for verdict in mistakes)
    few = right < RIGHT_HINTS * len(mistakes)
    return [f"{right} of {len(mistakes)} mistakes get a hint of their own, fewer than {RIGHT_HINTS:.0%}"] if few else []


def _got_its_hint(verdict: CaseVerdict) -> bool:
    if not verdict.case.hint:
        return False
    for report in verdict.record.reports:
        for result in report.results:
            if result.name == verdict.case.fails:
                return result.outcome is Outcome.FAILED and bool(result.evidence) and verdict.case.hint in result.evidence.hint
    return False
