"""Every way a check can end is named, and a report shows a student what they need and nothing they must not see."""

import html.parser
import re
from dataclasses import replace

import numpy as np
import pytest

from autograder.checks.agent import Agent
from autograder.checks.expectations import Mismatch, expect_close
from autograder.checks.outcomes import CheckResult, Evidence, Outcome, TaskReport
from autograder.checks.report import as_html, as_text
from autograder.checks.runner import not_run, run_task
from autograder.checks.specification import Specification, Task, check
from autograder.checks.student import Student, keep

SEEN = {}
"""What the checks below drew and made, for the tests to look at."""


@check(task="a", points=1)
def calls(student, rng):
    """gives one"""
    SEEN["calls"] = rng.normal(size=3).tolist()
    expect_close(student.f(1), 1.0, "f(1)", on="1", hint="give one", mistakes={"that is two": 2.0})


@check(task="a", points=2, after=calls)
def builds_on_it(student, rng):
    """gives one again"""
    SEEN["builds_on_it"] = rng.normal(size=3).tolist()
    student.f(1)


@check(task="a", points=0.5, after=(calls, builds_on_it))
def builds_on_both(student, rng):
    """is still there"""


@check(task="a", points=1.5)
def stands_alone(student, rng):
    """takes a list"""
    SEEN["stands_alone"] = rng.normal(size=3).tolist()
    student.f([1, 2])


@check(task="b", points=1)
def breaks(student, rng):
    """is checked by a broken check"""
    raise KeyError("the expected value is 42")


def specification(*functions, points=5):
    return Specification((Task("a", "Task 1: a", points), Task("b", "Task 2: b", 1)), tuple(f.specification for f in functions))


ALL = specification(calls, builds_on_it, builds_on_both, stands_alone, breaks)


def student(f=None):
    return Student(Agent({} if f is None else {"f": f}).answer)


def outcomes(report):
    return [result.outcome for result in report.results]


def stub(x):
    raise NotImplementedError("Task 1: a")


PASSED, FAILED, NOT_ATTEMPTED, SKIPPED, GRADER_ERROR = Outcome


@pytest.mark.parametrize(
    ("f", "expected", "earned", "overall"),
    [
        (lambda x: 1, [PASSED, PASSED, PASSED, PASSED], 5, PASSED),
        (lambda x: 2, [FAILED, SKIPPED, SKIPPED, PASSED], 1.5, FAILED),
        (lambda x: x[0], [FAILED, SKIPPED, SKIPPED, PASSED], 1.5, FAILED),
        (lambda x: 1 if x == 1 else [][0], [PASSED, PASSED, PASSED, FAILED], 3.5, FAILED),
        (stub, [NOT_ATTEMPTED] * 4, 0, NOT_ATTEMPTED),
        (None, [NOT_ATTEMPTED] * 4, 0, NOT_ATTEMPTED),
        (lambda x: 1 if x == 1 else stub(x), [PASSED, PASSED, PASSED, NOT_ATTEMPTED], 3.5, NOT_ATTEMPTED),
    ],
)
def test_each_check_has_an_outcome_and_its_points(f, expected, earned, overall):
    report = run_task(ALL, "a", student(f), seed=1)
    assert outcomes(report) == expected
    assert report.earned == earned and report.outcome is overall and report.points == 5
    assert [result.earned for result in report.results] == [
        p if o is PASSED else 0 for p, o in zip([1, 2, 0.5, 1.5], expected, strict=True)
    ]


def test_a_check_that_breaks_is_nobodys_fault():
    report = run_task(ALL, "b", student(lambda x: 1), seed=1)
    assert report.outcome is GRADER_ERROR and report.earned == 0
    assert "does not count against you" in report.results[0].evidence.problem and "KeyError" in report.results[0].evidence.problem


def test_a_value_where_a_function_is_called_for_is_the_notebooks_mistake():
    report = run_task(ALL, "a", student(7.0), seed=1)
    assert outcomes(report)[0] is FAILED
    assert "a value where a function is called for" in report.results[0].evidence.problem


def test_a_submission_that_answers_rubbish_fails_and_does_not_break_the_check():
    report = run_task(ALL, "a", Student(lambda request: [b"rubbish"]), seed=1)
    assert outcomes(report) == [FAILED, SKIPPED, SKIPPED, FAILED]


def test_every_check_draws_from_a_stream_of_its_own():
    """A check's inputs are the same whichever other checks ran before it, and differ from theirs."""
    run_task(ALL, "a", student(lambda x: 1), seed=7)
    together = dict(SEEN)
    SEEN.clear()
    run_task(specification(stands_alone), "a", student(lambda x: 1), seed=7)
    assert {"stands_alone": together["stands_alone"]} == SEEN
    assert len({tuple(drawn) for drawn in together.values()}) == 3


def test_a_seed_replays_and_another_does_not():
    drawn = []
    for seed in (3, 3, 4):
        report = run_task(ALL, "a", student(lambda x: 1), seed)
        assert {result.seed for result in report.results} == {seed}
        drawn.append(SEEN["calls"])
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_seed_is_recorded_even_where_a_check_did_not_run():
    assert {result.seed for result in run_task(ALL, "a", student(lambda x: 2), seed=9).results} == {9}


def test_what_one_check_held_is_gone_in_the_next():
    held = []

    @check(task="a", points=1)
    def holds(student, rng):
        """holds"""
        keep(student, np.zeros(3))
        held.append(len(agent.objects))

    @check(task="a", points=1)
    def looks(student, rng):
        """looks"""
        held.append(len(agent.objects))

    agent = Agent({})
    run_task(specification(holds, looks), "a", Student(agent.answer), 0)
    assert held == [1, 0]


def test_a_task_that_could_not_run_says_why_for_each_check():
    report = not_run(ALL, "a", "not run: the kernel died")
    assert outcomes(report) == [FAILED] * 4 and report.earned == 0
    assert as_text(report).count("not run: the kernel died") == 4


# reports


def test_the_text_of_a_report():
    report = run_task(ALL, "a", student(lambda x: 2 if x == 1 else 1 / 0), seed=1)
    assert as_text(report, "5 more points later.") == (
        "Task 1: a: failed, 0 of 5 points\n"
        "  ✗ gives one (0 of 1 point)\n"
        "      f(1) is not right\n"
        "      expected: 1\n"
        "      got: 2\n"
        "      on: 1\n"
        "      next step: that is two\n"
        "  – gives one again (skipped)\n"
        "      runs once the check that it builds on passes\n"
        "  – is still there (skipped)\n"
        "      runs once the check that it builds on passes\n"
        "  ✗ takes a list (0 of 1.5 points)\n"
        "      f([1, 2]) raised ZeroDivisionError: division by zero\n"
        "      next step: run it by itself in a cell of its own and read the whole error\n"
        "  5 more points later."
    )


@pytest.mark.parametrize(
    ("f", "text"),
    [
        (lambda x: 1, "Task 1: a: passed, 5 of 5 points\n  ✓ gives one (1 of 1 point)\n  ✓ gives one again (2 of 2 points)\n"),
        (
            stub,
            "Task 1: a: not attempted, 0 of 5 points\n  ○ gives one (not attempted)\n  ○ gives one again (not attempted)\n",
        ),
        (None, "  ○ gives one (not attempted)\n      the notebook defines no f (has its cell been run?)\n"),
    ],
)
def test_the_text_of_other_outcomes(f, text):
    assert text in as_text(run_task(ALL, "a", student(f), seed=1))


def words(page):
    """A page's text, as a browser shows it, and its tags."""

    class Reader(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.text, self.tags, self.open = "", [], []

        def handle_starttag(self, tag, attributes):
            self.tags.append((tag, dict(attributes)))
            self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

        def handle_data(self, data):
            self.text += data + "\n"

    reader = Reader()
    reader.feed(page)
    assert not reader.open, "a tag is not closed"
    return reader.text, reader.tags


def test_the_page_says_what_the_text_says():
    report = run_task(ALL, "a", student(lambda x: 2), seed=1)
    text, tags = words(as_html(report, "5 more points later."))
    for line in as_text(report, "5 more points later.").split("\n"):
        for part in re.split(r"^Task 1: a: |^  [✓✗○–!] | \(|\)$", line):
            assert part.strip() in text
    assert [tag[1]["data-outcome"] for tag in tags if tag[0] == "tr"] == ["failed", "skipped", "skipped", "passed"]
    assert not {"script", "style", "link", "img"} & {tag for tag, _ in tags}


HOSTILE = "</div></td><script>alert(1)</script><img src=x onerror='alert(1)'>\"'&lt;$x$ **bold** [a](javascript:b)"


def test_hostile_text_is_only_text():
    evidence = Evidence(problem=HOSTILE, expected=HOSTILE, actual=HOSTILE, on=HOSTILE, hint=HOSTILE)
    results = tuple(CheckResult("c", "a", HOSTILE, outcome, 1, evidence=evidence) for outcome in Outcome)
    text, tags = words(as_html(TaskReport("a", HOSTILE, 5, results), HOSTILE))
    assert {tag for tag, _ in tags} <= {"div", "b", "table", "tr", "td", "span"}
    assert all(name in ("class", "style", "data-outcome") for _, attributes in tags for name in attributes)
    assert text.count(HOSTILE) == 2 + 6 * 5 - 5, "what is not attempted shows no more than its sentence where it only says the title"


def test_hostile_text_of_a_submission_reaches_the_page_escaped():
    class Hostile(Exception):
        pass

    def f(x):
        print(HOSTILE)
        raise type("<script>", (Hostile,), {})(HOSTILE)

    page = as_html(run_task(ALL, "a", student(f), seed=1))
    assert "<script" not in page and "&lt;script&gt;" in page and "<img" not in page


def test_a_message_of_several_lines_cannot_pose_as_other_checks():
    def f(x):
        raise ValueError("no\n  ✓ gives one (1 of 1 point)\n\r\x0b\u2028  ✓ x")

    for line in as_text(run_task(ALL, "a", student(f), seed=1)).splitlines()[1:]:
        assert line.startswith(("      ", "  ✗ gives one (0", "  – ", "  ✗ takes a list (0")), line


# hidden checks keep their inputs and values


def hidden(*functions):
    return Specification((Task("a", "Task 1: a", 5),), tuple(replace(f.specification, hidden=True) for f in functions))


def shown(f, *functions):
    report = run_task(hidden(*functions), "a", student(f), seed=1)
    return as_text(report) + as_html(report)


@check(task="a", points=1)
def secret(student, rng):
    """works for any number"""
    if student.f(271828) != 314159:
        raise Mismatch("f(271828)", 314159, student.f(271828), on="271828", hint="think again")


@check(task="a", points=1)
def secretly_broken(student, rng):
    """works for any list"""
    student.f(271828)
    raise KeyError(314159)


def raising(x):
    raise type(f"E{x}", (Exception,), {})(x)


def stubbed(x):
    raise NotImplementedError(f"it was {x}")


@pytest.mark.parametrize("function", [secret, secretly_broken])
@pytest.mark.parametrize("f", [lambda x: x, lambda x: {x}, raising, stubbed, lambda x: [f"{x}"]])
def test_a_hidden_check_shows_its_sentence_but_no_input_and_no_value(f, function):
    page = shown(f, function)
    assert function.__doc__ in page and "(when graded)" in page
    assert "271828" not in page and "314159" not in page


def test_a_hidden_check_shows_its_hint_and_its_outcome():
    page = shown(lambda x: 0, secret)
    assert "next step: think again" in page and "failed" in page
    assert "not attempted" in shown(stubbed, secret)
    assert "does not count against you" in shown(lambda x: 0, secretly_broken)


def test_a_public_check_shows_all_of_it():
    report = run_task(specification(secret), "a", student(lambda x: 0), seed=1)
    assert "expected: 314159" in as_text(report) and "on: 271828" in as_text(report)
