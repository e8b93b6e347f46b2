"""`autograder verify` finds what is wrong with an assignment's checks: by mutants, many seeds, memory and known cases.

One small assignment with a flaw of every kind is verified once, whole; the tests read what was said of it.
"""

import contextlib
import io
import json
import re
import sys
import time
from dataclasses import dataclass

import psutil
import pytest

import autograder.proof
import autograder.trial
from autograder.assignment import Assignment
from autograder.errors import CourseError, SourceError
from autograder.proof import points_from_memory, prove_by_mutants, prove_by_seeds, prove_mistakes_by_seeds, read_equivalents
from autograder.trial import Trial, Trials
from autograder.verification import Plan, prove

SOURCE = '''\
# %% nbgrader={"grade_id": "setup", "locked": true}
import os
import pandas as pd
from autograder.checks import check, measured_at_home

# %% nbgrader={"grade_id": "scaled", "solution": true}
def scaled(numbers, factor):
    """Each number times the factor; those below 0 count as 0."""
    ### BEGIN SOLUTION
    kept = []
    for number in numbers:
        if number > 0:
            kept.append(number * factor)
        else:
            kept.append(0.0)
    return kept
    ### END SOLUTION

# %% nbgrader={"grade_id": "measured", "locked": true}
table = measured_at_home("table.csv", lambda: pd.DataFrame({"scaled": scaled([1.0, 2.0], 3.0)}))

# %% nbgrader={"grade_id": "check_scaled", "grade": true}
check("scaled")

# %% nbgrader={"grade_id": "largest", "solution": true}
### BEGIN SOLUTION
largest = 3 + 4
### END SOLUTION

# %% nbgrader={"grade_id": "check_largest", "grade": true}
check("largest")
'''
CHECKS = '''\
from autograder.checks.expectations import expect, expect_close, expect_equal
from autograder.checks.specification import Task, check

TASKS = [Task("scaled", "Task 1: scale", points=5), Task("largest", "Task 2: the largest", points=2)]


@check(task="scaled", points=1)
def scales_two(student, rng):
    """scales two numbers"""
    mistakes = {"this is divided: multiply": [2 / 3, 0.0]}
    expect_close(student.scaled([2.0, -1.0], 3.0), [6.0, 0.0], "scaled([2, -1], 3)", hint="multiply each", mistakes=mistakes)


@check(task="largest", points=1)
def is_large(student, rng):
    """is larger than 0"""
    expect(student.largest > 0, "it is small", hint="add")
'''
HIDDEN = '''\
import numpy as np
from course_checks import is_large, scales_two

from autograder.checks.expectations import expect, expect_close, expect_equal
from autograder.checks.specification import check


@check(task="scaled", points=2, after=scales_two)
def scales_any(student, rng):
    """scales any numbers"""
    numbers = rng.uniform(-1, 1, size=rng.integers(20, 30))
    expect_close(student.scaled(numbers, 2.5), np.maximum(numbers, 0) * 2.5, "scaled", hint="count all of them")


@check(task="scaled", points=1, after=scales_two)
def scales_two_again(student, rng):
    """scales two numbers once more"""
    expect_close(student.scaled([2.0, -1.0], 3.0), [6.0, 0.0], "scaled([2, -1], 3)")


@check(task="scaled", points=1, after=scales_any)
def hands_in_its_table(student, rng):
    """hands in a table that was measured"""
    expect_close(student.table["scaled"].tolist(), [3.0, 6.0], "the table", hint="hand in what was measured")


@check(task="largest", points=1, after=is_large)
def divides_well(student, rng):
    """can be divided by"""
    expect(1 / (student.largest - 3) < 10, "it is too small")
'''
EQUIVALENT = "scaled | if number > 0: | number > 0 → number >= 0"
WRONG = "scaled | kept.append(number * factor) | number * factor → number"
STALE = "scaled | kept.append(number + factor) | number + factor → number"
EQUIVALENTS = f'''\
[[equivalent]]
mutants = ["{EQUIVALENT}"]
reason = "0 times any factor is the 0 that the other branch gives."

[[equivalent]]
mutants = ["{WRONG}", "{STALE}"]
reason = "Written without looking, as a lazy author would."
'''
RIGHT = '''"""Without a branch."""

# %% scaled
def scaled(numbers, factor):
    return [max(number, 0) * factor for number in numbers]
'''
SOMETIMES = '''"""Right for fewer than 25 numbers."""

# %% scaled
def scaled(numbers, factor):
    return [max(number, 0) * factor for number in numbers[:24]]
'''
DIVIDED = '''"""Divides."""
FAILS = "scales_two"
HINT = "this is divided"

# %% scaled
def scaled(numbers, factor):
    return [max(number, 0) / factor for number in numbers]
'''
LUCKY = '''"""Wrong for 25 numbers and more."""
FAILS = "scales_any"
HINT = ""

# %% scaled
def scaled(numbers, factor):
    return [max(number, 0) * factor for number in numbers[:24]]
'''
MADE_UP = '''"""Hands in figures that nobody measured."""
FAILS = "hands_in_its_table"
HINT = "hand in what was measured"
'''
OTHER_HINT = DIVIDED.replace("this is divided", "something that no check says")
FILES = {
    "source.py": SOURCE,
    "checks.py": CHECKS,
    "hidden_checks.py": HIDDEN,
    "README.md": "# Tiny\n",
    "equivalent_mutants.toml": EQUIVALENTS,
    "alternatives/right.py": RIGHT,
    "alternatives/sometimes.py": SOMETIMES,
    "mistakes/divided.py": DIVIDED,
    "mistakes/other_hint.py": OTHER_HINT,
    "mistakes/no_hint.py": DIVIDED.replace("this is divided", ""),
    "mistakes/made_up.py": MADE_UP,
    "mistakes/made_up/table.csv": "scaled\n3.0\n5.0\n",
    "handed_in/table.csv": "scaled\n3.0\n6.0\n",
}


@pytest.fixture(scope="module", autouse=True)
def light_forks():
    """Trials here need no TensorFlow: the process that is forked imports less, and is there at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(autograder.trial, "PRELOADED", ["numpy", "pandas", "autograder.proof"])
        yield


@pytest.fixture(scope="module")
def write(tmp_path_factory, make_toy_clone):
    """Writes an assignment into a clone of its own: these files, where they are not given otherwise."""

    def write(**other):
        root = make_toy_clone(tmp_path_factory.mktemp("clone")).root
        assignment = Assignment("tiny", root)
        for name, text in (FILES | {name.replace("__", "."): text for name, text in other.items()}).items():
            path = assignment.solutions / name
            if text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return assignment

    return write


def verify(assignment, *options):
    """The command's exit code, and what it wrote to both streams."""
    out, error = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        patch.setenv("COURSE_ROOT", str(assignment.root))
        patch.setenv("COLUMNS", "250")
        patch.setattr(sys, "argv", ["autograder", "verify", assignment.name, *options])
        from autograder.cli import main

        try:
            main()
            code = 0
        except SystemExit as ending:
            code = ending.code
    return code, out.getvalue(), error.getvalue()


@dataclass(frozen=True)
class Said:
    """What `autograder verify` said of the flawed assignment."""

    code: int
    out: str
    error: str
    row: dict


@pytest.fixture(scope="module")
def said(write, sandbox, tmp_path_factory):
    table = tmp_path_factory.mktemp("json") / "proof.json"
    code, out, error = verify(write(), "--workers", "2", "--seeds", "8", "--json", str(table))
    [row] = json.loads(table.read_text())
    return Said(code, out, error, row)


# mutants


def test_a_surviving_mutant_is_told_and_fails(said):
    survivor = "largest | largest = 3 + 4 | 3 + 4 → 4"
    assert f"survived: {survivor}\n" in said.out
    assert survivor in said.row["mutants"]["survived"]
    assert said.code == 1
    share = f"{said.row['mutants']['killed'] / said.row['mutants']['judged']:.1%}"
    assert f"tiny: all checks kill {share} of the mutants, and must kill 98%\n" in said.out


def test_public_checks_must_kill_their_share_alone(said):
    """What only other inputs show: 0.5 is not above 1."""
    mutants = said.row["mutants"]
    assert mutants["killed_by_public"] < mutants["killed"] < mutants["judged"]
    assert f"the public checks kill {mutants['killed_by_public'] / mutants['judged']:.1%} of the mutants, and must kill 85%\n" in said.out


def test_an_equivalent_mutant_with_a_reason_is_taken_out(said):
    mutants = said.row["mutants"]
    assert f"survived: {EQUIVALENT}" not in said.out
    assert (mutants["equivalent"], mutants["judged"]) == (2, mutants["count"] - 2)


def test_a_mutant_called_equivalent_that_is_told_apart_is_complained_about(said):
    assert f"tiny: called equivalent, but told apart by scales_two: {WRONG}\n" in said.out


def test_an_equivalent_that_is_no_mutant_any_more_is_complained_about(said):
    assert f"tiny: called equivalent, but there is no such mutant: {STALE}\n" in said.out


def test_a_check_that_breaks_on_a_mutant_is_named(said):
    told = "a check broke on the mutant largest | largest = 3 + 4 | 3 + 4 → 3: divides_well: the check itself broke (ZeroDivisionError"
    assert told in said.out


def test_sound_checks_kill_all_mutants(write):
    sound = write(
        checks__py=CHECKS.replace("[2.0, -1.0]", "[2.0, 0.5, -1.0]")
        .replace("[6.0, 0.0]", "[6.0, 1.5, 0.0]")
        .replace('expect(student.largest > 0, "it is small", hint="add")', 'expect_equal(student.largest, 7, "it")'),
        equivalent_mutants__toml=EQUIVALENTS.split("\n\n")[0],
    )
    report = prove_by_mutants(sound, workers=2, only=[])
    assert report.complaints == () and report.survived == [] and len(report.killed) > 15
    assert report.killed_by_public == report.killed
    chosen = prove_by_mutants(sound, workers=2, only=["largest |"], every=2)
    names = [fate.mutant.name for fate in report.fates if "largest |" in fate.mutant.name]
    assert [fate.mutant.name for fate in chosen.fates] == names[::2]
    assert chosen.complaints == (), "what was not run is not missed"


HOSTILE = SOURCE.replace(
    "largest = 3 + 4",
    "start = 2\nos.kill(os.getpid(), 9 * 0)\nlargest = 7 + len(bytes(10**13 % 2))\nwhile start > 0:\n    start -= 1",
)


def test_a_mutant_that_hangs_eats_memory_or_dies_is_killed_and_the_others_go_on(write, monkeypatch):
    monkeypatch.setattr(autograder.proof, "SECONDS", 10.0)
    mutants = ["| 9 * 0 → 9", "10 ** 13 % 2 → 10 ** 13 * 2", "start -= 1 → start += 1", "start > 0 → start >= 0"]
    report = prove_by_mutants(write(source__py=HOSTILE, checks__py=CHECKS.replace("largest > 0", "largest == 7")), 2, mutants)
    killed = {fate.mutant.change: fate.killed_by for fate in report.fates}
    assert killed["9 * 0 → 9"] == "its process died"
    assert killed["9 * 0 → 9 / 0"].startswith("its cells raised ZeroDivisionError")
    assert "MemoryError" in killed["10 ** 13 % 2 → 10 ** 13 * 2"]
    assert killed["start -= 1 → start += 1"] == "took too long"
    assert killed["start > 0 → start >= 0"] == "", "it does no harm, and came through"


def test_each_trial_has_a_process_and_a_folder_of_its_own(write):
    """What one changes, the next does not see."""
    assignment = write()
    step = "import os\nassert not os.path.exists('left')\nopen('left', 'w').close()\nassert 'x' not in globals()\nx = 1\n"
    trials = [Trial(str(n), (step, ("is_large",)), "", (0,), True, 60) for n in range(3)]
    findings = list(Trials(assignment, 2).run(trials))
    assert [finding.trial.name for finding in findings] == ["0", "1", "2"]
    assert [finding.problem for finding in findings] == [""] * 3
    assert [result.outcome.value for finding in findings for _, result in finding.results] == ["not attempted"] * 3


def test_what_a_trial_leaves_running_dies_with_it(write, tmp_path):
    step = f"import subprocess\nopen({str(tmp_path / 'number')!r}, 'w').write(str(subprocess.Popen(['sleep', '300']).pid))"
    [finding] = Trials(write(), 1).run([Trial("one", (step,), "", (0,), True, 60)])
    assert finding.problem == ""
    number = int((tmp_path / "number").read_text())
    deadline = time.monotonic() + 30
    while psutil.pid_exists(number) and psutil.Process(number).status() != "zombie" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert time.monotonic() < deadline, "it still sleeps"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[equivalent]]\nmutants = ['a']", "is not a list of [[equivalent]] with mutants and a reason"),
        ("[[equivalent]\n", "is not a list of [[equivalent]]"),
        ("[[equivalent]]\nmutants = ['a']\nreason = 'just so'", "a has no reason"),
        ("equivalent = 3", "is not a list of [[equivalent]]"),
    ],
)
def test_equivalents_without_form_or_reason_are_one_clear_line(write, text, told):
    with pytest.raises(SourceError) as caught:
        read_equivalents(write(equivalent_mutants__toml=text))
    assert told in str(caught.value) and "\n" not in str(caught.value)


# seeds


def test_an_alternative_that_is_right_for_some_seeds_only_is_caught_with_its_seed(write, said):
    """20 to 29 numbers are drawn, and it counts 24."""
    report = prove_by_seeds(write(), 2, range(1, 9))
    assert (report.passed, report.count) == (1, 2)
    wrong = [complaint for complaint in report.complaints if "failed" in complaint]
    assert 1 <= len(wrong) < 8
    assert all(complaint.startswith("alternatives/sometimes: scales_any with seed ") for complaint in wrong)
    assert said.row["alternatives"] == {"passed": 1, "count": 2}
    assert all(f"tiny: {complaint}\n" in said.out for complaint in wrong)


def test_a_mistake_that_is_caught_by_luck_is_told_with_the_seeds_that_spare_it(write, said):
    """The lucky one is wrong for 25 numbers and more of 20 to 29; the other mistakes fail whatever is drawn."""
    report = prove_mistakes_by_seeds(write(**{"mistakes/lucky.py": LUCKY}), 2, range(1, 9))
    assert (report.passed, report.count) == (4, 5)
    found = [re.fullmatch(r"mistakes/lucky: scales_any with seed (\d): it did not fail", complaint) for complaint in report.complaints]
    assert all(found) and 1 <= len({match[1] for match in found}) == len(found) < 8
    assert said.row["mistakes_every_seed"] == {"passed": 4, "count": 4}


def test_a_mistake_that_cannot_be_tried_is_not_called_caught(write):
    raising = LUCKY.replace("def scaled", "raise ValueError('here')\ndef scaled")
    report = prove_mistakes_by_seeds(write(**{"mistakes/lucky.py": raising}), 2, range(1, 3))
    wanted = tuple(f"mistakes/lucky: scales_any with seed {seed}: its cells raised ValueError: here" for seed in (1, 2))
    assert (report.passed, report.count, report.complaints) == (4, 5, wanted)


# memory


def test_remembered_answers_are_caught_where_hidden_checks_repeat_public_inputs(said):
    """They pass the check that repeats the public one: 1 of the function's 4 hidden points."""
    assert said.row["from_memory"] == {"earned": 1.0, "points": 4.0}
    assert "tiny: remembering the public answers earns 1 of 4 hidden points\n" in said.out


def test_remembered_answers_earn_nothing_where_inputs_are_fresh(write):
    fresh = HIDDEN.replace("student.scaled([2.0, -1.0], 3.0), [6.0, 0.0]", "student.scaled([rng.uniform(1, 2)], 0.0), [0.0]")
    assert fresh != HIDDEN
    assert points_from_memory(write(hidden_checks__py=fresh), seed=1) == (0.0, 4.0)


def test_functions_count_whatever_way_they_take_their_arguments(write):
    source = SOURCE.replace("def scaled(numbers, factor)", "def scaled(*numbers_and_factor)")
    source = source.replace("kept = []", "numbers, factor = numbers_and_factor\n    kept = []")
    assert points_from_memory(write(source__py=source), seed=1)[1] == 4.0


def test_a_solution_that_cannot_run_is_one_clear_line(write):
    with pytest.raises(CourseError, match="tiny: the solution cannot be checked: its cells raised NameError: name 'nothing'"):
        points_from_memory(write(source__py=SOURCE.replace("import os\n", "import os\nnothing\n")), seed=1)


# known cases


def test_files_of_a_mistake_are_handed_in_over_the_solutions(said):
    """A made-up table fails its check, with its hint, and nothing else."""
    row = [line for line in said.out.splitlines() if "mistakes/made_up" in line]
    assert len(row) == 1 and "hands_in_its_table" in row[0] and "yes" in row[0]


def test_a_mistake_with_another_hint_is_told_with_the_hint_that_came(said):
    assert (said.row["mistakes"], said.row["hints_right"]) == (4, 2)
    told = "tiny: mistakes/other_hint: scales_two gave another hint: failed; scaled([2, -1], 3) is not right; expected [6, 0]"
    assert told in said.out and "hint: this is divided: multiply" in said.out
    assert "tiny: 2 of 4 mistakes get a hint of their own, fewer than 90%\n" in said.out


def test_too_few_mistakes_and_alternatives_are_complained_about(said):
    assert "tiny: there are 4 known mistakes, fewer than 10\n" in said.out
    assert "tiny: task scaled has 2 alternatives, fewer than 3\n" in said.out
    assert "tiny: task largest has 0 alternatives, fewer than 3\n" in said.out


def test_the_json_file_holds_the_table(said):
    row = said.row
    assert (row["assignment"], row["points"], row["checks_public"], row["checks_hidden"]) == ("tiny", 7, 2, 4)
    assert row["cases"] == 8 and row["cases_right"] < 8
    assert set(row["mutants"]) == {"count", "equivalent", "judged", "killed", "killed_by_public", "survived"}
    assert all(f"tiny: {complaint}" in said.out for complaint in row["complaints"])
    assert row["seconds"] > 0


def test_the_last_line_counts_what_is_wrong_and_the_exit_code_says_so(said):
    assert said.code == 1
    assert said.error == f"autograder: {len(said.row['complaints'])} things are not as they must be\n"


def test_mutants_only_runs_no_case_and_needs_no_sandbox(write, tmp_path):
    """A flawless part exits with 0; what was left out is null in the file."""
    code, out, error = verify(write(), "--mutants-only", "--only", EQUIVALENT, "--json", str(tmp_path / "proof.json"))
    assert (code, error) == (0, "")
    [row] = json.loads((tmp_path / "proof.json").read_text())
    assert row["mutants"]["count"] == 1 and row["alternatives"] is None and row["from_memory"] is None and row["cases"] == 0


@pytest.mark.parametrize(
    ("old", "new"), [('HINT = "this is divided"', "HINT = 3"), ('FAILS = "scales_two"', "FAILS = 3"), ("FAILS", "FAIL")]
)
def test_a_mistake_names_a_check_and_a_hint(write, old, new):
    assignment = write(**{"mistakes/divided__py": DIVIDED.replace(old, new)})
    with pytest.raises(SourceError, match=r"divided.py needs FAILS, a check's name, and HINT, a part of its hint"):
        prove(assignment, Plan(mutants_only=True, only=("nothing",)), lambda total: None, lambda result: None)
