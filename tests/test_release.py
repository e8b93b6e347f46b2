"""No solution reaches a student: every marker that is not exactly right stops the build and names its cell."""

import ast
import copy

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.build import instructor_notebook
from autograder.errors import LeakError, SourceError
from autograder.release import BEGIN, END, clear_solution, make_release, solution_lines

SECRET = "return secret_number(271828)"
GOOD = f"def f():\n    '''Doc.'''\n    {BEGIN}\n    {SECRET}\n    {END}"


def cleared(source, title="Task 1: f", is_solution=True, cell_type="code"):
    return clear_solution(source, title, "the-cell", is_solution, cell_type)


def test_a_region_becomes_a_stub_that_names_its_task():
    assert cleared(GOOD) == "def f():\n    '''Doc.'''\n    raise NotImplementedError(\"Task 1: f\")"


def test_a_region_outside_a_function_becomes_a_comment():
    assert cleared(f"{BEGIN}\nanswer = 5\n{END}\nprint(1)") == "# your answers here\nprint(1)"


def test_a_written_answer_becomes_a_line_to_write_over():
    assert cleared(f"Why?\n{BEGIN}\nBecause.\n{END}", cell_type="markdown") == "Why?\n*Your answer here.*"


def test_each_of_two_regions_becomes_a_stub():
    source = GOOD + "\n" + GOOD.replace("f()", "g()")
    assert cleared(source).count("raise NotImplementedError") == 2 and SECRET not in cleared(source)


@pytest.mark.parametrize(
    "title", ["the cell's state", 'a "quoted" word', "both ' and \"", "a back\\slash", "naïve 😀", "a\nline", "{braces} %s", "'''", '"""']
)
def test_any_title_makes_a_stub_that_runs_and_says_it(title):
    namespace = {}
    exec(cleared(GOOD, title), namespace)
    with pytest.raises(NotImplementedError) as caught:
        namespace["f"]()
    assert str(caught.value) == title


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_title_does(title):
    [stub] = ast.parse(cleared(GOOD, title)).body[0].body[1:]
    assert ast.literal_eval(stub.exc.args[0]) == title


MISTAKES = {
    "END without BEGIN": GOOD.replace(f"    {BEGIN}\n", ""),
    "BEGIN without END": GOOD.replace(f"\n    {END}", ""),
    "END before BEGIN": f"{END}\n{SECRET}\n{BEGIN}",
    "nested": GOOD.replace(SECRET, f"{BEGIN}\n    {SECRET}\n    {END}"),
    "two BEGINs": GOOD.replace(SECRET, f"{BEGIN}\n    {SECRET}"),
    "two ENDs": GOOD + f"\n    {END}",
    "no region": f"def f():\n    {SECRET}",
    "empty": "",
    "lower case": GOOD.lower(),
    "capitalised": GOOD.replace("BEGIN SOLUTION", "Begin Solution").replace("END SOLUTION", "End Solution"),
    "BEGIN lower case": GOOD.replace(BEGIN, BEGIN.lower()),
    "END lower case": GOOD.replace(END, END.lower()),
    "two hashes": GOOD.replace("###", "##"),
    "four hashes": GOOD.replace("###", "####"),
    "no space": GOOD.replace("### ", "###"),
    "two spaces": GOOD.replace("N S", "N  S").replace("D S", "D  S"),
    "tab": GOOD.replace("N S", "N\tS"),
    "no-break space": GOOD.replace("N S", "N\u00a0S"),
    "colon": GOOD.replace(BEGIN, BEGIN + ":"),
    "joined": GOOD.replace("BEGIN SOLUTION", "BEGIN_SOLUTION").replace("END SOLUTION", "END_SOLUTION"),
    "hyphen": GOOD.replace("BEGIN SOLUTION", "BEGIN-SOLUTION").replace("END SOLUTION", "END-SOLUTION"),
    "plural": GOOD.replace("SOLUTION", "SOLUTIONS"),
    "misspelt": GOOD.replace("SOLUTION", "SOLUTON"),
    "misspelt otherwise": GOOD.replace("SOLUTION", "SOULTION"),
    "BEGIN misspelt": GOOD.replace("BEGIN", "BEGN"),
    "END misspelt": GOOD.replace("END S", "ENDE S"),
    "start and stop": GOOD.replace("BEGIN", "START").replace("END", "STOP"),
    "turned round": GOOD.replace("BEGIN SOLUTION", "SOLUTION BEGIN").replace("END SOLUTION", "SOLUTION END"),
    "behind code": GOOD.replace(f"\n    {END}", f"  {END}"),
    "in a string": f"def f():\n    text = '{BEGIN}'\n    {SECRET}\n    text = '{END}'",
    "hidden tests": GOOD + "\n### BEGIN HIDDEN TESTS\nassert f() == 5\n### END HIDDEN TESTS",
    "mark scheme": GOOD + "\n### BEGIN MARK SCHEME\n5\n### END MARK SCHEME",
    "carriage returns": GOOD.replace("\n", "\r"),
}


@pytest.mark.parametrize("second", [False, True], ids=["alone", "beside a good one"])
@pytest.mark.parametrize("name", MISTAKES)
def test_a_marker_mistake_stops_the_build_and_names_the_cell(name, second):
    """Beside a region that is well marked, too: a cell that has one is not for that reason safe."""
    source = GOOD.replace("f()", "g()") + "\n" + MISTAKES[name] if second else MISTAKES[name]
    if second and name in ("no region", "empty"):
        return  # a line outside every region is the author's to show
    with pytest.raises(SourceError, match="the-cell"):
        cleared(source)


@pytest.mark.parametrize("name", [name for name in MISTAKES if name not in ("no region", "empty")])
@pytest.mark.parametrize("cell_type", ["code", "markdown"])
def test_a_marker_in_a_cell_that_is_no_solution_stops_the_build(name, cell_type):
    with pytest.raises(SourceError, match="the-cell"):
        cleared(MISTAKES[name], is_solution=False, cell_type=cell_type)
    with pytest.raises(SourceError, match="the-cell"):
        cleared(GOOD, is_solution=False, cell_type=cell_type)


def test_a_marker_misspelt_in_a_way_nobody_thought_of_stops_the_build():
    source = GOOD.replace(BEGIN, "### SOLVED HERE").replace(END, "### UP TO HERE")
    for code, is_solution in ((source, False), (GOOD.replace("f()", "g()") + "\n" + source, True)):
        with pytest.raises(LeakError, match="looks like a marker but is none: ### SOLVED HERE .cell the-cell."):
            cleared(code, is_solution=is_solution)


@pytest.mark.parametrize(
    "source", ["# a comment\n## another\nx = '###'", "begin = 5  # the beginning of the end", "# at the end: solve it"]
)
def test_ordinary_comments_are_left_alone(source):
    assert cleared(source, is_solution=False) == source


def test_prose_is_left_alone():
    prose = "### Begin with the shapes\nIn the end, solutions differ. ## End\n### The end"
    assert cleared(prose, is_solution=False, cell_type="markdown") == prose


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([BEGIN, END, "    " + BEGIN, "    " + END, SECRET, "x = 1", "### begin solution", "# END SOLUTION", ""]), max_size=8
    )
)
def test_whatever_stands_between_markers_is_gone_or_the_build_stops(lines):
    inside, balanced, shown = False, True, []
    for line in lines:
        if line.strip() in (BEGIN, END):
            balanced = balanced and inside == (line.strip() == END)
            inside = line.strip() == BEGIN
        elif not inside:
            shown.append(line)
    try:
        released = cleared("\n".join(lines))
    except SourceError:
        return
    assert balanced and not inside and any(line.strip() == BEGIN for line in lines)
    assert [line for line in released.split("\n") if "your answers here" not in line and "NotImplementedError" not in line] == shown


# whole notebooks


@pytest.fixture
def notebook(toy):
    return instructor_notebook(toy)


def find(notebook, name):
    return next(cell for cell in notebook.cells if cell["id"] == name)


def test_the_release_of_the_toy(notebook):
    before = copy.deepcopy(notebook)
    released = make_release(notebook)
    assert notebook == before, "the instructor's notebook was changed"
    assert 'raise NotImplementedError("Task 1: the mean")' in find(released, "mean").source
    assert find(released, "explain").source == "When are the two means equal?\n*Your answer here.*"
    assert not find(released, "setup").metadata["editable"] and find(released, "mean").metadata.get("editable", True)
    assert all("checksum" in cell.metadata.nbgrader for cell in released.cells if "nbgrader" in cell.metadata)
    assert not any("course" in cell.metadata for cell in released.cells)
    assert not solution_lines(notebook) & {line.strip() for cell in released.cells for line in cell.source.split("\n")}
    nbformat.validate(released)


def test_two_releases_are_the_same(notebook):
    assert make_release(notebook) == make_release(notebook)


def test_every_code_cell_of_a_release_parses(notebook):
    """A region that leaves half a statement behind is found when it is built, not by the first student."""
    find(notebook, "mean").source = f"def mean(numbers):\n    return (\n{BEGIN}\n        sum(numbers)\n{END}\n    )\n"
    make_release(notebook)
    find(notebook, "mean").source = f"if True:\n{BEGIN}\n    answer = 5\n{END}\n"
    with pytest.raises(SourceError, match="cell mean"):
        make_release(notebook)


def test_outputs_do_not_reach_a_release(notebook):
    find(notebook, "mean").outputs = [nbformat.v4.new_output("stream", text="the answer is 5")]
    assert find(make_release(notebook), "mean").outputs == []


def test_a_marker_in_any_cell_stops_the_release(notebook):
    for cell in notebook.cells:
        changed = copy.deepcopy(notebook)
        find(changed, cell["id"]).source += f"\n{END}"
        with pytest.raises(LeakError):
            make_release(changed)


def test_solution_lines_are_those_that_stand_only_in_solutions(notebook):
    assert solution_lines(notebook) == {
        "return float(np.sum(numbers)) / len(numbers)",
        "return float(np.dot(numbers, weights) / np.sum(weights))",
        "When all weights are equal to one another.",
    }
