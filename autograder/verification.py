"""Runs an assignment's known cases through the whole of grading, sandbox and all."""

import tempfile
from pathlib import Path

from autograder.assignment import Assignment
from autograder.build import instructor_notebook
from autograder.errors import CourseError
from autograder.grading.classroom import Classroom, Ungraded, grade_all
from autograder.release import make_release
from autograder.tables import GradingProgress
from autograder.verify import CaseVerdict, cases, hand_in, judge


def verify_assignment(
    assignment: Assignment, only: list[str], workers: int, seed: int | None, unsafe_no_sandbox: bool, progress: GradingProgress
) -> list[CaseVerdict]:
    """Grades every case, or those whose names contain one of `only`, and judges what came out.

    Raises:
        CourseError: no case is called so, or one could not be graded.
    """
    solved = instructor_notebook(assignment)
    chosen = [case for case in cases(assignment, solved, make_release(solved)) if not only or any(part in case.name for part in only)]
    if not chosen:
        raise CourseError(f"{assignment.name} has no case whose name contains {' or '.join(only)}")
    progress.expect(len(chosen))
    with tempfile.TemporaryDirectory(prefix="course-verify-") as course:
        classroom = Classroom(Path(course), assignment, unsafe_no_sandbox)
        by_student = {case.name.replace("/", "-"): case for case in chosen}
        for student, case in by_student.items():
            hand_in(case, assignment, classroom.submitted(student))
        specification = classroom.grader().specification
        verdicts = {}
        for result in grade_all(classroom, list(by_student), min(workers, len(chosen)), seed):
            progress.add(result)
            if isinstance(result, Ungraded):
                raise CourseError(f"{result.student} could not be graded: {result.reason}")
            verdicts[result.student] = judge(by_student[result.student], result, specification)
    return [verdicts[student] for student in by_student]
