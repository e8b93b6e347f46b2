"""What the command line shows: progress, the class's table, the table of proofs."""

import re

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from autograder.checks.outcomes import Outcome, TaskReport
from autograder.checks.report import MARKS
from autograder.checks.specification import Specification, Task
from autograder.grading.classroom import Ungraded
from autograder.grading.record import Record
from autograder.plain import one_line
from autograder.verification import Proof
from autograder.verify import CaseVerdict

MOST_COLUMNS = 10
"""Most tasks that have a column each in the class's table."""


MOST_NAMES = 3
"""Students whose names the progress bar shows."""


class GradingProgress:
    """A bar over submissions, with those that are being graded and the time left."""

    def __init__(self, console: Console, total: int | None) -> None:
        columns = [TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()]
        self._progress = Progress(*columns, TextColumn("{task.description}"), console=console, transient=True, refresh_per_second=2)
        self._task = self._progress.add_task("", total=total)
        self._running: set[str] = set()

    def __enter__(self) -> "GradingProgress":
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def expect(self, total: int) -> None:
        """Says how many there are."""
        self._progress.update(self._task, total=total)

    def begin(self, student: str) -> None:
        """Says whose grading begins; may be told from any thread."""
        self._running.add(student)
        self._show()

    def add(self, result: Record | Ungraded | None) -> None:
        """Counts one that is done; None is one without a name."""
        if result is not None:
            self._running.discard(result.student)
        self._progress.advance(self._task)
        self._show()

    def _show(self) -> None:
        names = sorted(self._running)
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        told = f"{len(names)} running: {', '.join(names[:MOST_NAMES])}{more}" if names else ""
        self._progress.update(self._task, description=shown(told))


def class_table(results: list[Record | Ungraded], specification: Specification) -> Table:
    """One row a student: points a task, and the whole. A mark tells a task that was not attempted from one that failed.

    Where there are too many tasks for columns, the row names those in which points were lost.
    """
    title, many = "points of the checks; written answers are graded by hand in formgrader", len(specification.tasks) > MOST_COLUMNS
    numbers = _numbered(specification)
    table = Table(title=title)
    table.add_column("student", no_wrap=True)
    for number, task in () if many else numbers.items():
        table.add_column(f"{number}\n/ {task.points:g}", justify="right", no_wrap=True)
    table.add_column(f"sum\n/ {sum(task.points for task in specification.tasks):g}", justify="right", no_wrap=True)
    if many:
        table.add_column("points lost in task", ratio=1)
    table.add_column("notes")
    table.caption = "   ".join(f"{number} {task.name}" for number, task in numbers.items()) + "   ○ not attempted"
    for result in results:
        if isinstance(result, Ungraded):
            table.add_row(shown(result.student), *["" for _ in table.columns[2:]], "not graded")
            continue
        points = [_points(report) for report in result.reports]
        told = [f"{result.earned:g}", _lost(dict(zip(numbers, result.reports, strict=True)))] if many else [*points, f"{result.earned:g}"]
        notes = result.problem or "; ".join(result.notes)
        table.add_row(shown(result.student), *told, shown(notes, 80))
    return table


def shown(text: object, most: int = 300) -> str:
    """Text that students had a part in, as rich prints it: on one line, no escapes, no markup."""
    return escape(one_line(text, most))


def _numbered(specification: Specification) -> dict[str, Task]:
    """The tasks by the numbers that students know them by ("Task 16: …"), or else by their places: a written task has a number, too."""
    told = [re.match(r"Task (\d+)\b", task.title) for task in specification.tasks]
    numbers = [match.group(1) for match in told if match]
    if len(set(numbers)) < len(specification.tasks):
        numbers = [str(place) for place in range(1, len(specification.tasks) + 1)]
    return dict(zip(numbers, specification.tasks, strict=True))


def _lost(reports: dict[str, TaskReport]) -> str:
    """The tasks in which points were lost, by number: "3 (2 of 6), 7 (0 ○)"."""
    if all(report.outcome is Outcome.NOT_ATTEMPTED for report in reports.values()):
        return "all ○"
    lost = {number: report for number, report in reports.items() if report.earned < report.points}
    return ", ".join(
        f"{number} ({f'{report.earned:g} of {report.points:g}' if report.outcome is Outcome.FAILED else _points(report)})"
        for number, report in lost.items()
    )


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


def proof_table(proofs: list[Proof]) -> Table:
    """One row an assignment: what its checks are proven by."""
    table = Table(title="what the checks are proven by")
    counted = ("points", "checks", "cases", "hints right", "mistakes", "alternatives", "from memory", "mutants killed", "seconds")
    for column in ("assignment", *counted):
        table.add_column(column, justify="left" if column == "assignment" else "right")
    for proof in proofs:
        row = proof_row(proof)
        killed, seeds, caught = row["mutants"], row["alternatives"], row["mistakes_every_seed"]
        table.add_row(
            row["assignment"],
            f"{row['points']:g}",
            f"{row['checks_public']} + {row['checks_hidden']}",
            f"{row['cases_right']} of {row['cases']}" if row["cases"] else "",
            f"{row['hints_right']} of {row['mistakes']}" if row["mistakes"] else "",
            f"{caught['passed']} of {caught['count']}" if caught else "",
            f"{seeds['passed']} of {seeds['count']}" if seeds else "",
            f"{row['from_memory']['earned']:g} of {row['from_memory']['points']:g}" if row["from_memory"] else "",
            f"{killed['killed']} of {killed['judged']} ({killed['killed'] / max(killed['judged'], 1):.1%}), "
            f"public {killed['killed_by_public'] / max(killed['judged'], 1):.1%}, {killed['equivalent']} equivalent"
            if killed
            else "",
            f"{row['seconds']:.0f}",
        )
    table.caption = (
        "checks: public + hidden; mistakes: those that fail with every seed; alternatives: right answers that pass with every seed; "
        "from memory: hidden points"
    )
    return table


def proof_row(proof: Proof) -> dict:
    """The same in plain values, for a file of JSON."""
    checks, mutants = proof.specification.checks, proof.mutants
    return {
        "assignment": proof.assignment.name,
        "points": sum(task.points for task in proof.specification.tasks),
        "checks_public": sum(not check.hidden for check in checks),
        "checks_hidden": sum(check.hidden for check in checks),
        "cases": len(proof.verdicts),
        "cases_right": sum(not verdict.complaints for verdict in proof.verdicts),
        "mistakes": len(proof.mistakes()),
        "hints_right": len(proof.right_hints()),
        "mistakes_every_seed": proof.mistaken and {"passed": proof.mistaken.passed, "count": proof.mistaken.count},
        "alternatives": proof.seeds and {"passed": proof.seeds.passed, "count": proof.seeds.count},
        "from_memory": proof.memory and {"earned": proof.memory[0], "points": proof.memory[1]},
        "mutants": mutants
        and {
            "count": len(mutants.fates),
            "equivalent": len(mutants.fates) - len(mutants.judged),
            "judged": len(mutants.judged),
            "killed": len(mutants.killed),
            "killed_by_public": len(mutants.killed_by_public),
            "survived": [fate.mutant.name for fate in mutants.survived],
        },
        "complaints": list(proof.complaints),
        "seconds": round(proof.seconds, 1),
    }


def _points(report: TaskReport) -> str:
    if report.outcome in (Outcome.PASSED, Outcome.FAILED):
        return f"{report.earned:g}"
    return f"{report.earned:g} {MARKS[report.outcome]}"
