"""How an assignment says what a right answer does: tasks, and checks whose docstrings are the sentences students read."""

import importlib
import linecache
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType


class SpecificationError(Exception):
    """The assignment's own checks are not well formed. Its author mends this, never a student."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: IPython asks for this, and one clear line says more than a traceback."""
        return [str(self)]


@dataclass(frozen=True)
class Task:
    """One exercise of an assignment."""

    name: str
    """The name in check("name"); the grade_id of its solution cell."""
    title: str
    """The heading a student knows it by."""
    points: float
    """What its public and hidden checks are worth together."""


@dataclass(frozen=True)
class Check:
    """One predicate about a submission."""

    name: str
    """The function's name."""
    sentence: str
    """The function's docstring, one line: completes "your answer …"."""
    task: str
    """The task it belongs to."""
    points: float
    """What passing it earns."""
    after: tuple[str, ...]
    """Names of the checks it builds on; it is skipped when one of them did not pass."""
    function: Callable
    """Called with (student, rng); returns when the answer is right and raises CheckFailure when it is not."""
    hidden: bool = False
    """Whether it runs only when graded."""


@dataclass(frozen=True)
class Specification:
    """Everything that is checked in one assignment."""

    tasks: tuple[Task, ...]
    """The exercises, in the order of the notebook."""
    checks: tuple[Check, ...]
    """The checks, those of a task in the order in which they run."""

    def task(self, name: str) -> Task:
        for task in self.tasks:
            if task.name == name:
                return task
        known = ", ".join(task.name for task in self.tasks)
        raise SpecificationError(f"there is no task {name!r} here; the tasks are {known}")

    def checks_of(self, task: str) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.task == task)

    def with_all_before(self, name: str) -> set[str]:
        """A check and those that it builds on, at any distance; empty where there is no such check."""
        found = {name} & {check.name for check in self.checks}
        for check in reversed(self.checks):  # what a check builds on stands before it
            if check.name in found:
                found |= set(check.after)
        return found

    def public_points(self, task: str) -> float:
        return sum(check.points for check in self.checks_of(task) if not check.hidden)


def check(*, task: str, points: float, after: Callable | tuple[Callable, ...] = ()) -> Callable:
    """Marks a function as a check.

    Args:
        task: the name of the task it belongs to.
        points: what passing it earns.
        after: the check function, or functions, whose passing it builds on.
    """

    def mark(function: Callable) -> Callable:
        sentence = (function.__doc__ or "").strip()
        if not sentence or "\n" in sentence:
            raise SpecificationError(f"check {function.__name__} needs a docstring of one line: the sentence a student reads")
        befores = after if isinstance(after, tuple) else (after,)
        names = tuple(before.__name__ for before in befores)
        function.specification = Check(function.__name__, sentence, task, points, names, function)
        return function

    return mark


def load_specification(public: Path, hidden: Path | None = None) -> Specification:
    """Reads an assignment's checks.

    Each of the two files may have siblings, `checks_WORD.py` and `hidden_checks_WORD.py`, which are read after it in
    alphabetical order. They import one another as `course_checks`, `course_checks_WORD`, `course_hidden_checks`, ….

    Args:
        public: its checks.py, which also names the TASKS.
        hidden: its hidden_checks.py; where it is given, every task's points must add up.

    Raises:
        SpecificationError: a file is missing or does not load, a check names an unknown task or check, two share a name,
            or the points of a task's checks are not the task's points.
    """
    files = {f"course_{path.stem}": path for path in check_files(Path(public))}
    secret = {} if hidden is None else {f"course_{path.stem}": path for path in check_files(Path(hidden))}
    loaded = _load_modules(files | secret)
    tasks = getattr(loaded["course_checks"], "TASKS", ())
    if not isinstance(tasks, list | tuple) or not all(isinstance(task, Task) for task in tasks):
        raise SpecificationError(f"{public}: TASKS is not a list of Task(name, title, points)")
    checks = [found for name in files for found in _checks_in(loaded[name])]
    checks += [replace(found, hidden=True) for name in secret for found in _checks_in(loaded[name])]
    specification = Specification(tuple(tasks), tuple(checks))
    _validate(specification, complete=hidden is not None, source=public)
    return specification


def check_files(first: Path) -> list[Path]:
    """A file of checks and its siblings: checks.py, then every checks_WORD.py beside it by name."""
    return [first, *sorted(first.parent.glob(f"{first.stem}_*.py"))]


def _load_modules(files: dict[str, Path]) -> dict[str, ModuleType]:
    """Loads files of checks under their module names, anew at every call; they may import one another."""
    for name in [name for name in sys.modules if name.startswith(("course_checks", "course_hidden_checks"))]:
        del sys.modules[name]  # of the assignment that was loaded before
    finder = _Finder(files)
    sys.meta_path.insert(0, finder)
    try:
        return {name: importlib.import_module(name) for name in files}
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder, Loader):
    """Finds modules of checks by name and runs their files: an ordinary import would leave bytecode beside the file, in a
    student's folder too, and may take older bytecode for it."""

    def __init__(self, files: dict[str, Path]) -> None:
        self.files = files

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, origin=str(self.files[name])) if name in self.files else None

    def exec_module(self, module: ModuleType) -> None:
        path = self.files[module.__name__]
        if not path.is_file():
            raise SpecificationError(f"{path} is missing")
        module.__file__ = str(path)
        linecache.checkcache(str(path))
        try:
            exec(compile(path.read_bytes(), str(path), "exec"), vars(module))
        except SpecificationError:
            raise
        except (Exception, SystemExit) as error:
            raise SpecificationError(f"{path} does not load: {type(error).__name__}: {error}") from error


def _checks_in(module: ModuleType) -> list[Check]:
    return [
        value.specification
        for value in vars(module).values()
        if isinstance(getattr(value, "specification", None), Check) and value.__module__ == module.__name__
    ]


def _validate(specification: Specification, complete: bool, source: Path) -> None:
    tasks = [task.name for task in specification.tasks]
    names = [check.name for check in specification.checks]
    if not tasks:
        raise SpecificationError(f"{source} names no TASKS")
    for name in names:
        if names.count(name) > 1:
            raise SpecificationError(f"two checks are called {name}")
    for name in tasks:
        if tasks.count(name) > 1:
            raise SpecificationError(f"two tasks are called {name}")
    for kind, item in [("task", task) for task in specification.tasks] + [("check", check) for check in specification.checks]:
        if not isinstance(item.points, int | float) or not math.isfinite(item.points) or item.points < 0:
            raise SpecificationError(f"{kind} {item.name} is worth {item.points!r}, which is no number of points")
    seen: dict[str, str] = {}
    for check in specification.checks:
        if check.task not in tasks:
            raise SpecificationError(f"check {check.name} belongs to task {check.task!r}, which TASKS does not name")
        for before in check.after:
            if before not in seen:
                raise SpecificationError(f"check {check.name} builds on {before}, which does not stand before it")
            if seen[before] != check.task:
                raise SpecificationError(f"check {check.name} builds on {before}, which belongs to another task")
        seen[check.name] = check.task
    for task in specification.tasks:
        found = sum(check.points for check in specification.checks_of(task.name))
        if complete and abs(found - task.points) > 1e-9:
            raise SpecificationError(f"task {task.name} is worth {task.points:g} points, but its checks add up to {found:g}")
