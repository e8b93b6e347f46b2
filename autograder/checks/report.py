"""A task's report as text and as HTML. Everything that a submission can influence is escaped."""

from html import escape

from autograder.checks.outcomes import CheckResult, Evidence, Outcome, TaskReport

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
UNTOLD = {
    Outcome.NOT_ATTEMPTED: "this task still waits for your code",
    Outcome.GRADER_ERROR: "the check itself broke; this does not count against you, please tell your instructor",
}
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
        evidence = _shown(result)
        if evidence is not None:
            lines += [f"      {line}" for told in _evidence_lines(evidence) for line in told.splitlines()]
    if note:
        lines.append(f"  {note}")
    return "\n".join(lines)


def as_html(report: TaskReport, note: str = "") -> str:
    """The report as an HTML fragment that needs no style sheet and no script."""
    rows = "".join(_row(result) for result in report.results)
    foot = f'<div style="margin-top:4px;color:#57606a">{escape(note)}</div>' if note else ""
    return (
        '<div class="course-report" style="border:1px solid #d0d7de;border-radius:6px;padding:8px 12px;max-width:60em">'
        f"<div><b>{escape(report.title)}</b>: {escape(_score(report))}</div>"
        f'<table style="border-collapse:collapse;margin:4px 0">{rows}</table>{foot}</div>'
    )


def _row(result: CheckResult) -> str:
    color = COLORS[result.outcome]
    evidence = _shown(result)
    details = "" if evidence is None else "".join(
        f'<div style="margin-left:1em;white-space:pre-wrap">{escape(line)}</div>' for line in _evidence_lines(evidence)
    )
    hidden = ' <span style="color:#57606a">(when graded)</span>' if result.hidden else ""
    return (
        f'<tr class="course-check" data-outcome="{result.outcome.value}" style="background:none">'
        f'<td style="{CELL};color:{color}"><b>{MARKS[result.outcome]}</b></td>'
        f'<td style="{CELL}">{escape(result.sentence)}{hidden}{details}</td>'
        f'<td style="{CELL};color:{color};white-space:nowrap">{escape(_worth(result))}</td></tr>'
    )


def _shown(result: CheckResult) -> Evidence | None:
    """What may be shown of a result: a hidden check keeps its inputs and values to itself, in whatever text they came."""
    if result.evidence is None or not result.hidden:
        return result.evidence
    if result.outcome in UNTOLD:
        return Evidence(UNTOLD[result.outcome])
    return result.evidence.without_answers() if result.outcome is Outcome.FAILED else result.evidence


def _evidence_lines(evidence: Evidence) -> list[str]:
    lines = [evidence.problem] if evidence.problem else []
    return lines + [f"{word}: {getattr(evidence, part)}" for part, word in PARTS if getattr(evidence, part)]


def _score(report: TaskReport) -> str:
    possible = sum(result.points for result in report.results)
    return f"{report.outcome.value}, {report.earned:g} of {possible:g} points"


def _worth(result: CheckResult) -> str:
    if result.outcome in (Outcome.PASSED, Outcome.FAILED):
        return f"{result.earned:g} of {result.points:g} points"
    return result.outcome.value
