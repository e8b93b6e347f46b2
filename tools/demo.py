"""The whole kit in one go: builds, grades a class of eight, runs a small reference grid. Started by `make demo`."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from autograder.assignment import Assignment, find_assignment
from autograder.build import instructor_notebook
from autograder.release import make_release
from autograder.verify import Case, cases, hand_in

CLONE = Path(__file__).resolve().parents[1]
ASSIGNMENT = "mnist_sweep"
COURSE = Path("build/demo/course")
CLASS = {
    "ada": "solution",
    "blaise": "untouched",
    "carl": "alternatives/functional_model",
    "dorothy": "mistakes/pixels_not_divided",
    "emmy": "mistakes/two_biases",
    "felix": "mistakes/transposed_table",
    "grace": "mistakes/failed_cells_dropped",
    "hedy": "mistakes/learning_rate_ignored",
}
"""Who hands in what: cases of `autograder verify`."""


def main() -> None:
    """Runs every step and ends by saying what lies where."""
    os.chdir(CLONE)
    started = time.monotonic()
    step("1. Build: solutions/ -> assignments/ and the bundle that a student receives")
    autograder("build", "--check")
    autograder("bundle")
    step("2. A course of eight students")
    assignment = find_assignment(ASSIGNMENT, CLONE)
    make_course(assignment)
    step("3. Grade: student code in a sandbox, checks outside it, points in nbgrader's gradebook")
    autograder("grade", ASSIGNMENT, "--course", str(COURSE))
    step("4. Reference: a small grid of the published table, on the sample of 5,000 digits")
    reference("run", ASSIGNMENT, "--preset", "demo")
    reference("report", ASSIGNMENT, "--preset", "demo")
    step(f"Done in {time.monotonic() - started:.0f} s. What lies where, and what to do next:")
    print(WHAT_NEXT.format(course=COURSE, assignment=ASSIGNMENT, grid=f"build/reference/{ASSIGNMENT}/demo"))


WHAT_NEXT = """
  assignments/{assignment}/                     the notebook as students get it
  build/bundles/{assignment}.zip                what a student really receives: unpack it anywhere, open the notebook
  {course}/feedback/emmy/{assignment}/   a feedback page: open it in a browser
  {course}/gradebook.db            nbgrader's gradebook
  {grid}/               the small grid's table and heatmap

  see the grades, grade the written answers   cd {course} && ../../../.venv/bin/jupyter lab   (then /formgrader in the address)
  do the assignment yourself                  .venv/bin/jupyter lab assignments/{assignment}/{assignment}.ipynb
  prove the checks                            .venv/bin/autograder verify {assignment}
  the real table, on full MNIST               .venv/bin/python -m solutions.reference run {assignment} --preset laptop
  start a course of your own                  .venv/bin/autograder new-course my-course
"""


def make_course(assignment: Assignment) -> None:
    """Makes the course, or keeps the one that is there, and hands in what the class hands in."""
    autograder("new-course", str(COURSE), assignment.name)
    solved = instructor_notebook(assignment)
    known = {case.name: case for case in cases(assignment, solved, make_release(solved))}
    for student, name in CLASS.items():
        submit(known[name], assignment, student)
        print(f"  {student:8} hands in {name}")


def submit(case: Case, assignment: Assignment, student: str) -> None:
    """Lays one submission into the course, in the place of an earlier one."""
    folder = COURSE / "submitted" / student / assignment.name
    shutil.rmtree(folder, ignore_errors=True)
    hand_in(case, assignment, folder)


def step(title: str) -> None:
    print(f"\n=== {title}", flush=True)


def autograder(*arguments: str) -> None:
    run([str(Path(sys.executable).parent / "autograder"), *arguments])


def reference(*arguments: str) -> None:
    run([sys.executable, "-m", "solutions.reference", *arguments])


def run(command: list[str]) -> None:
    """Runs one step; the demo ends where a step fails."""
    code = subprocess.run(command, check=False).returncode
    if code != 0:
        sys.exit(code)


if __name__ == "__main__":
    main()
