"""The integrity report tells facts with whose word they are, finds near copies and not honest work, and lets no markup through."""

import json
import os
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.build import instructor_notebook, notebook_bytes
from autograder.checks.outcomes import CheckResult, Outcome, TaskReport
from autograder.grading.classroom import Classroom
from autograder.grading.grade import digest_of
from autograder.grading.record import Record, write_record
from autograder.integrity.facts import KINDS, LIMITS, OUTPUTS, TAMPERED
from autograder.integrity.likeness import Cell, Class
from autograder.integrity.mentions import FILES, GRADER, NETWORK, PROCESSES, mentions
from autograder.integrity.report import as_html, as_markdown, make_report, write_report
from autograder.integrity.tokens import code_lines
from autograder.plain import one_line
from autograder.release import make_release
from autograder.verify import cases

PROGRAMS = Path(sys.executable).parent
OWN = '''
def mean(numbers):
    """My very own way."""
    total, count = 0.0, 0
    for index, number in enumerate(sorted(numbers)):
        if index % 2 == 0:
            total = total + number * 1.0
        else:
            total = number * 1.0 + total
        count = max(count, index + 1)
    while count > 10_000_000:
        count = count - 1
    return divmod(total, 1)[0] / count + divmod(total, 1)[1] / count
'''
RENAMED = (
    OWN.replace("total", "summe")
    .replace("count", "anzahl")
    .replace("index", "i")
    .replace("number ", "zahl ")
    .replace('    """My very own way."""\n', "    # adds up\n    # every other one\n")
    .replace("    ", "  ")
)
OTHER = """
def mean(numbers):
    from fractions import Fraction
    exact = [Fraction(str(value)) for value in numbers]
    while len(exact) > 1:
        exact = [sum(exact[:2])] + exact[2:] if len(exact) > 2 else [exact[0] + exact[1]]
    weight = Fraction(len(numbers), 1)
    return float(exact.pop() / weight) if weight else float("nan")
"""


def whats(source, kind):
    return [mention.what for mention in mentions(source) if mention.kind == kind]


@pytest.mark.parametrize(
    ("source", "kind", "what"),
    [
        ("import socket", NETWORK, "socket"),
        ("import urllib.request as u", NETWORK, "urllib"),
        ("from requests import get", NETWORK, "requests"),
        ("x = 'http://example.org/steal?'", NETWORK, "http://example.org/steal?"),
        ("import subprocess", PROCESSES, "subprocess"),
        ("import os\nos.system('ls')", PROCESSES, "os.system"),
        ("from os import fork", PROCESSES, "os.fork"),
        ("!curl example.org", PROCESSES, "!curl example.org"),
        ("files = !ls", PROCESSES, "!ls"),
        ("%%bash\nls", PROCESSES, "%%bash"),
        ("get_ipython().system('ls')", PROCESSES, "get_ipython().system"),
        ("import ctypes", GRADER, "ctypes"),
        ("print(In[-1])", GRADER, "In[…]"),
        ("get_ipython().input_transformers_post.append(f)", GRADER, "input_transformers_post"),
        ("open('gradebook.db')", GRADER, "gradebook.db"),
        ("import numpy as np\nnp.allclose = lambda *a: True", GRADER, "np.allclose = …"),
        ("eval('1')", GRADER, "eval(…)"),
        ("().__class__.__base__.__subclasses__()", GRADER, "__subclasses__"),
        ("open('/etc/passwd').read()", FILES, "/etc/passwd"),
        ("open('../../ben/averages.ipynb')", FILES, "../../ben/averages.ipynb"),
        ("open('~/.ssh/id_rsa')", FILES, "~/.ssh/id_rsa"),
        ("import socket\ndef broken(:", NETWORK, "socket"),
    ],
)
def test_what_code_mentions_is_told(source, kind, what):
    assert what in whats(source, kind)


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nimport keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')",
        "open('sweep.csv', 'w').write('a/b, 1/2\\n')",
        "kernel = 3\nrequests = [1, 2]\nx = requests[0] != kernel\nsocket = 2",
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1])",
        "print('see ./notes/home and w/o, and/or')",
        "self.weights = 3",
    ],
)
def test_honest_code_mentions_nothing(source):
    assert mentions(source) == []


@pytest.mark.parametrize("command", ["!ls", "  !ls", "\t! ls", "files = !ls", "a, b = !ls", "%%bash", " %sx ls", "x.y=!ls", "\f!ls"])
def test_shell_commands_are_found_in_their_lines(command):
    (found,) = mentions(f"x = 1\n\n \n{command}\n\ny != 2\nz = x % 3")
    assert (found.kind, found.line) == (PROCESSES, 4) and found.what in command


def test_a_mention_has_its_line_and_stands_once():
    found = mentions("x = 1\nimport socket\nimport socket\n")
    assert [(mention.what, mention.line) for mention in found] == [("socket", 2)]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.text(alphabet="\"'\\!%#\n(:=ab[", max_size=300))
def test_any_text_can_be_read(source):
    mentions(source)
    assert len(code_lines(source)) == source.count("\n") + 1


@pytest.mark.parametrize(
    "source",
    ['"""\\' * 60_000, "'" * 150_000, "(" * 100_000, "-" * 150_000 + "1", "!ls\n" * 40_000, "x=" * 90_000]
    + [
        "\n" * 900_000 + "x",
        " " * 900_000 + "x",
        "\n" * 100_000 + "x",
        " \n" * 80_000 + "(",
        "\t " * 400_000,
        "x " * 450_000,
        "x=\n" * 200_000,
    ],
    ids=len,
)
def test_text_that_was_made_to_be_slow_is_not(source):
    started = time.process_time()
    mentions(source)
    code_lines(source)
    assert time.process_time() - started < 10


# near copies


def likeness(**sources):
    return Class({student: [Cell("mean", source)] for student, source in sources.items()}, []).likeness()


def test_a_copy_with_other_names_comments_and_spaces_is_found():
    (pair,) = likeness(ada=OWN, ben=RENAMED, cy=OTHER).pairs
    assert (pair.one, pair.other, pair.cells) == ("ada", "ben", ("mean",))
    assert pair.share > 0.9


def test_different_answers_are_not_alike():
    assert likeness(ada=OWN, cy=OTHER).pairs == ()


def test_what_the_course_wrote_is_nobodys_own():
    cells = {student: [Cell("mean", OWN)] for student in ("ada", "ben")}
    assert Class(cells, [Cell("", OWN)]).likeness().pairs == ()
    assert Class(cells, [Cell("", RENAMED)]).likeness().pairs == ()


def test_what_many_wrote_is_nobodys_own():
    assert likeness(**{f"s{number}": OWN for number in range(4)}).pairs == ()
    assert len(likeness(**{f"s{number}": OWN for number in range(3)}).pairs) == 3


def test_joined_pairs_make_a_group():
    found = likeness(ada=OWN, ben=RENAMED, cy=OWN, dot=OTHER)
    assert found.groups == (("ada", "ben", "cy"),)


def test_a_part_copied_into_another_cell_is_found_and_its_lines_are_marked():
    together = Class({"ada": [Cell("mean", OWN)], "ben": [Cell("other", "x = 1\n" + RENAMED + "print('done')")]}, [])
    (pair,) = together.likeness().pairs
    (cell,) = together.side_by_side(pair)
    assert (cell.one, cell.other) == ("mean", "other")
    assert [line for line, shared in cell.lines_other if not shared and line][0] == "x = 1"
    assert sum(shared for _, shared in cell.lines_one) > 8


def test_written_answers_are_compared_by_their_words():
    text = (
        "The two means are equal exactly when every weight is the same positive number, since then it stands before each of the summands"
        " and can be taken out of the upper and of the lower sum, where it cancels. If only one of them differs, then that observation"
        " pulls the result towards itself, unless by chance its value was the ordinary mean already, in which case nothing moves at all,"
        " as one sees by writing both down for three numbers with weights of one, one and two, and comparing what is left on either side."
    )
    cells = {"ada": [Cell("explain", text, False)], "ben": [Cell("explain", text.upper().replace(",", ";"), False)]}
    assert len(Class(cells, []).likeness().pairs) == 1


def test_three_hundred_submissions_are_compared_quickly():
    """About as long as an assignment's answers: 3,000 lines of own code would be 300 times this."""
    lines = [f"value_{n} = transform(value_{n - 1}, {n}) + scale[{n} % 7] * offset.item({n})" for n in range(1, 250)]
    cells = {
        f"student{number}": [
            Cell(f"c{part}", "\n".join(line + f" - {number % 150}.{part}" for line in lines[part::5])) for part in range(5)
        ]
        for number in range(300)
    }
    started = time.process_time()
    found = Class(cells, []).likeness()
    assert len(found.pairs) == 150 and all(pair.share == 1 for pair in found.pairs)
    assert time.process_time() - started < 60


# the report


@pytest.fixture
def classroom(toy, tmp_path):
    return Classroom(tmp_path / "course", toy)


@pytest.fixture
def hand_in(classroom, toy):
    """Lays a submission into the course: the solution with some cells replaced, cells added, the notebook changed."""
    solved = instructor_notebook(toy)
    solution = cases(toy, solved, make_release(solved))[0].notebook

    def lay_in(student, cells=None, extra=(), change=lambda notebook: None):
        notebook = nbformat.from_dict(json.loads(json.dumps(solution)))
        for cell in notebook.cells:
            cell.source = (cells or {}).get(cell["id"], cell.source)
        for number, source in enumerate(extra):
            notebook.cells.insert(2, nbformat.v4.new_code_cell(source, id=f"own-{number}"))
        change(notebook)
        folder = classroom.submitted(student)
        folder.mkdir(parents=True)
        (folder / "averages.ipynb").write_bytes(notebook_bytes(notebook))

    return lay_in


@pytest.fixture
def grade(classroom):
    """Writes the record that grading would have written."""

    def write(student, notes=(), outputs=None, outcome=Outcome.PASSED, problem=""):
        grader = classroom.grader()
        reports = tuple(
            TaskReport(
                task.name,
                task.title,
                task.points,
                tuple(
                    CheckResult(check.name, task.name, check.sentence, outcome, check.points, check.hidden)
                    for check in grader.specification.checks
                    if check.task == task.name
                ),
            )
            for task in grader.specification.tasks
        )
        digest = digest_of(grader, classroom.submitted(student))
        record = Record(student, "averages", digest, 1, reports, outputs or {}, tuple(notes), problem)
        write_record(record, classroom.record_path(student))

    return write


def facts(report, student):
    found = next(found for found in report.students if found.student == student)
    return [(fact.kind, fact.text) for fact in found.facts]


def check_cell(notebook):
    return next(cell for cell in notebook.cells if cell["id"] == "check_mean")


def test_an_honest_submission_has_nothing_to_tell(classroom, hand_in, grade):
    hand_in("ada")
    grade("ada")
    report = make_report(classroom)
    assert facts(report, "ada") == [] and report.students[0].remark == "" and report.pairs == ()


def test_facts_come_from_code_notebook_and_grading(classroom, hand_in, grade):
    def change(notebook):
        check_cell(notebook).metadata["nbgrader"]["points"] = 100
        check_cell(notebook).outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": "3.0"}, execution_count=1)]

    hand_in("eve", extra=["import socket\nsocket.create_connection(('10.0.0.1', 80))"], change=change)
    error = nbformat.v4.new_output("error", ename="OSError", evalue="[Errno 101] Network is unreachable", traceback=[])
    notes = [
        "cell check_mean was changed; it was put back as it was released",
        "cell extra-1 was left out: the notebook used more than 4 GiB",
    ]
    grade("eve", notes, {"extra-1": [error]})
    found = facts(make_report(classroom), "eve")
    assert (NETWORK, "the code mentions socket (cell extra-1, line 1)") in found
    assert (NETWORK, "cell extra-1 ended in OSError: [Errno 101] Network is unreachable") in found
    assert (TAMPERED, "the metadata of cell check_mean says points 100; released with 3") in found
    assert (TAMPERED, notes[0]) in found and (LIMITS, notes[1]) in found
    assert (OUTPUTS, "the saved output of check_mean is a bare number (3.0); a check shows a report") in found
    assert [kind for kind, _ in found] == sorted((kind for kind, _ in found), key=KINDS.index)


def test_a_saved_report_that_grading_does_not_bear_out_is_told(classroom, hand_in, grade):
    title = classroom.grader().specification.tasks[0].title

    def change(notebook):
        html = f"<div><b>{title}</b>: passed, 3 of 3 points</div>"
        check_cell(notebook).outputs = [nbformat.v4.new_output("display_data", data={"text/html": html})]

    hand_in("ada", change=change)
    grade("ada")
    hand_in("eve", change=change)
    grade("eve", outcome=Outcome.FAILED)
    report = make_report(classroom)
    assert facts(report, "ada") == []
    ((kind, text),) = facts(report, "eve")
    assert kind == OUTPUTS and "says passed; when graded, the public check" in text


def test_what_is_not_graded_or_changed_since_is_told(classroom, hand_in, grade):
    hand_in("ada")
    hand_in("ben")
    grade("ben")
    (classroom.submitted("ben") / "more.csv").write_text("1")
    report = make_report(classroom)
    assert [found.remark.split(":")[0] for found in report.students] == [
        "not graded yet",
        "graded before the submission or the assignment changed last",
    ]


def test_an_unreadable_submission_is_a_fact_and_no_error(classroom, hand_in, grade):
    folder = classroom.submitted("ada")
    folder.mkdir(parents=True)
    (folder / "averages.ipynb").write_text("{no json")
    report = make_report(classroom)
    assert any("is not a notebook" in text for _, text in facts(report, "ada"))


OUR_TAGS = "html head meta title style body h1 h2 h3 p a table tr th td ul li b span div pre mark"
HOSTILE = "<script>alert(1)</script>|`x`\x1b[2J{{ 7*7 }}\u202e"


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)


def test_nothing_that_students_wrote_is_markup(classroom, hand_in, grade):
    code = f"x = {HOSTILE!r}  # <img src=x onerror=alert(2)>\nimport socket\nopen('/etc/<b>bold</b>')\n" + OWN
    for student in ("ada", "ben<i>"):
        hand_in(student, {"mean": code})
        error = nbformat.v4.new_output("error", ename="PermissionError", evalue=HOSTILE, traceback=[])
        grade(student, [f"{HOSTILE} is a link or no regular file"], {"mean": [error]})
    report = make_report(classroom)
    page = as_html(report)
    seen = Tags()
    seen.feed(page)
    assert seen.tags <= {*OUR_TAGS.split()}
    assert "alert(2)" in page and "49" not in page.split("</style>")[1].replace("/etc", "")
    text = as_markdown(report)
    assert "<script>" not in text and "\x1b" not in text and "\u202e" not in text
    assert "ben\\<i\\>" in text


def test_the_report_is_written_whole_and_twice_the_same(classroom, hand_in, grade):
    hand_in("ada", {"mean": OWN})
    hand_in("ben", {"mean": RENAMED})
    _, paths = write_report(classroom)
    assert [str(path.relative_to(classroom.course)) for path in paths] == [
        "reports/averages/integrity.html",
        "reports/averages/integrity.md",
    ]
    first = [path.read_bytes() for path in paths]
    assert b"<mark>" in first[0] and b"| ada | ben | 100% | mean |" in first[1] or b"| ada | ben |" in first[1]
    write_report(classroom)
    assert first == [path.read_bytes() for path in paths]


@pytest.mark.parametrize(
    ("text", "shown"), [("plain", "plain"), ("a\nb", "a�b"), ("\x1b[31m", "�[31m"), ("x" * 200, "x" * 119 + "…"), ("\u202e", "�")]
)
def test_a_terminal_gets_one_harmless_line(text, shown):
    assert one_line(text) == shown


def test_folders_nested_without_end_keep_nobody_from_the_report(classroom, hand_in, grade):
    hand_in("ada", {"mean": OWN})
    hand_in("ben", {"mean": "import socket\n" + RENAMED})
    grade("ada")
    here = folder = classroom.submitted("ada")
    try:
        for _ in range(15):
            here = here / "/".join(["d"] * 100)
            here.mkdir(parents=True)
        report = make_report(classroom)
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)  # pytest's own cleaning recurses
    assert len(report.students) == 2
    assert any("socket" in text for _, text in facts(report, "ben"))


def test_the_command_prints_the_tables_and_where_the_report_is(classroom, hand_in, toy):
    hand_in("ada", {"mean": OWN})
    hand_in("ben", {"mean": "import socket\n" + RENAMED})
    (classroom.course / "nbgrader_config.py").write_text("c = get_config()\n")
    environment = os.environ | {"COURSE_ROOT": str(toy.root), "COLUMNS": "200"}
    command = [str(PROGRAMS / "autograder"), "integrity", "averages", "--course", str(classroom.course)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert "facts by submission, no verdicts" in done.stdout and "nearly alike" in done.stdout
    assert f"report: {classroom.course}/reports/averages/integrity.html" in done.stdout
