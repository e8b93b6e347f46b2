"""What `autograder integrity` shows at the terminal."""

from rich.table import Table
from rich.text import Text

from autograder.integrity.facts import KINDS
from autograder.integrity.report import Report
from autograder.plain import one_line

MOST_ROWS = 20


def facts_table(report: Report) -> Table:
    """One row a submission of which there is anything to tell: how many facts of each kind."""
    told = [student for student in report.students if student.facts or student.remark]
    table = Table(title=f"{report.assignment}: facts by submission, no verdicts")
    table.add_column("student", no_wrap=True)
    for kind in KINDS:
        table.add_column(kind, justify="right")
    table.add_column("")
    for student in told:
        counts = [str(len(student.of(kind)) or "") for kind in KINDS]
        table.add_row(Text(one_line(student.student)), *counts, Text(student.remark))
    table.caption = f"{len(report.students) - len(told)} of {len(report.students)} submissions: nothing to tell"
    return table


def likeness_table(report: Report) -> Table:
    """The pairs that are most alike."""
    table = Table(title="nearly alike, released text and the solution aside")
    for column in ("one", "other", "share", "cells"):
        table.add_column(column, justify="right" if column == "share" else "left")
    for pair in report.pairs[:MOST_ROWS]:
        names = (Text(one_line(text)) for text in (pair.one, pair.other))
        table.add_row(*names, f"{pair.share:.0%}", Text(one_line(", ".join(pair.cells))))
    if len(report.pairs) > MOST_ROWS:
        table.caption = f"{len(report.pairs) - MOST_ROWS} more in the report"
    return table
