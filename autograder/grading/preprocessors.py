"""Where the engine enters nbgrader: steps that take the place of nbgrader's own, named in a course's nbgrader_config.py."""

import secrets
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    ComputeChecksums,
    LockCells,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
    SaveCells,
)
from traitlets import Bool, Dict, Integer, Unicode

from autograder.assignment import find_assignment
from autograder.checks.outcomes import TaskReport
from autograder.checks.report import as_html
from autograder.errors import SubmissionError
from autograder.grading import formgrader  # noqa: F401 - a course's configuration imports this module, and so closes formgrader's doors
from autograder.grading.execute import execute
from autograder.grading.grade import Grader, copy_handed_in, prepare
from autograder.grading.handed_in import Kind, is_plain, walk
from autograder.grading.kernels import shared_kernels
from autograder.grading.record import Record, read_record
from autograder.grading.submission import restore
from autograder.release import ClearSolutions
from autograder.sandbox.limits import Limits, limits_of
from autograder.source import CHECK_PREFIX


class RestoreCells(NbGraderPreprocessor):
    """Puts back what a submission deleted, doubled, moved or changed, before nbgrader looks at it."""

    clone = Unicode(help="The clone of the course kit that holds solutions/.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        folder = Path(resources["metadata"]["path"])
        if any(kind is not Kind.FILE for _, kind in walk(folder)):
            raise SubmissionError(f"{folder} holds links or folders nested too deep; `autograder grade` grades it without them")
        restored, notes = restore(nb, prepared(resources["nbgrader"]["assignment"], self.clone).released)
        for note in notes:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], note)
        return restored, resources


class GradeInSandbox(NbGraderPreprocessor):
    """Takes nbgrader's Execute step's place: cells run in the sandbox, checks run here, scores come from the checks alone."""

    clone = Unicode(help="The clone of the course kit that holds solutions/.").tag(config=True)
    records = Unicode(help="A folder with what `autograder grade` found already; empty: grade now.").tag(config=True)
    limits = Dict(help="Limits of a submission that differ from their defaults: see autograder/sandbox/limits.py.").tag(config=True)
    unsafe_no_sandbox = Bool(False, help="Run student code without any protection.").tag(config=True)
    threads = Integer(2, help="Threads that a submission may compute with.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        about = resources["nbgrader"]
        folder = Path(resources["metadata"]["path"])
        if self.records:
            record = read_record(Path(self.records) / f"{about['student']}.json")
            if record is None:
                raise SubmissionError(f"{about['student']} has not been graded yet")
        else:
            grader = prepared(about["assignment"], self.clone, limits_of(self.limits))
            record = self._grade(nb, grader, about["student"], folder)
        keep_plain_files(folder)
        resources["course"] = {"grader_errors": record.grader_errors}
        return show_record(nb, record), resources

    def _grade(self, nb: NotebookNode, grader: Grader, student: str, folder: Path) -> Record:
        seed = secrets.randbits(32)
        open_kernel = shared_kernels(grader.limits, self.threads, self.clone, grader.imports, self.unsafe_no_sandbox)
        with tempfile.TemporaryDirectory(prefix="course-files-") as scratch:
            notes = copy_handed_in(folder, Path(scratch))
            done = execute(nb, grader.specification, Path(scratch), open_kernel, grader.limits, seed)
        reports = tuple(done.reports[task.name] for task in grader.specification.tasks)
        return Record(student, grader.name, "", seed, reports, done.outputs, (*notes, *done.notes))


class FlagGraderErrors(NbGraderPreprocessor):
    """Marks the tasks in which a check of ours broke, so that formgrader shows them to be graded by hand."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        about = resources["nbgrader"]
        tasks = resources.get("course", {}).get("grader_errors", [])
        if not tasks:
            return nb, resources
        with Gradebook(about["db_url"]) as gradebook:
            for task in tasks:
                grade = gradebook.find_grade(CHECK_PREFIX + task, about["notebook"], about["assignment"], about["student"])
                grade.needs_manual_grade = True
            gradebook.db.commit()
        return nb, resources


RELEASE_STEPS = [LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums, SaveCells, CheckCellMetadata]
"""For GenerateAssignment.preprocessors: nbgrader's own steps with our strict ClearSolutions."""
SANITIZE_STEPS = [ClearOutput, RestoreCells, OverwriteKernelspec, OverwriteCells, CheckCellMetadata]
"""For Autograde.sanitize_preprocessors."""
AUTOGRADE_STEPS = [GradeInSandbox, SaveAutoGrades, FlagGraderErrors, AssignLatePenalties]
"""For Autograde.autograde_preprocessors. Cells' metadata were checked after RestoreCells, and no step here changes them."""


@lru_cache(maxsize=8)
def prepared(assignment: str, clone: str, limits: Limits = Limits()) -> Grader:
    """An assignment made ready for grading, once a process."""
    return prepare(find_assignment(assignment, Path(clone)), limits)


def keep_plain_files(folder: Path) -> None:
    """Takes all but plain data and pictures out of the autograded folder: formgrader serves what lies there under its own address,
    where a script could do all that the instructor can. What is taken out stays in submitted/."""
    for path, kind in walk(folder):
        if kind in (Kind.TOO_DEEP, Kind.UNREADABLE) and path.is_dir():
            shutil.rmtree(path)
        elif kind is not Kind.FILE or not is_plain(path.name):
            path.unlink()


def show_record(notebook: NotebookNode, record: Record) -> NotebookNode:
    """The notebook with every check's verdict under its check cell, and the points as nbgrader reads them."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade") and not about.get("solution"):
            report = record.report(about["grade_id"].removeprefix(CHECK_PREFIX))
            cell.outputs = _report_outputs(report, float(about["points"]))
        else:
            cell.outputs = [nbformat.from_dict(output) for output in record.outputs.get(cell["id"], [])]
    if record.notes:
        notebook.cells.insert(0, _notes_cell(record.notes))
    return notebook


def _report_outputs(report: TaskReport, most: float) -> list[NotebookNode]:
    score = round(min(report.earned, most), 6)
    # a page shows the HTML; nbgrader takes the points from the plain text, where only a plain number is safe
    data = {"text/plain": repr(float(score)), "text/html": as_html(report)}
    return [new_output("execute_result", data=data, execution_count=None)]


def _notes_cell(notes: tuple[str, ...]) -> NotebookNode:
    cell = nbformat.v4.new_code_cell("# What the grader found", id="grader-notes")
    cell.outputs = [new_output("stream", name="stdout", text="".join(f"- {note}\n" for note in notes))]
    return cell
