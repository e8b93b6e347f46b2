"""Mutants: what each operator makes of a small example, what is left alone, and how mutants are called."""

import ast

import pytest

from autograder.errors import SourceError
from autograder.mutation import mutants_of

CELL = """\
{before}
### BEGIN SOLUTION
{inside}
### END SOLUTION
{after}"""


def cell(inside, before="given = 1 + 2", after="later = 3 + 4"):
    """A solution cell: these lines between the markers, given ones around them."""
    return CELL.format(before=before, inside=inside, after=after)


def changes(line, **given):
    """What becomes of one line of a solution, in the order in which it is told."""
    return [mutant.change for mutant in mutants_of("task", cell(line, **given))]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # arithmetic: the opposite operator, operands in another order, either term dropped
        ("a + b", ["a + b → a - b", "a + b → a", "a + b → b"]),
        ("a - b", ["a - b → a + b", "a - b → b - a", "a - b → a"]),
        ("a * b", ["a * b → a / b", "a * b → a", "a * b → b"]),
        ("a / b", ["a / b → a * b", "a / b → b / a", "a / b → a"]),
        ("a // b", ["a // b → a * b", "a // b → b // a", "a // b → a"]),
        ("a % b", ["a % b → a * b", "a % b → b % a", "a % b → a"]),
        ("a ** b", ["a ** b → a * b", "a ** b → b ** a", "a ** b → a"]),
        ("a @ b", ["a @ b → b @ a"]),
        ("-a", ["-a → a"]),
        ("x += a", ["x += a → x -= a", "x += a → x = a", "x += a → (deleted)"]),
        # constants: off by one, turned round, doubled, another text
        ("x = 3", ["3 → 4", "3 → 2"]),
        ("x = 0", ["0 → 1"]),
        ("x = True", ["True → False"]),
        ("x = 0.5", ["0.5 → 1.0"]),
        ("x = 2.5", ["2.5 → 5.0", "2.5 → 1.0"]),
        ("x = 0.0", ["0.0 → 1.0"]),
        ("f('same')", ["'same' → 'another same'"]),
        ("f('')", []),
        ("f(None)", []),
        # comparisons and conditions: the border, the opposite, parts dropped
        ("a < b", ["a < b → a <= b", "a < b → a >= b"]),
        ("a >= b", ["a >= b → a > b", "a >= b → a < b"]),
        ("a == b", ["a == b → a != b"]),
        ("a in b", ["a in b → a not in b"]),
        ("a is b", ["a is b → a is not b"]),
        ("a < b < c", ["a < b < c → a <= b < c", "a < b < c → a >= b < c", "a < b < c → a < b <= c", "a < b < c → a < b >= c"]),
        ("a and b", ["a and b → a or b", "a and b → b", "a and b → a"]),
        ("a or b or c", ["a or b or c → a and b and c", "a or b or c → b or c", "a or b or c → a or c", "a or b or c → a or b"]),
        ("not a", ["not a → a"]),
        ("a if b else c", ["a if b else c → a if not b else c", "a if b else c → a", "a if b else c → c"]),
        # calls: ranges, arguments, keywords, siblings, what changes nothing but the form
        ("range(n)", ["range(n) → range(n - 1)", "range(n) → range(1, n)"]),
        ("range(a, b)", ["range(a, b) → range(a, b - 1)", "range(a, b) → range(b, a)"]),
        ("range(a, b, c)", ["range(a, b, c) → range(a, b - 1, c)", "range(a, b, c) → range(b, a, c)"]),
        ("f(a, b)", ["f(a, b) → f(b, a)"]),
        ("f(*a, b)", []),
        ("f(a, axis=b)", ["f(a, axis=b) → f(a)"]),
        ("np.tanh(a)", ["np.tanh → np.sigmoid"]),
        ("min(a)", ["min → max"]),
        ("a.mean()", ["a.mean → a.sum"]),
        ("axes.set_xlabel(a)", ["axes.set_xlabel → axes.set_ylabel"]),
        ("a.T", ["a.T → a"]),
        ("a.copy()", ["a.copy() → a"]),
        ("np.copy(a)", ["np.copy(a) → a"]),
        ("reversed(a)", ["reversed(a) → a"]),
        ("np.transpose(a, order)", ["np.transpose(a, order) → np.transpose(order, a)", "np.transpose(a, order) → a"]),
        ("a.transpose(-b, c)", ["a.transpose(-b, c) → a.transpose(c, -b)", "a.transpose(-b, c) → a", "-b → b"]),
        # order: gates, results, axes
        ("a, b, c", ["(a, b, c) → (b, a, c)", "(a, b, c) → (a, c, b)"]),
        ("[a, b]", ["[a, b] → [b, a]"]),
        ("a, b = c", ["(a, b) → (b, a)"]),
        # slices: an end left out
        ("a[b:c]", ["b:c → :c", "b:c → b:"]),
        ("a[::b]", ["::b → :"]),
        # a filter left out
        ("[x for x in a if x]", ["for x in a if x → for x in a"]),
        ("{x for x in a if x if b}", ["for x in a if x if b → for x in a if b", "for x in a if x if b → for x in a if x"]),
    ],
)
def test_an_operator_makes(line, expected):
    """Statements may be deleted as well: that is left out here."""
    assert [change for change in changes(line) if not change.endswith("(deleted)") or "+=" in change] == expected


def test_statements_are_deleted():
    assert changes("state = zero") == ["state = zero → (deleted)"], "a reset that is missing"
    assert changes("model.reset()") == ["model.reset() → (deleted)"]
    assert changes("x.y = z") == ["x.y = z → (deleted)"]
    assert "def g(): → (deleted)" not in changes("def g():\n    return a"), "functions stay"


def test_conditions_are_turned_round_and_loops_ended_otherwise():
    assert changes("if ready:\n    pass") == ["if ready: → if not ready:"]
    assert changes("while more():\n    pass") == ["while more(): → while not more():"]
    assert changes("if a < b:\n    pass") == ["a < b → a <= b", "a < b → a >= b"], "through its parts alone: nothing twice"
    assert changes("for x in a:\n    break") == ["break → continue"]
    assert changes("for x in a:\n    continue") == ["continue → break"]


@pytest.mark.parametrize(
    "line",
    [
        'def f(a):\n    """Adds 1 + 2."""',
        "def f(a: 1 + 2) -> 3 + 4:\n    pass",
        "@wraps(1 + 2)\ndef f(a):\n    pass",
        'raise ValueError("1" + a)',
        "from numpy import mean, max",
        "import numpy",
        'print("a", 1 + 2)',
        "warnings.warn(1 + 2)",
        'axes.set_title("a" + b)',
        "plt.figure(figsize=(1, 2))",
        "axes.legend(loc=1)",
        "### a comment: 1 + 2",
    ],
)
def test_what_only_people_read_is_left_alone(line):
    assert changes(line) == []


def test_adornments_are_left_alone_inside_calls_that_are_not():
    assert changes("axes.plot(a, color='red', linewidth=2, label='x')") == [
        "axes.plot(a, color='red', linewidth=2, label='x') → (deleted)",
    ]
    assert changes("f(a, label='x', axis=b)")[1:] == ["f(a, label='x', axis=b) → f(a, label='x')"]
    assert changes('x = f"{a + 1} of {b}"') == ["x = f'{a + 1} of {b}' → (deleted)"]
    assert changes("x: 1 + 2 = a + b") == ["a + b → a - b", "a + b → a", "a + b → b"], "an annotation"


def test_given_code_around_the_markers_is_left_alone():
    source = cell("    return a + b", before="def f(a, b=1):\n    a = a * 2", after="def g(a):\n    return a - 1")
    mutants = mutants_of("task", source)
    assert {mutant.line for mutant in mutants} == {"return a + b"}
    given = [ast.dump(part) for part in (ast.parse(source).body[0].body[0], ast.parse(source).body[1])]
    for mutant in mutants:
        tree = ast.parse(mutant.source)
        assert [ast.dump(part) for part in (tree.body[0].body[0], tree.body[1])] == given


def test_every_solution_region_of_a_cell_counts():
    source = "### BEGIN SOLUTION\na = 1\n### END SOLUTION\nb = 2\n### BEGIN SOLUTION\nc = 3\n### END SOLUTION"
    assert {mutant.line for mutant in mutants_of("task", source)} == {"a = 1", "c = 3"}
    assert mutants_of("task", "a = 1 + 2") == [], "a cell without markers has no solution"


SOLUTION = """\
def f(numbers, weight):
    ### BEGIN SOLUTION
    total = 0
    total = total + weight * (numbers[0] + numbers[0])
    total = total + weight * (numbers[0] + numbers[0])
    return total if weight > 0 else max(numbers, weight, key=abs)
    ### END SOLUTION"""


def test_each_mutant_differs_from_the_solution_and_from_the_others_in_one_place():
    mutants = mutants_of("f", SOLUTION)
    texts = [mutant.source for mutant in mutants]
    assert len(mutants) > 20
    assert len(set(texts)) == len(texts) and ast.unparse(ast.parse(SOLUTION)) not in texts
    right = ast.unparse(ast.parse(SOLUTION)).split("\n")
    for mutant in mutants:
        lines = mutant.source.split("\n")
        assert len(lines) == len(right) and sum(a != b for a, b in zip(lines, right, strict=True)) == 1, mutant.name


def test_names_are_unique_tell_the_cell_and_number_what_reads_alike():
    names = [mutant.name for mutant in mutants_of("f", SOLUTION)]
    assert len(set(names)) == len(names)
    doubled = "f | total = total + weight * (numbers[0] + numbers[0]) | numbers[0] + numbers[0] → numbers[0] - numbers[0]"
    assert doubled in names and f"{doubled} | 2" in names and f"{doubled} | 3" not in names


def test_a_name_lives_as_long_as_its_line():
    """An author's written reasons stay good when other lines come and go."""
    before = {mutant.name for mutant in mutants_of("f", cell("y = a + b"))}
    more = {mutant.name for mutant in mutants_of("f", cell("x = c * d\n# why\ny = a + b\nz = 4", before="import numpy"))}
    assert before < more
    assert mutants_of("f", SOLUTION) == mutants_of("f", SOLUTION)


def test_a_long_change_is_told_shortly():
    long = " + ".join(["number"] * 40)
    assert all(len(mutant.change) <= 2 * 80 + 3 for mutant in mutants_of("f", cell(f"x = {long}")))


def test_a_solution_with_magics_is_one_clear_line():
    with pytest.raises(SourceError, match=r"not Python has no mutants: invalid syntax \(cell timed\)"):
        mutants_of("timed", cell("%time train()"))
