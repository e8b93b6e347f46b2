"""What a check can end in, and the records that carry it to a notebook, a gradebook or a feedback page."""

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """How one check ended. Only FAILED says that the student's answer is wrong."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not attempted"
    SKIPPED = "skipped"
    GRADER_ERROR = "grader error"


WAITS = "this task still waits for your code"
"""What a check says of a task that still holds its stub."""


@dataclass(frozen=True)
class Evidence:
    """What a failed check has to show. Every field is text, ready to be read."""

    problem: str
    """One sentence: what is wrong."""
    expected: str = ""
    """What should have come out."""
    actual: str = ""
    """What came out."""
    on: str = ""
    """The input it happened on: the smallest that the check found."""
    hint: str = ""
    """The next thing to try."""
    tells_nothing: bool = False
    """Whether the problem says nothing of a check's inputs (a kernel that died, a file that is no notebook)."""

    def without_answers(self) -> "Evidence":
        """The same evidence as a hidden check may show it: no input, no value, only what to try next."""
        return Evidence(self.problem if self.tells_nothing else "", hint=self.hint)


@dataclass(frozen=True)
class CheckResult:
    """One check's verdict."""

    name: str
    """The check function's name."""
    task: str
    """The task it belongs to."""
    sentence: str
    """The line a student reads: what the answer should do."""
    outcome: Outcome
    """How it ended."""
    points: float
    """What it is worth."""
    hidden: bool = False
    """Whether it runs only when graded."""
    evidence: Evidence | None = None
    """Why it did not pass; None when it did."""
    seed: int = 0
    """The seed of its random inputs: the same seed replays the same failure."""
    seconds: float = 0.0
    """Wall time it took."""

    @property
    def earned(self) -> float:
        return self.points if self.outcome is Outcome.PASSED else 0.0


@dataclass(frozen=True)
class TaskReport:
    """All results of one task, in the order of its checks."""

    task: str
    """The task's name, as in check("name")."""
    title: str
    """The task's heading in the notebook."""
    points: float
    """What the task is worth, public and hidden checks together."""
    results: tuple[CheckResult, ...]
    """One result a check."""

    @property
    def earned(self) -> float:
        return sum(result.earned for result in self.results)

    @property
    def outcome(self) -> Outcome:
        """The task's own outcome: passed when all passed, else the gravest thing that happened to it."""
        outcomes = {result.outcome for result in self.results}
        for outcome in (Outcome.GRADER_ERROR, Outcome.FAILED, Outcome.NOT_ATTEMPTED, Outcome.SKIPPED):
            if outcome in outcomes:
                return outcome
        return Outcome.PASSED
