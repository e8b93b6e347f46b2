"""The class's table stays readable, however many tasks an assignment has."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from autograder.checks.outcomes import CheckResult, Evidence, Outcome, TaskReport
from autograder.checks.specification import Specification, Task
from autograder.grading.classroom import Ungraded
from autograder.grading.record import Record
from autograder.tables import GradingProgress, class_table


def record(student, outcomes):
    """A submission whose tasks, each worth 2 points, ended so."""
    reports = []
    for number, outcome in enumerate(outcomes, start=1):
        result = CheckResult("c", f"task_{number}", "is right", outcome, 2, False, Evidence("x"))
        reports.append(TaskReport(f"task_{number}", f"Task {number}", 2, (result,)))
    return Record(student, "toy", "digest", 0, tuple(reports), {}, ())


def shown(results, count, first=1):
    tasks = tuple(Task(f"task_{number}", f"Task {number}: do it", points=2) for number in range(first, first + count))
    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(class_table(results, Specification(tasks, ())))
    return console.export_text()


@pytest.mark.parametrize("count", [3, 27])
def test_points_and_losses_are_readable(count):
    good, bad, stub = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_ATTEMPTED
    results = [
        record("ada", [good] * count),
        record("bob", [bad, stub] + [good] * (count - 2)),
        record("cy", [stub] * count),
        Ungraded("dan", "broken"),
    ]
    lines = {line.split("│")[1].strip(): line for line in shown(results, count).splitlines() if line.startswith("│")}
    numbers = {name: re.findall(r"\d+", line) for name, line in lines.items()}
    assert str(2 * count) in numbers["ada"] and str(2 * count - 4) in numbers["bob"]
    assert "○" in lines["bob"] and "○" in lines["cy"] and "not graded" in lines["dan"]
    if count == 27:
        assert "1 (0 of 2), 2 (0 ○)" in lines["bob"] and "all ○" in lines["cy"] and "(" not in lines["ada"]


def test_names_and_notes_are_no_markup_and_no_escapes():
    """A name in brackets closes no tag of rich's, which would end the command in a traceback, and colors nothing."""
    good = replace(record("[red]eve[/red]", [Outcome.PASSED]), notes=("a[/b].txt \x1b[2J was left out",))
    said = shown([good, Ungraded("[/x]", "holds no time")], 1)
    assert "[red]eve[/red]" in said and "a[/b].txt" in said and "[/x]" in said and "\x1b" not in said
    progress = GradingProgress(Console(file=io.StringIO()), 1)
    with progress:
        progress.begin("[/x]")
        progress.add(Ungraded("[/x]", ""))


def test_the_bar_names_who_is_being_graded():
    console = Console(file=io.StringIO(), force_terminal=True, width=150)
    with GradingProgress(console, 9) as progress:
        for student in ("ada", "bob", "cy", "dan", "eve"):
            progress.begin(student)
        progress.add(Ungraded("bob", ""))
        progress._progress.refresh()
    said = console.file.getvalue()
    assert "4 running: ada, cy, dan and 1 more" in said and "1/9" in said


@pytest.mark.parametrize("count", [3, 27])
def test_tasks_have_the_numbers_that_students_know(count):
    """A task that is graded by hand has a number, too: those after it are called as in the notebook, not by their place here."""
    said = shown([record("bob", [Outcome.FAILED] + [Outcome.PASSED] * (count - 1))], count, first=5)
    assert "5 task_5" in " ".join(said.split()) and " 1 task" not in said
    assert re.search(r"│ 5 \(0 of 2\)" if count == 27 else r"┃\s+5 ┃\s+6 ┃\s+7 ┃", said)
