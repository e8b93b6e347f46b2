"""What an assignment's author can get wrong in checks.py is told in one clear line."""

import pytest

from autograder.checks.specification import SpecificationError, check, load_specification

HEAD = "from autograder.checks.specification import Task, check\n"
ONE = "@check(task='a', points=1)\ndef one(student, rng):\n    '''gives one'''\n"
TWO = "from course_checks import one\n@check(task='a', points=2, after=one)\ndef two(student, rng):\n    '''gives two'''\n"
TASKS = "TASKS = [Task('a', 'Task 1: a', points=3)]\n"


@pytest.fixture
def load(tmp_path):
    """Loads checks from their text."""

    def loader(public, hidden=None):
        (tmp_path / "checks.py").write_text(HEAD + public)
        if hidden is not None:
            (tmp_path / "hidden_checks.py").write_text(HEAD + hidden)
        return load_specification(tmp_path / "checks.py", None if hidden is None else tmp_path / "hidden_checks.py")

    return loader


def test_public_and_hidden_checks_come_in_their_order(load):
    specification = load(TASKS + ONE, TWO)
    assert [check.name for check in specification.checks_of("a")] == ["one", "two"]
    assert [check.hidden for check in specification.checks] == [False, True]
    assert specification.checks[1].after == ("one",) and specification.checks[1].sentence == "gives two"
    assert specification.public_points("a") == 1 and specification.task("a").title == "Task 1: a"


def test_imported_checks_are_not_counted_twice(load):
    assert len(load(TASKS + ONE, TWO).checks) == 2


def test_public_checks_alone_need_not_add_up(load):
    assert len(load(TASKS + ONE).checks) == 1


def test_the_toys_specification_loads(toy):
    assert [task.points for task in toy.specification().tasks] == [3, 2]


@pytest.mark.parametrize(
    ("public", "hidden", "told"),
    [
        ("", None, "no TASKS"),
        ("TASKS = []", None, "no TASKS"),
        ("TASKS = 5", None, "TASKS"),
        ("TASKS = ['a']", None, "TASKS"),
        (TASKS.replace("]", ", Task('a', 'again', points=3)]") + ONE, TWO, "two tasks are called a"),
        (TASKS + ONE, "", "task a is worth 3 points, but its checks add up to 1"),
        (TASKS + ONE.replace("'a'", "'b'"), None, "check one belongs to task 'b'"),
        (
            TASKS + ONE,
            TWO.replace("two", "one").replace("import one\n", "import one as first\n").replace("=one", "=first"),
            "two checks are called one",
        ),
        (TASKS + ONE, TWO.replace("from course_checks import one\n", ""), "hidden_checks.py does not load: NameError"),
        (
            TASKS.replace("]", ", Task('b', 'B', points=2)]") + ONE.replace("1)", "3)"),
            TWO.replace("'a'", "'b'"),
            "check two builds on one, which belongs to another task",
        ),
        (TASKS + TWO.replace("from course_checks import one\n", ONE) + "\n", None, None),
        ("def", None, "does not load: SyntaxError"),
        ("1 / 0", None, "does not load: ZeroDivisionError"),
        ("raise SystemExit", None, "does not load: SystemExit"),
        (TASKS + ONE.replace("'''gives one'''", "pass"), None, "check one needs a docstring of one line"),
        (TASKS + ONE.replace("gives one", "gives\none"), None, "check one needs a docstring of one line"),
        (TASKS + ONE.replace("points=1", "points=-1"), None, "check one"),
        (TASKS + ONE.replace("points=1", "points=float('nan')"), None, "check one"),
        (TASKS + ONE.replace("points=1", "points='1'"), None, "check one"),
        (TASKS.replace("points=3", "points=float('nan')") + ONE, TWO, "task a"),
    ],
)
def test_what_is_not_well_formed_is_told(load, public, hidden, told):
    if told is None:
        load(public, hidden)
    else:
        with pytest.raises(SpecificationError, match=told.replace("(", r"\(")):
            load(public, hidden)


def test_a_check_may_not_build_on_a_later_one(load):
    later = "\n@check(task='a', points=2)\ndef two(student, rng):\n    '''gives two'''\n"
    early = later.replace("points=2", "points=1, after=two").replace("def two", "def one").replace("gives two", "gives one")
    with pytest.raises(SpecificationError, match="does not stand before it|does not load"):
        load(TASKS + later + early + "globals()['two'] = globals().pop('two')\n")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SpecificationError, match="checks.py is missing"):
        load_specification(tmp_path / "checks.py")


def test_an_unknown_task_is_told_with_those_that_exist(toy):
    with pytest.raises(SpecificationError, match="no task 'median' here; the tasks are mean, weighted_mean"):
        toy.specification().task("median")


def test_checks_are_read_anew_and_leave_nothing_beside_them(load, tmp_path):
    """Two edits within a second, of one length: bytecode kept beside the file would be taken for the new text."""
    assert load(TASKS + ONE).checks[0].sentence == "gives one"
    assert load(TASKS + ONE.replace("gives one", "gives ONE")).checks[0].sentence == "gives ONE"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checks.py"]


def test_a_traceback_into_checks_shows_their_lines(load):
    specification = load(TASKS + ONE + "    raise ValueError('here')\n")
    with pytest.raises(ValueError, match="here") as caught:
        specification.checks[0].function(None, None)
    assert "raise ValueError('here')" in str(caught.traceback[-1].statement)


def test_the_decorator_leaves_the_function_callable():
    @check(task="a", points=1)
    def one(student, rng):
        """gives one"""
        return 5

    assert one(None, None) == 5 and one.specification.after == ()


SIBLING = '''
from autograder.checks.specification import check
from course_checks import one, HELPER


@check(task="a", points=1, after=one)
def two(student, rng):
    """does another thing"""
    assert HELPER
'''


def test_checks_may_stand_in_several_files(tmp_path):
    """Read in the order of their names; hidden ones may build on any of them."""
    first = "from course_checks_help import HELPER\n"
    (tmp_path / "checks.py").write_text(HEAD + first + TASKS + ONE)
    (tmp_path / "checks_help.py").write_text("HELPER = 5\n")
    (tmp_path / "checks_more.py").write_text(SIBLING)
    (tmp_path / "hidden_checks.py").write_text(HEAD + "from course_hidden_checks_more import three\n")
    hidden = SIBLING.replace("from course_checks import one, HELPER", "from course_checks_more import two\nHELPER = 1")
    (tmp_path / "hidden_checks_more.py").write_text(hidden.replace("after=one", "after=two").replace("def two", "def three"))
    specification = load_specification(tmp_path / "checks.py", tmp_path / "hidden_checks.py")
    assert [(check.name, check.hidden) for check in specification.checks] == [("one", False), ("two", False), ("three", True)]
    assert len(load_specification(tmp_path / "checks.py").checks) == 2


def test_a_broken_sibling_is_named(tmp_path):
    (tmp_path / "checks.py").write_text(HEAD + TASKS + ONE)
    (tmp_path / "checks_more.py").write_text("1 / 0")
    with pytest.raises(SpecificationError, match=r"checks_more.py does not load: ZeroDivisionError"):
        load_specification(tmp_path / "checks.py")


def test_siblings_of_another_assignment_are_not_taken_for_ones_own(tmp_path):
    for name, number in (("a", 1), ("b", 2)):
        (tmp_path / name).mkdir()
        first = f"from course_checks_help import HELPER\nassert HELPER == {number}\n"
        (tmp_path / name / "checks.py").write_text(HEAD + first + TASKS + ONE)
        (tmp_path / name / "checks_help.py").write_text(f"HELPER = {number}\n")
        load_specification(tmp_path / name / "checks.py")
    (tmp_path / "b" / "checks_help.py").unlink()
    with pytest.raises(SpecificationError, match="checks.py does not load: ModuleNotFoundError"):
        load_specification(tmp_path / "b" / "checks.py")
