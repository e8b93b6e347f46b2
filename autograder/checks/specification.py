"""How an assignment says what a right answer does: tasks, and checks whose docstrings are the sentences students read."""

import linecache
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
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

    Args:
        public: its checks.py, which also names the TASKS.
        hidden: its hidden_checks.py; where it is given, every task's points must add up.

    Raises:
        SpecificationError: a file is missing or does not load, a check names an unknown task or check, two share a name,
            or the points of a task's checks are not the task's points.
    """
    module = load_module(public, "course_checks")
    tasks = getattr(module, "TASKS", ())
    if not isinstance(tasks, list | tuple) or not all(isinstance(task, Task) for task in tasks):
        raise SpecificationError(f"{public}: TASKS is not a list of Task(name, title, points)")
    checks = _checks_in(module)
    if hidden is not None:
        # hidden checks may build on public ones: `from course_checks import …` gives them the same functions
        checks += [replace(found, hidden=True) for found in _checks_in(load_module(hidden, "course_hidden_checks"))]
    specification = Specification(tuple(tasks), tuple(checks))
    _validate(specification, complete=hidden is not None, source=public)
    return specification


def load_module(path: Path, name: str) -> ModuleType:
    """Loads a file of checks as the module `name`, anew at every call."""
    if not Path(path).is_file():
        raise SpecificationError(f"{path} is missing")
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    linecache.checkcache(str(path))
    try:
        # not by an import: that leaves bytecode beside the file, in a student's folder too, and may take an older one for it
        exec(compile(Path(path).read_bytes(), str(path), "exec"), vars(module))
    except SpecificationError:
        raise
    except (Exception, SystemExit) as error:
        raise SpecificationError(f"{path} does not load: {type(error).__name__}: {error}") from error
    return module


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
