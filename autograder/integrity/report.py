"""The integrity report of one assignment: DIR/reports/NAME/integrity.html and integrity.md."""

import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from nbformat import NotebookNode

from autograder.assignment import Assignment
from autograder.build import instructor_notebook
from autograder.grading.classroom import Classroom
from autograder.grading.copies import Alike, alike
from autograder.grading.grade import Grader, digest_of, read_or_stand_in
from autograder.grading.record import read_record, write_whole
from autograder.grading.submission import Submission, writable
from autograder.integrity.facts import (
    GRADING,
    KINDS,
    TAMPERED,
    Fact,
    StudentFacts,
    facts_of_code,
    facts_of_notebook,
    facts_of_record,
    gathered,
    released_mentions,
)
from autograder.integrity.likeness import Cell, Class, Likeness, Pair, SharedCell
from autograder.plain import one_line
from autograder.release import BEGIN, END
from autograder.verify import cases

ABOUT = (
    "What each submission's code mentions, what its file claims and what happened when it was graded: facts, each with whose word"
    " it is, and no verdicts. Much of it is honest: a network address in a comment, a report saved before a last change. A cell's own"
    " words are what the student's code put out and may say anything. None of it changes a score."
)
ABOUT_LIKENESS = (
    "Compared are the answers and the students' own cells without comments, names and texts. Released text, the solution and its"
    " known variants, and what more than a tenth of the class wrote are left out. The share is that of the smaller one's own text that"
    " stands in the other as well. Few ways lead to a short answer: read the shared lines before you think anything of a pair."
)
MOST_SHOWN = 60
"""Most pairs that are shown side by side."""
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$-])")


@dataclass(frozen=True)
class Report:
    """All that is reported of one assignment."""

    assignment: str
    """Its name."""
    students: tuple[StudentFacts, ...]
    """One a submission."""
    likeness: Likeness
    """Submissions that are nearly alike."""
    shown: tuple[tuple[Pair, tuple[SharedCell, ...]], ...]
    """The pairs that are shown side by side: of a group, those that join it."""
    alike: tuple[Alike, ...]
    """Files with the same measurements."""

    @property
    def pairs(self) -> tuple[Pair, ...]:
        return self.likeness.pairs


def write_report(classroom: Classroom) -> tuple[Report, list[Path]]:
    """Makes the report and writes its two files.

    Raises:
        CourseError: nobody handed anything in.
    """
    report = make_report(classroom)
    folder = classroom.course / "reports" / classroom.assignment.name
    paths = [folder / "integrity.html", folder / "integrity.md"]
    for path, text in zip(paths, (as_html(report), as_markdown(report)), strict=True):
        write_whole(path, writable(text))
    return report, paths


def make_report(classroom: Classroom) -> Report:
    """Reads every submission and its record; runs nothing."""
    grader, students = classroom.grader(), classroom.students()
    solved = instructor_notebook(classroom.assignment)
    known = released_mentions(solved)
    submissions = {student: read_or_stand_in(grader, classroom.submitted(student)) for student in students}
    facts = tuple(_facts(classroom, grader, student, submissions[student], known) for student in students)
    cells = {student: own_cells(submissions[student], grader.released) for student in students}
    together = Class(cells, _everybodys(classroom.assignment, solved, grader))
    likeness = together.likeness()
    shown = tuple((pair, tuple(together.side_by_side(pair))) for pair in _joining(likeness.pairs)[:MOST_SHOWN])
    return Report(classroom.assignment.name, facts, likeness, shown, tuple(alike(classroom, students)))


def own_cells(submission: Submission, released: NotebookNode) -> list[Cell]:
    """The cells of a submission that are its student's to write."""
    locked = {cell["id"] for cell in released.cells if cell.metadata.get("nbgrader", {}).get("locked")}
    return [
        Cell(cell["id"], cell.source, cell.cell_type == "code")
        for cell in submission.notebook.cells
        if cell["id"] not in locked and cell.cell_type in ("code", "markdown")
    ]


def as_html(report: Report) -> str:
    """The report as a page. Whatever students wrote is escaped, and the page runs no script."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=False)
    page = environment.get_template("page.html.j2")
    return page.render(report=report, kinds=KINDS, about=ABOUT, about_likeness=ABOUT_LIKENESS)


def as_markdown(report: Report) -> str:
    """The same as text, without the cells side by side."""
    lines = [f"# Integrity: {_plain(report.assignment)}", "", ABOUT, ""]
    for student in report.students:
        if student.facts or student.remark:
            lines += [f"## {_plain(student.student)}", ""]
            lines += [f"_{_plain(student.remark)}_", ""] if student.remark else []
            lines += [f"- **{fact.kind}**: {_plain(fact.text)} ({fact.source})" for fact in student.facts] + [""]
    lines += ["## Nearly alike", "", ABOUT_LIKENESS, ""]
    lines += [f"- the same figures in {_plain(found.file)}, seeds aside: {_plain(', '.join(found.students))}" for found in report.alike]
    lines += [f"- joined by pairs below: {_plain(', '.join(group))}" for group in report.likeness.groups]
    if report.pairs:
        lines += ["", "| one | other | share | cells |", "| --- | --- | ---: | --- |"]
        for pair in report.pairs:
            cells = _plain(", ".join(pair.cells))
            lines.append(f"| {_plain(pair.one)} | {_plain(pair.other)} | {pair.share:.0%} | {cells} |")
        lines += [f"\n{report.likeness.left_out} more pairs are not listed."] if report.likeness.left_out else []
    else:
        lines.append("No two submissions are nearly alike.")
    return "\n".join(lines) + "\n"


def _facts(classroom: Classroom, grader: Grader, student: str, submission: Submission, known: set[tuple[str, str]]) -> StudentFacts:
    record = read_record(classroom.record_path(student))
    folder, remark = classroom.submitted(student), ""
    if record is None:
        remark = "not graded yet: what happens when it is run is not known"
    elif record.digest != digest_of(grader, folder):
        remark = "graded before the submission or the assignment changed last"
    found: list[Fact] = []
    if record is None:
        found += [Fact(TAMPERED, note, GRADING) for note in submission.notes]
    else:
        found += facts_of_record(record)
    found += facts_of_code(submission, known)
    found += facts_of_notebook(folder / f"{grader.name}.ipynb", grader.released, grader.specification, record)
    return gathered(student, found, remark)


def _everybodys(assignment: Assignment, solved: NotebookNode, grader: Grader) -> list[Cell]:
    """What the course wrote: the release, the solution, known mistakes and alternatives."""
    notebooks = [case.notebook for case in cases(assignment, solved, grader.released)]
    texts = {(cell.cell_type == "code", cell.source) for notebook in notebooks for cell in notebook.cells}
    return [Cell("", _without_markers(source), is_code) for is_code, source in sorted(texts)]


def _without_markers(source: str) -> str:
    return "\n".join(line for line in source.split("\n") if line.strip() not in (BEGIN, END))


def _joining(pairs: tuple[Pair, ...]) -> list[Pair]:
    """Of the pairs that make a group, the most alike ones that join it: the others show the same again."""
    root: dict[str, str] = {}

    def find(student: str) -> str:
        while root.get(student, student) != student:
            student = root[student]
        return student

    kept = []
    for pair in pairs:
        one, other = find(pair.one), find(pair.other)
        if one != other:
            root[one] = other
            kept.append(pair)
    return kept


def _plain(text: str) -> str:
    """Students' text in Markdown: one line, nothing of it markup."""
    return MARKDOWN.sub(r"\\\1", one_line(text, 300))
