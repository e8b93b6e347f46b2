"""Proves an assignment's checks beyond its known cases: mutants of the solution die, right answers pass whatever the seed, and
remembered answers are worth nothing."""

import ast
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.assignment import Assignment
from autograder.build import instructor_notebook
from autograder.checks.notebook import HOME_SEED
from autograder.checks.outcomes import Outcome
from autograder.checks.specification import Specification
from autograder.errors import CourseError, SourceError
from autograder.mutation import Mutant, mutants_of
from autograder.source import CHECK_PREFIX
from autograder.trial import Finding, Trial, Trials
from autograder.verify import Case, cases

Steps = tuple[str | tuple[str, ...], ...]
"""See Trial.steps."""
SECONDS = 120.0
"""Wall time of a trial with one seed."""
KILLED_BY_ALL = 0.98
"""Least share of the mutants that are not equivalent that public and hidden checks kill together."""
KILLED_BY_PUBLIC = 0.85
"""Least share that the public checks kill alone."""


@dataclass(frozen=True)
class Fate:
    """What became of one mutant."""

    mutant: Mutant
    """Which."""
    killed_by: str = ""
    """The check that told it from the solution; empty where none did."""
    public: bool = False
    """Whether a public check did."""
    broken: tuple[str, ...] = ()
    """Checks that broke on it."""
    reason: str = ""
    """Why it is equivalent, as the author wrote it."""


@dataclass(frozen=True)
class MutationReport:
    """All mutants of one assignment."""

    fates: tuple[Fate, ...]
    """One a mutant."""
    complaints: tuple[str, ...]
    """What is not as it must be."""

    @property
    def judged(self) -> list[Fate]:
        """Those that are not equivalent."""
        return [fate for fate in self.fates if not fate.reason]

    @property
    def killed(self) -> list[Fate]:
        return [fate for fate in self.judged if fate.killed_by]

    @property
    def killed_by_public(self) -> list[Fate]:
        return [fate for fate in self.killed if fate.public]

    @property
    def survived(self) -> list[Fate]:
        return [fate for fate in self.judged if not fate.killed_by]

    def share(self, of: list[Fate]) -> float:
        return len(of) / len(self.judged) if self.judged else 1.0


def prove_by_mutants(
    assignment: Assignment, workers: int, only: list[str], every: int = 1, done: Callable[[], None] = lambda: None
) -> MutationReport:
    """Runs every mutant of the solution through the checks.

    Args:
        only: parts of the names of mutants; all where there are none.
        every: takes each n-th mutant only.
        done: called when one is decided.

    Raises:
        SourceError: equivalent_mutants.toml is not well formed.
    """
    notebook, specification = instructor_notebook(assignment), assignment.specification()
    reasons = read_equivalents(assignment)
    mutants = chosen_mutants(notebook, only, every)
    trials = [_mutant_trial(assignment, notebook, specification, mutant) for mutant in mutants]
    fates = []
    for mutant, finding in zip(mutants, Trials(assignment, workers).run(trials), strict=True):
        fates.append(_fate(mutant, finding, specification, reasons.get(mutant.name, "")))
        done()
    return MutationReport(tuple(fates), tuple(_complaints(fates, reasons, whole=not only and every == 1)))


@dataclass(frozen=True)
class SeedReport:
    """Known answers, right or wrong, checked with many seeds."""

    passed: int
    """Alternatives that passed every check, or mistakes that failed theirs, with every seed."""
    count: int
    """How many there are."""
    complaints: tuple[str, ...]
    """Right answers that were marked wrong, or wrong ones that were not, and with which seed."""


def prove_by_seeds(assignment: Assignment, workers: int, seeds: range, done: Callable[[], None] = lambda: None) -> SeedReport:
    """Runs the checks of the tasks that each alternative answers, and for the solution all, with every seed."""
    notebook, specification = instructor_notebook(assignment), assignment.specification()
    right = [case for case in cases(assignment, notebook, notebook) if case.kind in ("solution", "alternatives")]
    trials = []
    for case in right:
        tasks = [task.name for task in specification.tasks if case.kind == "solution" or task.name in case.replaced]
        steps = steps_of(case.notebook, specification, tasks)
        trials.append(Trial(case.name, steps, files_of(assignment, case), tuple(seeds), False, SECONDS * len(seeds)))
    complaints, passed = [], 0
    for case, finding in zip(right, Trials(assignment, workers).run(trials), strict=True):
        wrong = [f"{case.name}: {finding.problem}"] if finding.problem else []
        for seed, result in finding.results:
            if result.outcome is not Outcome.PASSED:
                told = result.evidence.problem if result.evidence else ""
                wrong.append(f"{case.name}: {result.name} with seed {seed}: {result.outcome.value}; {told}")
        complaints += wrong
        passed += not wrong and case.kind == "alternatives"
        done()
    return SeedReport(passed, len(right) - 1, tuple(complaints))


def prove_mistakes_by_seeds(assignment: Assignment, workers: int, seeds: range, done: Callable[[], None] = lambda: None) -> SeedReport:
    """Runs the check that each mistake must fail, and what that check builds on, with every seed: what is caught by luck is not caught."""
    notebook, specification = instructor_notebook(assignment), assignment.specification()
    mistakes = [case for case in cases(assignment, notebook, notebook) if case.kind == "mistakes"]
    trials = [_mistake_trial(assignment, specification, case, tuple(seeds)) for case in mistakes]
    spared = []
    for case, finding in zip(mistakes, Trials(assignment, workers).run(trials), strict=True):
        spared += [(case, seed) for seed in seeds if not _caught(case, finding, seed)]
        done()
    # once more, each by itself: a mistake that keeps something between calls may go wrong in the first of them alone
    again = [_mistake_trial(assignment, specification, case, (seed,)) for case, seed in spared]
    lucky, complaints = set(), []
    for (case, seed), finding in zip(spared, Trials(assignment, workers).run(again), strict=True):
        if not _caught(case, finding, seed):
            lucky.add(case.name)
            complaints.append(f"{case.name}: {case.fails} with seed {seed}: {finding.problem or 'it did not fail'}")
    return SeedReport(len(mistakes) - len(lucky), len(mistakes), tuple(complaints))


def _mistake_trial(assignment: Assignment, specification: Specification, case: Case, seeds: tuple[int, ...]) -> Trial:
    """The check that a mistake must fail, and those that it builds on."""
    needed = specification.with_all_before(case.fails)
    steps = steps_of(case.notebook, specification, [check.task for check in specification.checks if check.name in needed])
    steps = tuple(step if isinstance(step, str) else tuple(name for name in step if name in needed) for step in steps)
    return Trial(case.name, steps, files_of(assignment, case), seeds, False, SECONDS * len(seeds))


def _caught(case: Case, finding: Finding, seed: int) -> bool:
    """Whether the check that a mistake must fail did so; one that was not reached did not."""
    return any(when == seed and result.name == case.fails and result.outcome is Outcome.FAILED for when, result in finding.results)


def points_from_memory(assignment: Assignment, seed: int) -> tuple[float, float]:
    """What a table of the answers to the public checks at home earns of the hidden points, and how many there are.

    Only tasks whose answer is a function of something count: where it is a value, remembering it is answering.
    """
    notebook, specification = instructor_notebook(assignment), assignment.specification()
    tasks = [task.name for task in specification.tasks if _is_function(notebook, task.name)]
    steps = steps_of(notebook, specification, tasks)
    trial = Trial("from memory", steps, files_of(assignment), (HOME_SEED, seed), False, 2 * SECONDS, from_memory=True)
    [finding] = Trials(assignment, 1).run([trial])
    if finding.problem:
        raise CourseError(f"{assignment.name}: the solution cannot be checked: {finding.problem}")
    hidden = [result for when, result in finding.results if when == seed and result.hidden]
    return sum(result.earned for result in hidden), sum(result.points for result in hidden)


def _is_function(notebook: NotebookNode, task: str) -> bool:
    """Whether a task's cell defines a class, or a function that takes something."""
    [source] = [cell.source for cell in _solution_cells(notebook) if cell["id"] == task]
    nodes = ast.parse(source).body
    return any(isinstance(node, ast.ClassDef) or isinstance(node, ast.FunctionDef) and _takes_something(node.args) for node in nodes)


def _takes_something(arguments: ast.arguments) -> bool:
    return any((arguments.args, arguments.posonlyargs, arguments.kwonlyargs, arguments.vararg, arguments.kwarg))


def all_mutants(notebook: NotebookNode) -> list[Mutant]:
    """Those of every solution cell of code."""
    return [mutant for cell in _solution_cells(notebook) for mutant in mutants_of(cell["id"], cell.source)]


def chosen_mutants(notebook: NotebookNode, only: list[str], every: int) -> list[Mutant]:
    """Each n-th of those whose name holds one of these parts; of all, where there are no parts."""
    return [mutant for mutant in all_mutants(notebook) if not only or any(part in mutant.name for part in only)][::every]


def read_equivalents(assignment: Assignment) -> dict[str, str]:
    """The mutants that no check can tell from the solution, by name, each with its reason: equivalent_mutants.toml.

    The file holds tables [[equivalent]] with `mutants`, a list of names as `autograder verify` prints them, and `reason`.
    """
    path = assignment.solutions / "equivalent_mutants.toml"
    if not path.is_file():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("equivalent", [])
        reasons = {name: entry["reason"].strip() for entry in entries for name in entry["mutants"]}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{path} is not a list of [[equivalent]] with mutants and a reason: {error}") from None
    for name, reason in reasons.items():
        if len(reason) < 20:
            raise SourceError(f"{path}: {name} has no reason")
    return reasons


def steps_of(notebook: NotebookNode, specification: Specification, tasks: list[str], replaced: dict[str, str] = {}) -> Steps:
    """What the checks of some tasks need of a notebook: given cells, answers, and those checks where their cells stand;
    demonstrations are left out, and what follows the last of these checks.

    Args:
        replaced: other texts for cells, by id.
    """
    steps: list[str | tuple[str, ...]] = []
    last = 0
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        task = cell["id"].removeprefix(CHECK_PREFIX)
        if cell.cell_type != "code" or not about:
            continue
        if not about["grade"]:
            steps.append(replaced.get(cell["id"], cell.source))
        elif task in tasks:
            steps.append(tuple(check.name for check in specification.checks_of(task)))
            last = len(steps)
    return tuple(steps[:last])


def _solution_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            yield cell


def _mutant_trial(assignment: Assignment, notebook: NotebookNode, specification: Specification, mutant: Mutant) -> Trial:
    tasks = [task.name for task in specification.tasks]
    later = tasks[tasks.index(mutant.cell) :] if mutant.cell in tasks else tasks  # what comes before does not use it
    steps = steps_of(notebook, specification, later, {mutant.cell: mutant.source})
    return Trial(mutant.name, steps, files_of(assignment), (HOME_SEED,), until_failure=True, seconds=SECONDS)


def files_of(assignment: Assignment, case: Case | None = None) -> tuple[str, ...]:
    """The folders whose files are handed in: the solution's, and the case's own over it."""
    folders = (assignment.handed_in, case.files if case is not None else None)
    return tuple(str(folder) for folder in folders if folder is not None and folder.is_dir())


def _fate(mutant: Mutant, finding: Finding, specification: Specification, reason: str) -> Fate:
    broken = tuple(f"{result.name}: {result.evidence.problem}" for result in finding.broken())
    if finding.problem:
        return Fate(mutant, finding.problem, public=True, broken=broken, reason=reason)
    for result in finding.failed():
        return Fate(mutant, result.name, public=not result.hidden, broken=broken, reason=reason)
    return Fate(mutant, broken=broken, reason=reason)


def _complaints(fates: list[Fate], reasons: dict[str, str], whole: bool) -> Iterator[str]:
    for fate in fates:
        yield from (f"a check broke on the mutant {fate.mutant.name}: {broken}" for broken in fate.broken)
        if fate.reason and fate.killed_by:
            yield f"called equivalent, but told apart by {fate.killed_by}: {fate.mutant.name}"
    if whole:
        names = {fate.mutant.name for fate in fates}
        yield from (f"called equivalent, but there is no such mutant: {name}" for name in reasons if name not in names)
        report = MutationReport(tuple(fates), ())
        for share, least, who in (
            (report.share(report.killed), KILLED_BY_ALL, "all checks"),
            (report.share(report.killed_by_public), KILLED_BY_PUBLIC, "the public checks"),
        ):
            if share < least:
                yield f"{who} kill {share:.1%} of the mutants, and must kill {least:.0%}"
