"""`autograder new-assignment` gives an assignment that verifies, and docs/authors.md explains that very one."""

import contextlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograder.trial
from autograder import verification
from autograder.assignment import all_assignments, find_assignment
from autograder.build import instructor_notebook, public_files, write_release
from autograder.checks.operations import OPERATIONS
from autograder.errors import CourseError
from autograder.new_assignment import TAKEN, TEMPLATE, new_assignment, template_files
from autograder.proof import KILLED_BY_ALL, KILLED_BY_PUBLIC, points_from_memory, prove_by_mutants, prove_by_seeds, prove_mistakes_by_seeds
from autograder.release import make_release
from autograder.verify import cases

ROOT = Path(__file__).parents[1]
PROGRAM = Path(sys.executable).parent / "autograder"
PAGE = (ROOT / "docs" / "authors.md").read_text(encoding="utf-8")
ALL = bool(os.environ.get("COURSE_TESTS_REQUIRE_ALL"))


def run(root, *arguments):
    environment = os.environ | {"COURSE_ROOT": str(root), "COLUMNS": "200"}
    return subprocess.run([str(PROGRAM), *arguments], capture_output=True, text=True, env=environment, cwd=root, timeout=1200)


@pytest.fixture(scope="module")
def clone(tmp_path_factory, make_toy_clone):
    """A clone after `autograder new-assignment smoothing`, and what that said."""
    root = make_toy_clone(tmp_path_factory.mktemp("clone")).root
    return root, run(root, "new-assignment", "smoothing")


@pytest.fixture(scope="module")
def built(clone):
    assignment = find_assignment("smoothing", clone[0])
    write_release(assignment)
    return assignment


@pytest.fixture(scope="module")
def light_forks():
    """The new assignment needs no TensorFlow: the process that trials are forked from is there at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(autograder.trial, "PRELOADED", ["numpy", "pandas", "matplotlib.pyplot", "autograder.proof"])
        yield


# the command


def test_it_makes_an_assignment_and_says_what_comes_next(clone):
    root, done = clone
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "made solutions/smoothing: every file says what to replace in it; docs/authors.md explains it",
        "after every change: autograder build smoothing && autograder verify smoothing",
    ]
    assert [assignment.name for assignment in all_assignments(root)] == ["averages", "smoothing"]


def test_it_has_every_part_with_the_name_in_its_place(clone):
    folder = clone[0] / "solutions" / "smoothing"
    parts = ["README.md", "__init__.py", "alternatives", "checks.py", "equivalent_mutants.toml", "handed_in", "hidden_checks.py"]
    assert sorted(path.name for path in folder.iterdir()) == [*parts, "mistakes", "rubric.md", "source.py"]
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}
    assert not [path for path, text in texts.items() if "ASSIGNMENT" in text]
    assert "# smoothing: reading a loss curve" in texts[folder / "README.md"]
    for name in ("source.py", "checks.py", "hidden_checks.py", "mistakes/weights_swapped.py", "alternatives/plain_python.py"):
        assert "or the author" in texts[folder / name] or "for_the_author" in texts[folder / name], f"{name} tells its author nothing"


def test_what_it_tells_the_author_stays_with_the_author(built):
    notebook = json.loads(public_files(built)["smoothing.ipynb"])
    text = "".join("".join(cell["source"]) for cell in notebook["cells"]) + json.dumps(notebook["metadata"])
    assert "author" not in text and "Task 1: smooth a curve" in text


def test_it_verifies_as_a_whole_at_once(clone, built, sandbox, light_forks, tmp_path):
    """CI runs the command as an author does; here its parts, and a few of the known cases."""
    if ALL:
        done = run(clone[0], "verify", "smoothing", "--json", str(tmp_path / "proof.json"))
        assert done.returncode == 0, done.stdout + done.stderr
        [row] = json.loads((tmp_path / "proof.json").read_text())
        assert row["complaints"] == [] and row["mutants"]["survived"] == [] and row["from_memory"]["earned"] == 0
        assert row["cases_right"] == row["cases"] >= 2 + 10 + 3 and row["hints_right"] == row["mistakes"]
        return
    seeds = prove_by_seeds(built, 2, range(1, 6))
    assert seeds.complaints == () and seeds.passed == seeds.count >= 3
    mistakes = prove_mistakes_by_seeds(built, 2, range(1, 6))
    assert mistakes.complaints == () and mistakes.passed == mistakes.count >= 10
    mutants = prove_by_mutants(built, 2, only=[])
    assert mutants.complaints == () and mutants.survived == [] and len(mutants.killed) > 30
    assert points_from_memory(built, seed=1)[0] == 0
    assert verification._too_few(built.specification(), known_cases(built)) == []
    some = ["solution", "untouched", "mistakes/weights_swapped", "mistakes/table_made_up", "alternatives/plain_python"]
    done = run(clone[0], "verify", "smoothing", *(f"--only={name}" for name in some))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 of 5 as they must be" in done.stdout


def known_cases(assignment):
    solved = instructor_notebook(assignment)
    return cases(assignment, solved, make_release(solved))


def test_its_mistakes_are_all_different(built):
    mistakes = [case for case in known_cases(built) if case.kind == "mistakes"]
    assert len(mistakes) >= 10
    assert len({"".join(cell.source for cell in case.notebook.cells) for case in mistakes}) >= len(mistakes) - 1, "one changes only a file"
    assert len({case.about for case in mistakes}) == len({case.hint for case in mistakes}) == len(mistakes)


@pytest.mark.parametrize("name", ["Smoothing", "2curves", "a-b", "a b", "class", "", "a" * 41, "../x", "größe", "_x", "-x"])
def test_a_name_that_is_none_is_refused(toy_clone, name):
    with pytest.raises(CourseError, match="is no name for an assignment: small letters, digits and _") as caught:
        new_assignment(name, toy_clone)
    assert "\n" not in str(caught.value)
    assert sorted(path.name for path in (toy_clone / "solutions").iterdir()) == ["averages"]


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_names_of_ours_are_refused(toy_clone, name):
    with pytest.raises(CourseError, match=f"cannot be called '{name}': the kit uses that name itself"):
        new_assignment(name, toy_clone)


def test_every_folder_of_solutions_that_is_no_assignment_is_such_a_name():
    folders = {path.name for path in (ROOT / "solutions").iterdir() if path.is_dir() and not path.name.startswith(("_", "."))}
    assert folders - {assignment.name for assignment in all_assignments(ROOT)} <= TAKEN


def test_what_exists_is_never_overwritten(toy_clone):
    before = {path: path.read_bytes() for path in toy_clone.rglob("*") if path.is_file()}
    with pytest.raises(CourseError, match="solutions/averages exists already: choose another name"):
        new_assignment("averages", toy_clone)
    (toy_clone / "assignments" / "old").mkdir(parents=True)
    with pytest.raises(CourseError, match="assignments/old exists already"):
        new_assignment("old", toy_clone)
    assert {path: path.read_bytes() for path in toy_clone.rglob("*") if path.is_file()} == before


def test_a_refusal_is_one_clear_line_and_a_non_zero_exit(clone):
    done = run(clone[0], "new-assignment", "reference")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == "autograder: an assignment cannot be called 'reference': the kit uses that name itself\n"


def test_it_is_made_whole_or_not_at_all(toy_clone, monkeypatch):
    monkeypatch.setattr(Path, "rename", lambda *paths: (_ for _ in ()).throw(OSError("no space left")))
    with contextlib.suppress(OSError):
        new_assignment("smoothing", toy_clone)
    assert not (toy_clone / "solutions" / "smoothing").exists()
    assert [assignment.name for assignment in all_assignments(toy_clone)] == ["averages"]
    monkeypatch.undo()
    assert len(new_assignment("smoothing", toy_clone)) == len(template_files("smoothing"))
    assert sorted(path.name for path in (toy_clone / "solutions").iterdir()) == ["averages", "smoothing"], "nothing unfinished stays"


def test_the_template_is_no_code_of_ours():
    """Linters, tests and the list of assignments pass it by; a wheel brings it."""
    assert TEMPLATE.is_dir() and {path.suffix for path in TEMPLATE.iterdir()} == {".txt"}
    assert TEMPLATE.is_relative_to(ROOT / "autograder")


# the page


BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`((?:\w+/)*\w+\.(?:py|toml|csv))`")


def blocks(page):
    """The code of the page: language, text, and the file that was named last before it."""
    for block in BLOCK.finditer(page):
        named = [name for name in FILE.findall(page[: block.start()]) if name in template_files("smoothing")]
        yield block[1], block[2], named[-1] if named else ""


@pytest.mark.parametrize("block", [block for block in blocks(PAGE) if block[0] in ("python", "toml")], ids=lambda block: block[2])
def test_the_pages_code_is_the_new_assignments(block):
    _, text, file = block
    assert text in template_files("smoothing")[file]


def test_every_block_of_the_page_is_compared_or_is_something_to_type():
    languages = [language for language, _, _ in blocks(PAGE)]
    assert set(languages) == {"python", "toml", "console", "text"}
    assert languages.count("python") >= 10 and languages.count("text") == 1
    assert PAGE.count("```") == 2 * len(languages)


def test_the_page_says_what_the_commands_say(clone):
    first = next(text for language, text, _ in blocks(PAGE) if language == "console")
    assert first == "$ autograder new-assignment smoothing\n" + clone[1].stdout


def test_the_commands_of_the_page_exist():
    usage = subprocess.run([str(PROGRAM), "verify", "--help"], capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"}).stdout
    options = {option for language, text, _ in blocks(PAGE) if language == "console" for option in re.findall(r"--[a-z-]+", text)}
    assert len(options) >= 4 and all(option in usage for option in options | {"--json", "--seed"})


def test_the_page_names_every_operation_and_no_other():
    rows = re.findall(r"^\| `(\w+)`(?: \([^|]*\))? \| (`.*`) \|$", PAGE, re.MULTILINE)
    named = {kind: set(re.findall(r"`(\w+)`", operations)) for kind, operations in rows}
    assert named == {kind: set(operations) for kind, operations in OPERATIONS.items()}


def test_the_page_tells_the_thresholds_that_hold():
    assert f"all checks kill at least {KILLED_BY_ALL:.0%}, the public ones alone at least {KILLED_BY_PUBLIC:.0%}".replace("%", " %") in PAGE
    assert f"| mistakes | at least {verification.LEAST_MISTAKES} |" in PAGE
    assert f"| hints | at least {verification.RIGHT_HINTS:.0%}".replace("%", " %") in PAGE
    assert f"| alternatives | at least {verification.LEAST_ALTERNATIVES} for every task |" in PAGE
    assert f"earn at most {verification.FROM_MEMORY:.0%}".replace("%", " %") in PAGE
    assert f"with {verification.Plan().seeds} seeds" in PAGE


def test_the_page_names_the_parts_that_exist(clone):
    """The table of files, and the mutant that its text reads aloud."""
    folder = clone[0] / "solutions" / "smoothing"
    for name in re.findall(r"^\| (`.*?) \| (?:students|you)", PAGE, re.MULTILINE):
        for part in re.findall(r"`([^`]+)`", name):
            assert list(folder.glob(part)) or "WORD" in part, part
    told = next(text for language, text, _ in blocks(PAGE) if language == "text")
    assert told.removeprefix("survived: ").strip() in (folder / "equivalent_mutants.toml").read_text(encoding="utf-8")
