"""A class is graded into nbgrader's gradebook: whole, once, resumable, and in step with plain nbgrader."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.build import instructor_notebook, write_release
from autograder.errors import CourseError
from autograder.grading.classroom import Classroom, sole_writer
from autograder.grading.course import new_course, open_api
from autograder.grading.record import read_record
from autograder.grading.times import parse_since
from autograder.release import make_release
from autograder.sandbox.bubblewrap import find_bubblewrap
from autograder.verify import cases, hand_in

PROGRAMS = Path(sys.executable).parent
SCORES = {"ada": 5.0, "blaise": 0.0, "carl": 2.0, "dorothy": 3.0}
CASES = {"ada": "solution", "blaise": "untouched", "carl": "mistakes/sum_for_mean", "dorothy": "mistakes/always_two"}

pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture(scope="module")
def toy(tmp_path_factory, make_toy_clone):
    assignment = make_toy_clone(tmp_path_factory.mktemp("clone"))
    write_release(assignment)
    return assignment


@pytest.fixture(scope="module")
def new(toy, tmp_path_factory):
    """A course of four students who handed in."""
    folder = tmp_path_factory.mktemp("new") / "course"
    new_course(folder, [toy])
    solved = instructor_notebook(toy)
    known = {case.name: case for case in cases(toy, solved, make_release(solved))}
    for student, name in CASES.items():
        hand_in(known[name], toy, folder / "submitted" / student / "averages")
    return folder


@pytest.fixture(scope="module")
def first_grading(new, toy, tmp_path_factory):
    """The course after its first grading, and what that command said."""
    folder = shutil.copytree(new, tmp_path_factory.mktemp("graded") / "course")
    return folder, grade(folder, toy)


@pytest.fixture
def course(new, tmp_path):
    """A copy of the course, nothing graded yet."""
    return shutil.copytree(new, tmp_path / "course")


@pytest.fixture
def graded(first_grading, tmp_path):
    """A copy of the course after its first grading."""
    return shutil.copytree(first_grading[0], tmp_path / "course")


def autograder(toy, *arguments):
    environment = os.environ | {"COURSE_ROOT": str(toy.root), "COLUMNS": "200"}
    command = [str(PROGRAMS / "autograder"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)


def grade(course, toy, *arguments):
    return autograder(toy, "grade", "averages", "--course", str(course), *arguments)


def nbgrader(course, *arguments):
    environment = os.environ | {"PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
    done = subprocess.run(
        [str(PROGRAMS / "nbgrader"), *arguments], cwd=course, capture_output=True, text=True, env=environment, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done


def scores(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {submission.student.id: submission.score for submission in gradebook.assignment_submissions("averages")}


def cell_scores(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            submission.student.id: {
                grade.name: (grade.auto_score, bool(grade.needs_manual_grade)) for grade in submission.notebooks[0].grades
            }
            for submission in gradebook.assignment_submissions("averages")
        }


def test_a_class_is_graded_into_the_gradebook_with_feedback(first_grading):
    course, done = first_grading
    assert (done.returncode, done.stderr) == (0, "")
    assert scores(course) == SCORES
    page = (course / "feedback" / "carl" / "averages" / "averages.html").read_text()
    assert "gives the mean of two numbers" in page
    assert "this is the sum: divide by how many there are" in page
    assert "0 of 1 point" in page
    grades = cell_scores(course)
    assert grades["ada"]["check_mean"] == (3.0, False)
    assert grades["ada"]["explain"] == (None, True), "a written answer waits for a person"
    assert grades["blaise"]["explain"] == (0.0, False), "an untouched one scores 0"


def test_a_course_named_by_a_relative_path_is_graded_whole(course, toy):
    environment = os.environ | {"COURSE_ROOT": str(toy.root)}
    command = [str(PROGRAMS / "autograder"), "grade", "averages", "--course", course.name, "--workers", "2"]
    done = subprocess.run(command, cwd=course.parent, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert scores(course) == SCORES


def test_graded_again_nothing_is_run_and_nothing_changes(graded, toy):
    before = {student: (graded / ".autograder" / "averages" / "records" / f"{student}.json").stat().st_mtime_ns for student in SCORES}
    database = (graded / "gradebook.db").read_bytes()
    assert grade(graded, toy).returncode == 0
    after = {student: (graded / ".autograder" / "averages" / "records" / f"{student}.json").stat().st_mtime_ns for student in SCORES}
    assert before == after
    assert database == (graded / "gradebook.db").read_bytes()


def test_a_changed_submission_and_only_it_is_graded_again(graded, toy):
    records = graded / ".autograder" / "averages" / "records"
    before = {student: read_record(records / f"{student}.json").seed for student in SCORES}
    solved = instructor_notebook(toy)
    hand_in(cases(toy, solved, make_release(solved))[0], toy, graded / "submitted" / "carl" / "averages")
    assert grade(graded, toy).returncode == 0
    assert scores(graded) == SCORES | {"carl": 5.0}
    after = {student: read_record(records / f"{student}.json").seed for student in SCORES}
    assert [student for student in SCORES if before[student] != after[student]] == ["carl"]


def test_plain_nbgrader_in_the_same_folder_gives_the_same_scores(graded, toy):
    ours = cell_scores(graded)
    nbgrader(graded, "autograde", "averages", "--force")
    assert cell_scores(graded) == ours
    nbgrader(graded, "generate_feedback", "averages", "--force")
    assert "this is the sum" in (graded / "feedback" / "carl" / "averages" / "averages.html").read_text()
    nbgrader(graded, "export")
    assert "carl" in (graded / "grades.csv").read_text()


def test_plain_nbgrader_releases_what_the_build_releases(course, toy):
    nbgrader(course, "generate_assignment", "averages", "--force")
    released = (course / "release" / "averages" / "averages.ipynb").read_bytes()
    assert released == (toy.released / "averages.ipynb").read_bytes()


def test_a_hand_given_grade_survives_grading_again(graded, toy):
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as gradebook:
        gradebook.find_grade("explain", "averages", "averages", "ada").manual_score = 2.5
        gradebook.db.commit()
    assert grade(graded, toy, "--regrade", "--student", "ada").returncode == 0
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as gradebook:
        assert gradebook.find_grade("explain", "averages", "averages", "ada").manual_score == 2.5


def test_killed_in_the_middle_it_goes_on(course, toy):
    environment = os.environ | {"COURSE_ROOT": str(toy.root)}
    command = [str(PROGRAMS / "autograder"), "grade", "averages", "--course", str(course), "--workers", "1"]
    running = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
    records = course / ".autograder" / "averages" / "records"
    deadline = time.monotonic() + 120
    while not list(records.glob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    done = {path.stem: read_record(path).seed for path in records.glob("*.json")}
    assert 1 <= len(done) < len(SCORES), "it was killed too late to show anything"
    assert grade(course, toy).returncode == 0
    assert scores(course) == SCORES
    assert all(read_record(records / f"{student}.json").seed == seed for student, seed in done.items()), "nothing is graded twice"


def test_what_a_killed_command_left_half_done_is_removed(graded, toy):
    state = graded / ".autograder" / "averages"
    (state / "scratch" / "course-files-1").mkdir(parents=True)
    (state / "scratch" / "course-files-1" / "notes.txt").write_text("half")
    (state / "records" / ".ada.json.1.unfinished").write_text("{")
    assert grade(graded, toy).returncode == 0
    assert not list(state.rglob("course-files-*")) and not list(state.rglob("*.unfinished"))
    assert (state / "records" / "ada.json").exists()


def test_bad_submissions_are_told_and_the_others_graded(course, toy):
    bad = course / "submitted" / "mallory" / "averages"
    bad.mkdir(parents=True)
    (bad / "averages.ipynb").write_text("{no json")
    (course / "submitted" / "nobody" / "averages").mkdir(parents=True)
    done = grade(course, toy)
    assert done.returncode == 0, done.stderr
    assert scores(course) == SCORES | {"mallory": 0.0, "nobody": 0.0}
    assert "is not a notebook: its text is not JSON" in done.stdout
    page = (course / "feedback" / "mallory" / "averages" / "averages.html").read_text()
    assert "its text is not JSON" in page
    assert "Traceback" not in done.stdout + done.stderr


def test_links_in_a_submission_are_not_followed(course, toy, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the instructor's own")
    (course / "submitted" / "ada" / "averages" / "notes.txt").symlink_to(secret)
    done = grade(course, toy)
    assert done.returncode == 0, done.stderr
    assert not any(
        "the instructor's own" in path.read_text(errors="ignore") for path in course.rglob("*") if path.is_file() and not path.is_symlink()
    )


def test_two_commands_do_not_grade_one_assignment_at_once(course, toy):
    with sole_writer(Classroom(course, toy)):
        done = grade(course, toy)
    assert done.returncode == 1
    assert "is being graded by another command already" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["grade", "no_such", "--course", "{course}"], "there is no assignment 'no_such'; this clone has averages"),
        (["grade", "averages", "--course", "{course}/nowhere"], "is no course (it has no nbgrader_config.py); make one with"),
        (["grade", "averages", "--course", "{course}", "--student", "zoe"], "no submission of zoe; there are ada, blaise, carl, dorothy"),
        (["verify", "averages", "--only", "nothing"], "has no case whose name contains nothing"),
        (["new-course", "{course}/submitted"], "is not empty and no course; choose a new folder"),
        (["grade"], "Missing argument"),
        (["grade", "averages", "--course", "{course}", "--workers", "0"], "workers"),
        (["teach"], "No such command"),
    ],
)
def test_mistakes_at_the_command_line_are_one_clear_line(new, toy, arguments, told):
    done = autograder(toy, *[argument.format(course=new) for argument in arguments])
    assert done.returncode != 0
    assert told in done.stderr
    assert done.stderr.startswith("autograder: ") and done.stderr.count("\n") == 1


def test_a_missing_package_is_told_with_the_way_to_get_it(new, toy, tmp_path):
    (tmp_path / "nbgrader.py").write_text("raise ModuleNotFoundError(\"No module named 'nbgrader'\", name='nbgrader')")
    environment = os.environ | {"COURSE_ROOT": str(toy.root), "PYTHONPATH": str(tmp_path)}
    command = [str(PROGRAMS / "autograder"), "grade", "averages", "--course", str(new)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 1
    assert (
        done.stderr == "autograder: the package nbgrader is missing; run `make demo` or `pip install -r requirements.lock` in the clone\n"
    )


def test_no_submission_is_told(course, toy):
    for folder in (course / "submitted").iterdir():
        folder.rename(course / folder.name)
    done = grade(course, toy)
    assert done.returncode == 1 and "no submission of averages is in" in done.stderr


def test_without_a_sandbox_nothing_is_run(course, toy):
    no_namespaces = [find_bubblewrap(), "--dev-bind", "/", "/", "--unshare-user", "--disable-userns", "--"]
    environment = os.environ | {"COURSE_ROOT": str(toy.root)}
    command = [*no_namespaces, str(PROGRAMS / "autograder"), "grade", "averages", "--course", str(course)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 1
    assert "no sandbox" in done.stderr and "--unsafe-no-sandbox" in done.stderr and done.stderr.count("\n") == 1
    assert not (course / ".autograder" / "averages" / "records").exists()
    allowed = subprocess.run([*command, "--unsafe-no-sandbox"], capture_output=True, text=True, env=environment, timeout=120)
    assert allowed.returncode == 0, allowed.stderr
    assert "No sandbox" in allowed.stdout
    assert scores(course) == SCORES


@pytest.mark.parametrize("left", [0, 40_000], ids=["nothing", "room for the records only"])
def test_on_a_full_disk_nothing_is_lost(new, toy, tmp_path, left):
    small = tmp_path / "small"
    small.mkdir()
    grade_here = f"{PROGRAMS}/autograder grade averages --course {small}"
    script = f"""
        cp -r {new}/. {small}
        cat /dev/zero > {small}/filler 2>/dev/null
        truncate -s -{left} {small}/filler
        {grade_here}; echo first $?
        rm {small}/filler
        {grade_here}; echo second $?
        cp {small}/gradebook.db {tmp_path}
    """
    on_a_small_disk = [find_bubblewrap(), "--dev-bind", "/", "/", "--size", "8000000", "--tmpfs", str(small), "sh", "-c", script]
    environment = os.environ | {"COURSE_ROOT": str(toy.root), "COLUMNS": "200"}
    done = subprocess.run(on_a_small_disk, capture_output=True, text=True, env=environment, timeout=300)
    assert "first 1\n" in done.stdout and "second 0\n" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("not graded:") == len(SCORES)
    assert "No space left on device" in done.stdout or "disk is full" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert scores(tmp_path) == SCORES


def test_only_what_was_handed_in_since_is_graded(course, toy):
    for student in SCORES:
        when = "2026-01-01 10:00:00 UTC" if student in ("ada", "blaise") else "2026-02-01 10:00:00 UTC"
        (course / "submitted" / student / "averages" / "timestamp.txt").write_text(when)
    done = grade(course, toy, "--since", "2026-01-15", "--only", "carl", "--only", "ada")
    assert done.returncode == 0, done.stderr
    assert set(scores(course)) == {"carl"}
    done = grade(course, toy, "--since", "2h")
    assert done.returncode == 1 and "nothing was handed in since" in done.stderr and "4 older submissions" in done.stderr


PENALTY = """
from nbgrader.plugins import LateSubmissionPlugin


class PointADay(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late // 86_400
"""
LATE = {"ada": ("2026-03-02 23:00:00 UTC", 1.0), "dorothy": ("2026-02-28 22:00:00 UTC", 0.0), "carl": ("2026-06-01 00:00:00 UTC", 2.0)}


def penalties(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            submission.student.id: submission.late_submission_penalty or 0.0
            for submission in gradebook.assignment_submissions("averages")
            if submission.student.id in LATE
        }


def test_nbgraders_late_policy_is_applied_by_both_commands_and_when_it_changes(graded, toy):
    """Graded without a policy first: the records hold, and only what is in the gradebook is written anew."""
    records = graded / ".autograder" / "averages" / "records"
    with Gradebook(f"sqlite:///{graded}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment("averages", duedate="2026-03-01 12:00:00 UTC")
    for student, (when, _) in LATE.items():
        (graded / "submitted" / student / "averages" / "timestamp.txt").write_text(when)
    (graded / "late.py").write_text(PENALTY)
    config = graded / "nbgrader_config.py"
    plain = config.read_text()
    config.write_text(plain + 'c.AssignLatePenalties.plugin_class = "late.PointADay"\n')
    assert grade(graded, toy).returncode == 0
    expected = {student: penalty for student, (_, penalty) in LATE.items()}
    assert penalties(graded) == expected, "a penalty is never more than the score"
    seeds = {student: read_record(records / f"{student}.json").seed for student in LATE}
    nbgrader(graded, "autograde", "averages", "--force")
    assert penalties(graded) == expected
    config.write_text(plain + 'c.LateSubmissionPlugin.penalty_method = "zero"\n')
    assert grade(graded, toy).returncode == 0
    assert penalties(graded) == {"ada": 5.0, "carl": 2.0, "dorothy": 0.0}
    assert seeds == {student: read_record(records / f"{student}.json").seed for student in LATE}, "nothing was run again"


def test_hidden_inputs_that_a_function_keeps_do_not_reach_the_feedback_page(course, toy):
    path = course / "submitted" / "ada" / "averages" / "averages.ipynb"
    notebook = nbformat.read(path, 4)
    mean = "kept = []\ndef mean(numbers):\n    kept.append(list(numbers))\n    return sum(numbers) / len(numbers)"
    next(cell for cell in notebook.cells if cell["id"] == "mean").source = mean
    notebook.cells.append(nbformat.v4.new_code_cell("print('asked', kept)", id="spy"))
    nbformat.write(notebook, path)
    assert grade(course, toy, "--only", "ada").returncode == 0
    assert scores(course)["ada"] == SCORES["ada"]
    shown = (course / "autograded" / "ada" / "averages" / "averages.ipynb").read_text()
    page = (course / "feedback" / "ada" / "averages" / "averages.html").read_text()
    assert "asked [[" in shown and "asked [[" not in page and "as it ran after a check" in page
    nbgrader(course, "generate_feedback", "averages", "--student", "ada", "--force")
    assert "asked [[" not in (course / "feedback" / "ada" / "averages" / "averages.html").read_text()


SLOW = "import time\ntime.sleep(4)\ndef mean(numbers):\n    return sum(numbers) / len(numbers)"


def test_a_courses_own_limits_hold_in_both_commands(course, toy):
    path = course / "submitted" / "ada" / "averages" / "averages.ipynb"
    notebook = nbformat.read(path, 4)
    next(cell for cell in notebook.cells if cell["id"] == "mean").source = SLOW
    nbformat.write(notebook, path)
    assert grade(course, toy, "--only", "ada").returncode == 0
    whole = scores(course)["ada"]
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + 'c.GradeInSandbox.limits = {"cell_seconds": 1, "memory_bytes": 3 * 2**30}\n')
    assert grade(course, toy, "--only", "ada").returncode == 0
    record = read_record(course / ".autograder" / "averages" / "records" / "ada.json")
    assert any("took more than 1 seconds" in note for note in record.notes)
    cut = scores(course)["ada"]
    assert cut < whole == SCORES["ada"]
    nbgrader(course, "autograde", "averages", "--student", "ada", "--force")
    assert scores(course)["ada"] == cut


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ("{'cell_second': 9}", "there is no limit 'cell_second'; there are cell_seconds, "),
        ("{'cell_seconds': '9'}", "cell_seconds is to be a positive number, not '9'"),
        ("{'processes': 0}", "processes is to be a positive number, not 0"),
    ],
)
def test_a_limit_that_is_none_is_told_in_one_line(course, toy, limits, told):
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + f"c.GradeInSandbox.limits = {limits}\n")
    done = grade(course, toy)
    assert done.returncode == 1 and "Traceback" not in done.stdout + done.stderr
    assert done.stderr.count("\n") == 1 and told in done.stderr
    assert not (course / "autograded").exists()


def test_a_time_stamp_that_is_none_is_told_and_the_others_graded(course, toy):
    (course / "submitted" / "carl" / "averages" / "timestamp.txt").write_text("yesterday-ish")
    done = grade(course, toy)
    assert done.returncode == 1
    assert "not graded: carl: " in done.stdout and "timestamp.txt holds no time: 'yesterday-ish'" in done.stdout
    assert scores(course) == {student: score for student, score in SCORES.items() if student != "carl"}


def test_an_instructors_own_settings_survive_a_new_assignment(course, toy):
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + 'c.LateSubmissionPlugin.penalty_method = "zero"\n')
    before = config.read_text()
    new_course(course, [toy])
    assert config.read_text() == before


NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2h", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("3d", datetime(2026, 2, 27, 12, tzinfo=UTC)),
        ("90min", datetime(2026, 3, 2, 10, 30, tzinfo=UTC)),
        ("2026-03-01T18:00:00Z", datetime(2026, 3, 1, 18, tzinfo=UTC)),
        ("2026-03-01T18:00:00+02:00", datetime(2026, 3, 1, 16, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1).astimezone(UTC)),
    ],
)
def test_points_in_time_are_read(text, when):
    assert parse_since(text, NOW) == when


@pytest.mark.parametrize("text", ["yesterday", "", "h", "-2h", "2026-13-01", "999999w", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_told(text):
    with pytest.raises(CourseError, match="is no time"):
        parse_since(text, NOW)


def test_nbgraders_api_refuses_a_folder_that_is_no_course(tmp_path):
    with pytest.raises(CourseError, match="is no course"):
        open_api(tmp_path)
