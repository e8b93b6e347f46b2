"""The autograder command: new-assignment, build, bundle, new-course, collect, grade, kernel-spec, integrity, verify."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.chosen import assignment_of, assignments_of, chosen, handed_in_since, require_course, require_sandbox, short
from autograder.errors import CourseError

sys.modules.setdefault("rfc3987_syntax", None)  # jsonschema would load it and its grammar of web addresses, 1 s that no check here needs

app = typer.Typer(
    help="Builds the course's assignments and grades what students hand in.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False, soft_wrap=True)

Names = Annotated[list[str] | None, typer.Argument(help="Assignments; all of them when none is named.")]
Name = Annotated[str, typer.Argument(help="The assignment's name, such as mnist_sweep.")]
Workers = Annotated[int, typer.Option(min=1, help="Submissions at a time; the cores are shared out among them.")]
Unsafe = Annotated[
    bool,
    typer.Option("--unsafe-no-sandbox", help="Run student code without any protection: only for submissions that you wrote yourself."),
]
Course = Annotated[Path, typer.Option(help="The course folder.")]
Database = Annotated[
    str,
    typer.Option("--db", help="The gradebook's database: sqlite:///FILE or postgresql://USER@HOST/NAME; SQLite in the course unless told."),
]
CORES = os.cpu_count() or 1


@app.command()
def build(
    names: Names = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail when a release is not what its source builds.")] = False,
) -> None:
    """Builds assignments/NAME/ from solutions/NAME/."""
    from autograder.build import release_files, stale_files, write_release

    stale = []
    for assignment in assignments_of(names):
        stale += stale_files(assignment, release_files(assignment))
        if not check:
            write_release(assignment)
            console.print(f"built {short(assignment.released)}")
    if check and stale:
        raise CourseError(f"not what the source builds: {', '.join(short(path) for path in stale)}; run `autograder build`")


@app.command()
def bundle(
    names: Names = None,
    output: Annotated[Path | None, typer.Option(help="The folder for the zips; build/bundles/ unless told.")] = None,
) -> None:
    """Packs what a student receives: NAME.zip, whole and runnable alone."""
    from autograder.build import bundle as pack

    for assignment in assignments_of(names):
        folder = output or assignment.root / "build" / "bundles"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{assignment.name}.zip"
        path.write_bytes(pack(assignment))
        console.print(f"packed {short(path)} ({path.stat().st_size / 1e6:.1f} MB)")


@app.command("new-assignment")
def new_assignment(name: Annotated[str, typer.Argument(help="The new assignment's name, such as text_statistics.")]) -> None:
    """Makes solutions/NAME/: a small assignment that verifies as a whole, to be replaced piece by piece."""
    from autograder.assignment import find_assignment, find_root
    from autograder.new_assignment import new_assignment as make

    root = find_root()
    make(name, root)
    folder = find_assignment(name, root).solutions
    console.print(f"made {short(folder)}: every file says what to replace in it; docs/authors.md explains it")
    console.print(f"after every change: autograder build {name} && autograder verify {name}")


@app.command("new-course")
def new_course(
    folder: Annotated[Path, typer.Argument(help="The course folder to make, or to add assignments to.")],
    names: Names = None,
    db: Database = "",
) -> None:
    """Makes a course folder for nbgrader: source, release, gradebook and a config that grades in the sandbox."""
    from autograder.grading.course import new_course as make
    from autograder.grading.database import gradebook_url, has_password

    assignments = assignments_of(names)
    make(folder, assignments, gradebook_url(db) if db else "")
    console.print(f"made {folder} with {', '.join(assignment.name for assignment in assignments)}")
    if db and has_password(db):
        console.print("the password was used and not written down: set PGPASSWORD or ~/.pgpass for what comes next, formgrader among it")
    name = assignments[0].name
    console.print(f"collect what was handed in: autograder collect {name} --course {folder} DOWNLOAD.zip")
    console.print(f"or put it into {folder}/submitted/STUDENT/{name}/; then: autograder grade {name} --course {folder}")


@app.command()
def collect(
    name: Name,
    sources: Annotated[list[Path], typer.Argument(metavar="SOURCE...", help="Folders, a platform's zip download, archives, notebooks.")],
    course: Course,
    answers: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="STUDENT=FILE", help="This file is STUDENT's notebook; may be given several times."),
    ] = None,
) -> None:
    """Puts what a learning platform or a folder holds into the course, as submissions that can be graded."""
    from autograder.collecting.collect import collect as collect_all
    from autograder.collecting.collect import parse_mapping
    from autograder.collecting.own_rule import own_rule
    from autograder.collecting.shown import ask, collected_table
    from autograder.grading.classroom import Classroom
    from autograder.grading.course import load_config

    classroom = Classroom(course, assignment_of(name))
    require_course(course)
    asking = ask if sys.stdin.isatty() else None
    done = collect_all(classroom, sources, parse_mapping(answers or []), asking, own_rule(load_config(course)))
    console.print(collected_table(done.rows))
    for line in done.left_out:
        console.print(f"left out: {line}", markup=False)
    changed = sum(row.changed for row in done.rows)
    console.print(f"{changed} new or resubmitted, {len(done.rows) - changed} left as they were, in {course}/submitted/", markup=False)
    if not done.rows:
        raise CourseError("no submission was found")


@app.command()
def grade(
    name: Name,
    course: Course,
    only: Annotated[list[str] | None, typer.Option("--only", "--student", help="Only this student; may be given several times.")] = None,
    since: Annotated[str, typer.Option(help="Only what was handed in since: 2026-02-28, 2026-02-28T18:00, 2h, 3d.")] = "",
    workers: Workers = CORES,
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade again what is graded already.")] = False,
    db: Database = "",
    unsafe_no_sandbox: Unsafe = False,
) -> None:
    """Grades every submission of one assignment into nbgrader's gradebook, with feedback pages."""
    from autograder.grading.loading import loading
    from autograder.grading.pool import head_start

    with head_start(assignment_of(name), unsafe_no_sandbox) as pool:
        require_sandbox(unsafe_no_sandbox, console)
        with loading():
            from autograder.grading.classroom import Classroom, Ungraded, grade_class
            from autograder.grading.copies import alike
            from autograder.grading.course import database_of
            from autograder.grading.database import gradebook_url
            from autograder.tables import GradingProgress, class_table, shown

        classroom = Classroom(course, assignment_of(name), unsafe_no_sandbox, gradebook_url(db) if db else "")
        require_course(course)
        students = handed_in_since(classroom, chosen(classroom.students(), only), since)
        with GradingProgress(console, len(students)) as progress:
            results = grade_class(classroom, students, min(workers, len(students)), regrade, progress.add, pool, progress.begin)
    console.print(class_table(results, classroom.grader().specification))
    for found in alike(classroom, classroom.students()):
        console.print(f"the same figures in {found.file}, seeds aside: {', '.join(found.students)}", markup=False)
    ungraded = [result for result in results if isinstance(result, Ungraded)]
    for result in ungraded:
        console.print(f"[red]not graded:[/red] {shown(result.student)}: {shown(result.reason)}", markup=True)
    console.print(f"gradebook: {database_of(course, classroom.database)}   feedback: {course}/feedback/STUDENT/{name}/")
    if ungraded:
        raise CourseError(f"{len(ungraded)} of {len(students)} submissions were not graded; the same command tries them again")


@app.command("kernel-spec")
def kernel_spec(
    prefix: Annotated[Path, typer.Option(help="Where Jupyter looks for kernels: PREFIX/share/jupyter/kernels/.")] = Path(sys.prefix),
    name: Annotated[str, typer.Option(help="The kernel's name.")] = "course-sandbox",
) -> None:
    """Writes a Jupyter kernel spec by which nbclient, nbgrader and the like run notebooks in warm sandboxes."""
    from autograder.assignment import find_root
    from autograder.grading.pool import ENVIRONMENT, shown
    from autograder.sandbox.kernel_spec import write_kernel_spec

    path = write_kernel_spec(prefix, name, readonly=shown(find_root()), environment=ENVIRONMENT)
    console.print(f"kernel {name}: {path}", markup=False)


@app.command()
def integrity(name: Name, course: Course) -> None:
    """Reports what submissions tried and which are nearly alike: facts for the instructor, no verdicts."""
    from autograder.grading.classroom import Classroom
    from autograder.integrity.report import write_report
    from autograder.integrity.shown import facts_table, likeness_table

    classroom = Classroom(course, assignment_of(name))
    require_course(course)
    report, paths = write_report(classroom)
    console.print(facts_table(report))
    if report.pairs:
        console.print(likeness_table(report))
    console.print(f"report: {'   '.join(str(path) for path in paths)}", markup=False)


@app.command()
def verify(
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="All assignments, as when none is named.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only cases (or mutants) whose name contains this, such as mistakes/; may be given several times."),
    ] = None,
    mutants_only: Annotated[bool, typer.Option("--mutants-only", help="Nothing but mutants of the solution, and which survive.")] = False,
    without_mutants: Annotated[bool, typer.Option("--without-mutants", help="Everything but mutants.")] = False,
    every: Annotated[int, typer.Option(min=1, help="Take each n-th mutant only; the shares are then not judged.")] = 1,
    seeds: Annotated[
        int, typer.Option(min=1, help="With how many seeds right answers are checked; known mistakes with a quarter of them.")
    ] = 20,
    seed: Annotated[int | None, typer.Option(help="Seed of the known cases' random inputs; fresh unless given.")] = None,
    workers: Workers = CORES,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the table to this file as well.")] = None,
    unsafe_no_sandbox: Unsafe = False,
) -> None:
    """Proves the checks: right answers pass, known mistakes fail with their hints, mutants of the solution die."""
    import json

    from autograder.tables import GradingProgress, proof_row, proof_table, verify_table
    from autograder.verification import Plan, prove

    if not mutants_only:
        require_sandbox(unsafe_no_sandbox, console)
    plan = Plan(tuple(only or ()), mutants_only, without_mutants, every, seeds, seed, workers, unsafe_no_sandbox)
    if json_file:
        json_file.parent.mkdir(parents=True, exist_ok=True)
    if not console.is_terminal:  # in a file or a log, tables need not fit a screen
        console.width = max(console.width, 160)
    proofs = []
    for assignment in assignments_of(None if everything else names):
        with GradingProgress(console, None) as progress:
            proof = prove(assignment, plan, progress.expect, progress.add)
        proofs.append(proof)
        if json_file:  # after each: what was proven in an hour is not lost with the next one
            json_file.write_text(json.dumps([proof_row(proof) for proof in proofs], indent=2) + "\n", encoding="utf-8")
        if proof.verdicts:
            console.print(verify_table(assignment.name, proof.verdicts))
        for fate in proof.mutants.survived if proof.mutants else ():
            console.print(f"survived: {fate.mutant.name}", markup=False)
        for complaint in proof.complaints:
            console.print(f"{assignment.name}: {complaint}", markup=False)
    if mutants_only or not only:
        console.print(proof_table(proofs))
    wrong = sum(len(proof.complaints) for proof in proofs)
    if wrong:
        raise CourseError("1 thing is not as it must be" if wrong == 1 else f"{wrong} things are not as they must be")


def main() -> None:
    """The console script: every error of ours is one line and a non-zero exit."""
    from autograder.checks.specification import SpecificationError

    try:
        app(standalone_mode=False)
    except (typer.Exit, typer.Abort) as ending:
        sys.exit(getattr(ending, "exit_code", 1))
    except KeyboardInterrupt:
        _fail("stopped; the same command goes on from here")
    except (CourseError, SpecificationError) as error:
        _fail(str(error))
    except ModuleNotFoundError as error:
        _fail(f"the package {error.name} is missing; run `make demo` or `pip install -r requirements.lock` in the clone")
    except OSError as error:
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    except Exception as error:
        if type(error).__module__.startswith(("typer", "click")) and hasattr(error, "format_message"):
            _fail(error.format_message())
        if type(error).__module__.startswith("autograder."):
            _fail(str(error))
        raise


def _fail(problem: str) -> None:
    print(f"autograder: {problem}", file=sys.stderr)
    sys.exit(1)
