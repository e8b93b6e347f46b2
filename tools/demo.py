"""The whole kit in one go: builds, grades a class in all four assignments, runs a small reference grid. Started by `make demo`."""

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
COURSE = Path("build/demo/course")
REFERENCE = "mnist_sweep"
CLASS = {
    "lstm_gates": {
        "ada": "solution",
        "blaise": "untouched",
        "carl": "alternatives/pure_python",
        "dorothy": "mistakes/forget_gate_turned_round",
        "emmy": "mistakes/states_of_the_cell_swapped",
    },
    "mnist_sweep": {
        "ada": "solution",
        "blaise": "untouched",
        "carl": "alternatives/functional_model",
        "dorothy": "mistakes/pixels_not_divided",
        "emmy": "mistakes/two_biases",
        "felix": "mistakes/transposed_table",
        "grace": "mistakes/failed_cells_dropped",
        "hedy": "mistakes/learning_rate_ignored",
    },
    "char_lstm": {
        "ada": "solution",
        "blaise": "untouched",
        "carl": "alternatives/keras_ops",
        "dorothy": "mistakes/labels_are_the_inputs",
        "emmy": "mistakes/state_reset_at_every_batch",
    },
    "state_and_clipping": {
        "ada": "solution",
        "blaise": "untouched",
        "carl": "alternatives/pure_python",
        "dorothy": "mistakes/clipped_array_by_array",
        "emmy": "mistakes/prompt_dropped",
    },
}
"""Who hands in what: cases of `autograder verify`, in the order in which the assignments are taught."""


def main() -> None:
    """Runs every step and ends by saying what lies where."""
    os.chdir(CLONE)
    started = time.monotonic()
    step("1. Build: solutions/ -> assignments/ and the bundle that a student receives")
    autograder("build", "--check")
    autograder("bundle")
    step("2. A course of eight students and four assignments")
    autograder("new-course", str(COURSE), *CLASS)
    for name, hands_in in CLASS.items():
        submit_all(find_assignment(name, CLONE), hands_in)
    for number, name in enumerate(CLASS, start=1):
        step(f"3.{number} Grade {name}: student code in a sandbox, checks outside it, points in nbgrader's gradebook")
        autograder("grade", name, "--course", str(COURSE))
    step("4. Reference: a small grid of the published table, on the sample of 5,000 digits")
    reference("run", REFERENCE, "--preset", "demo")
    reference("report", REFERENCE, "--preset", "demo")
    step(f"Done in {time.monotonic() - started:.0f} s. What lies where, and what to do next:")
    print(WHAT_NEXT.format(course=COURSE, grid=f"build/reference/{REFERENCE}/demo"))


WHAT_NEXT = """
  assignments/                                 the notebooks as students get them
  build/bundles/                               what a student really receives: unpack a zip anywhere, open the notebook
  {course}/feedback/emmy/      feedback pages: open one in a browser
  {course}/gradebook.db        nbgrader's gradebook
  {grid}/           the small grid's table and heatmap

  see the grades, grade the written answers   cd {course} && ../../../.venv/bin/jupyter lab   (then /formgrader in the address)
  do an assignment yourself                   .venv/bin/jupyter lab assignments/lstm_gates/lstm_gates.ipynb
  prove the checks                            .venv/bin/autograder verify lstm_gates
  the real table, on full MNIST               .venv/bin/python -m solutions.reference run mnist_sweep --preset laptop
  start a course of your own                  .venv/bin/autograder new-course my-course
"""


def submit_all(assignment: Assignment, hands_in: dict[str, str]) -> None:
    """Lays what the class hands in into the course."""
    solved = instructor_notebook(assignment)
    known = {case.name: case for case in cases(assignment, solved, make_release(solved))}
    for student, name in hands_in.items():
        submit(known[name], assignment, student)
        print(f"  {assignment.name:20} {student:8} hands in {name}")
    print("  (with one and the same measured files: grading says so where each student draws a seed of their own)")


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
