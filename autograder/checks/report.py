"""A task's report as text and as HTML. Everything that a submission can influence is escaped."""

from html import escape

from autograder.checks.outcomes import WAITS, CheckResult, Evidence, Outcome, TaskReport

MARKS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.NOT_ATTEMPTED: "○",
    Outcome.SKIPPED: "–",
    Outcome.GRADER_ERROR: "!",
}
COLORS = {
    Outcome.PASSED: "#1a7f37",
    Outcome.FAILED: "#cf222e",
    Outcome.NOT_ATTEMPTED: "#6e7781",
    Outcome.SKIPPED: "#6e7781",
    Outcome.GRADER_ERROR: "#9a6700",
}
BROKEN = "the check itself broke; this does not count against you, please tell your instructor"
"""What is said of a hidden check in place of an exception's own text, which may hold the check's inputs."""
CELL = "text-align:left;vertical-align:top;padding:1px 10px 1px 0;border:none"
"""The style of a table's cell, written out: a notebook's own style sheet would set it to the right."""
PARTS = (("expected", "expected"), ("actual", "got"), ("on", "on"), ("hint", "next step"))
"""The evidence's fields after the problem, each with the word it is introduced by."""


def as_text(report: TaskReport, note: str = "") -> str:
    """The report in plain text, one check a line with its evidence below it."""
    lines = [f"{report.title}: {_score(report)}"]
    for result in report.results:
        lines.append(f"  {MARKS[result.outcome]} {result.sentence} ({_worth(result)})")
        evidence = _shown(result, report.title)
        if evidence is not None:
            lines += [f"      {line}" for told in _evidence_lines(evidence) for line in told.splitlines()]
    if note:
        lines.append(f"  {note}")
    return "\n".join(lines)


def as_html(report: TaskReport, note: str = "") -> str:
    """The report as an HTML fragment that needs no style sheet and no script."""
    rows = "".join(_row(result, report.title) for result in report.results)
    foot = f'<div style="margin-top:4px;color:#57606a">{escape(note)}</div>' if note else ""
    return (
        '<div class="course-report" style="border:1px solid #d0d7de;border-radius:6px;padding:8px 12px;max-width:60em">'
        f"<div><b>{escape(report.title)}</b>: {escape(_score(report))}</div>"
        f'<table style="border-collapse:collapse;margin:4px 0">{rows}</table>{foot}</div>'
    )


def _row(result: CheckResult, title: str) -> str:
    color = COLORS[result.outcome]
    evidence = _shown(result, title)
    details = (
        ""
        if evidence is None
        else "".join(f'<div style="margin-left:1em;white-space:pre-wrap">{escape(line)}</div>' for line in _evidence_lines(evidence))
    )
    hidden = ' <span style="color:#57606a">(when graded)</span>' if result.hidden else ""
    return (
        f'<tr class="course-check" data-outcome="{result.outcome.value}" style="background:none">'
        f'<td style="{CELL};color:{color}"><b>{MARKS[result.outcome]}</b></td>'
        f'<td style="{CELL}">{escape(result.sentence)}{hidden}{details}</td>'
        f'<td style="{CELL};color:{color};white-space:nowrap">{escape(_worth(result))}</td></tr>'
    )


def _shown(result: CheckResult, title: str) -> Evidence | None:
    """What is shown of a result: a hidden check keeps its inputs and values to itself, in whatever text they came.

    Where a stub only says its own title, the words "not attempted" say as much.
    """
    if result.outcome is Outcome.NOT_ATTEMPTED and (result.hidden or result.evidence.problem in ("", title, WAITS)):
        return None
    if result.evidence is None or not result.hidden:
        return result.evidence
    if result.outcome is Outcome.GRADER_ERROR:
        return result.evidence if result.evidence.tells_nothing else Evidence(BROKEN)
    return result.evidence.without_answers() if result.outcome is Outcome.FAILED else result.evidence


def _evidence_lines(evidence: Evidence) -> list[str]:
    lines = [evidence.problem] if evidence.problem else []
    return lines + [f"{word}: {getattr(evidence, part)}" for part, word in PARTS if getattr(evidence, part)]


def _score(report: TaskReport) -> str:
    possible = sum(result.points for result in report.results)
    return f"{report.outcome.value}, {report.earned:g} of {counted(possible, 'point')}"


def _worth(result: CheckResult) -> str:
    if result.outcome in (Outcome.PASSED, Outcome.FAILED):
        return f"{result.earned:g} of {counted(result.points, 'point')}"
    return result.outcome.value


def counted(number: float, noun: str) -> str:
    """A number and what is counted: "1 point", "2.5 points"."""
    return f"{number:g} {noun}" if number == 1 else f"{number:g} {noun}s"
