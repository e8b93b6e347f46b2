"""What a command line's arguments mean: assignments, students, a course, a sandbox. Each mistake is one CourseError."""

from pathlib import Path

from rich.console import Console

from autograder.errors import CourseError


def assignments_of(names: list[str] | None) -> list:
    from autograder.assignment import all_assignments, find_assignment, find_root

    root = find_root()
    return [find_assignment(name, root) for name in names] if names else all_assignments(root)


def assignment_of(name: str):
    return assignments_of([name])[0]


def handed_in_since(classroom, students: list[str], since: str) -> list[str]:
    from autograder.grading.times import handed_in_at, parse_since

    if not since:
        return students
    start = parse_since(since)
    chosen = [student for student in students if handed_in_at(classroom.submitted(student)) >= start]
    if not chosen:
        raise CourseError(f"nothing was handed in since {start:%Y-%m-%d %H:%M} UTC; there are {len(students)} older submissions")
    return chosen


def chosen(students: list[str], wanted: list[str] | None) -> list[str]:
    unknown = sorted(set(wanted or ()) - set(students))
    if unknown:
        raise CourseError(f"no submission of {', '.join(unknown)}; there are {', '.join(students)}")
    return wanted or students


def require_course(course: Path) -> None:
    from autograder.grading.names import CONFIG

    if not (course / CONFIG).is_file():
        raise CourseError(f"{course} is no course (it has no {CONFIG}); make one with `autograder new-course {course}`")


def require_sandbox(unsafe: bool, console: Console) -> None:
    """Fails at once, before anything is graded, when no sandbox can be had and none was waived."""
    from autograder.sandbox.bubblewrap import probe
    from autograder.sandbox.errors import SandboxUnavailable

    if unsafe:
        console.print("[bold red]No sandbox: student code can do whatever you can.[/bold red]")
        return
    try:
        probe()
    except SandboxUnavailable as error:
        told = str(error)
        way_out = "" if "--unsafe-no-sandbox" in told else "; --unsafe-no-sandbox grades without any protection"
        raise CourseError(told + way_out) from None


def short(path: Path) -> str:
    """A path as seen from here, where that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
