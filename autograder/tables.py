"""What the command line shows: progress, the class's table, the table of proofs."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from autograder.checks.outcomes import Outcome, TaskReport
from autograder.checks.report import MARKS
from autograder.checks.specification import Specification
from autograder.grading.classroom import Ungraded
from autograder.grading.record import Record
from autograder.verify import CaseVerdict


class GradingProgress:
    """A bar over submissions, with the one that came in last and the time left."""

    def __init__(self, console: Console, total: int | None) -> None:
        columns = [TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()]
        self._progress = Progress(*columns, TextColumn("{task.description}"), console=console, transient=True)
        self._task = self._progress.add_task("", total=total)

    def __enter__(self) -> "GradingProgress":
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def expect(self, total: int) -> None:
        """Says how many there are."""
        self._progress.update(self._task, total=total)

    def add(self, result: Record | Ungraded) -> None:
        """Counts one that is done."""
        self._progress.update(self._task, advance=1, description=result.student)


def class_table(results: list[Record | Ungraded], specification: Specification) -> Table:
    """One row a student: points a task, and the whole. A mark tells a task that was not attempted from one that failed."""
    table = Table(title="points of the checks; written answers are graded by hand in formgrader")
    table.add_column("student", no_wrap=True)
    for number, task in enumerate(specification.tasks, start=1):
        table.add_column(f"{number}\n/ {task.points:g}", justify="right", no_wrap=True)
    table.add_column(f"sum\n/ {sum(task.points for task in specification.tasks):g}", justify="right", no_wrap=True)
    table.add_column("notes")
    table.caption = "   ".join(f"{number} {task.name}" for number, task in enumerate(specification.tasks, start=1)) + "   ○ not attempted"
    for result in results:
        if isinstance(result, Ungraded):
            table.add_row(result.student, *["" for _ in specification.tasks], "", "not graded")
            continue
        points = [_points(report) for report in result.reports]
        notes = result.problem or "; ".join(result.notes)
        table.add_row(result.student, *points, f"{result.earned:g}", notes[:80])
    return table


def verify_table(name: str, verdicts: list[CaseVerdict]) -> Table:
    """One row a case: what it is, its points, and whether it came out as it must."""
    table = Table(title=f"{name}: right answers pass, wrong ones fail where they should")
    for column in ("case", "points", "fails", "as it must", "seconds"):
        table.add_column(column, justify="right" if column in ("points", "seconds") else "left", no_wrap=column == "case")
    for verdict in verdicts:
        record = verdict.record
        good = "[red]no[/red]" if verdict.complaints else "yes"
        table.add_row(verdict.case.name, f"{record.earned:g} / {record.points:g}", verdict.case.fails, good, f"{record.seconds:.0f}")
    right = sum(not verdict.complaints for verdict in verdicts)
    table.caption = f"{right} of {len(verdicts)} as they must be"
    return table


def _points(report: TaskReport) -> str:
    if report.outcome in (Outcome.PASSED, Outcome.FAILED):
        return f"{report.earned:g}"
    return f"{report.earned:g} {MARKS[report.outcome]}"
