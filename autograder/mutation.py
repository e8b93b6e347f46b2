"""Small wrong changes of right code: what a slip of a student's finger or mind would make of the solution.

Each mutant changes one place of one solution region. The operators are those that mutation testing knows (arithmetic, constants,
comparisons, deleted statements) and those of this field: dropped terms, swapped operands and arguments, permuted gates and
results, other axes, functions taken for their siblings, states that are not reset.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograder.errors import SourceError
from autograder.release import BEGIN, END

ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}
"""An operator and the one that is put in its place."""
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
"""A comparison, the same with the border on the other side, and its opposite."""
SIBLINGS = {
    "sigmoid": "tanh",
    "tanh": "sigmoid",
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
    "argmin": "argmax",
    "argmax": "argmin",
    "reduce_mean": "reduce_sum",
    "reduce_sum": "reduce_mean",
    "mean": "sum",
    "sum": "mean",
    "zeros": "ones",
    "ones": "zeros",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
    "any": "all",
    "all": "any",
    "exp": "log",
    "log": "exp",
    "log2": "log",
    "sqrt": "square",
    "square": "sqrt",
    "hstack": "vstack",
    "vstack": "hstack",
    "idxmin": "idxmax",
    "idxmax": "idxmin",
    "isfinite": "isnan",
    "xlabel": "ylabel",
    "set_xlabel": "set_ylabel",
    "set_ylabel": "set_xlabel",
}
"""A function and the one that it is taken for."""
TRANSPARENT = {"copy", "reversed", "stop_gradient", "transpose"}
"""Functions whose mutant is what they are given."""
PLAIN = (ast.Constant, ast.Tuple, ast.List, ast.UnaryOp, ast.Starred)
"""What such a method is given: settings, never what it works on."""
TELLING = {"print", "warn", "title", "set_title", "suptitle", "show", "tight_layout", "legend", "figure", "NotImplementedError"}
"""Calls that only tell or adorn: nothing inside them is changed."""
COSMETIC = {"figsize", "cmap", "alpha", "linewidth", "color", "fontsize", "dpi", "verbose", "marker", "linestyle", "fmt", "label", "name"}
"""Keywords of the same kind."""


@dataclass(frozen=True)
class Mutant:
    """One changed place."""

    cell: str
    """The solution cell's grade_id."""
    line: str
    """The line of the solution that is changed, stripped."""
    change: str
    """What becomes of it: "before → after"."""
    number: int
    """Tells apart several changes that read alike; 1 for the first."""
    source: str
    """The whole changed cell."""

    @property
    def name(self) -> str:
        """What equivalents are named by: it lives as long as the line does."""
        return f"{self.cell} | {self.line} | {self.change}" + (f" | {self.number}" if self.number > 1 else "")


def mutants_of(cell: str, source: str) -> list[Mutant]:
    """All mutants of one solution cell, in the order of its lines.

    Args:
        cell: its grade_id.
        source: its text, with the markers of its solution regions.

    Raises:
        SourceError: it is not Python.
    """
    inside = _solution_lines(source)
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise SourceError(f"a solution that is not Python has no mutants: {error.msg}", cell) from None
    lines = source.split("\n")
    found: list[Mutant] = []
    seen: dict[str, int] = {}
    texts: set[str] = {ast.unparse(tree)}
    for path, node in _places(tree):
        number = _line_of(node)
        if number not in inside:
            continue
        for changed in _changes(node):
            new = _put(tree, path, changed)
            text = ast.unparse(new)
            if text in texts:
                continue
            texts.add(text)
            line, change = lines[number - 1].strip(), f"{_said(node)} → {_said(changed)}"
            key = f"{line} | {change}"
            seen[key] = seen.get(key, 0) + 1
            found.append(Mutant(cell, line, change, seen[key], text))
    return found


def _solution_lines(source: str) -> set[int]:
    """The numbers of the lines between the markers."""
    inside, numbers = False, set()
    for number, line in enumerate(source.split("\n"), start=1):
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside:
            numbers.add(number)
    return numbers


def _line_of(node: ast.AST) -> int:
    """The number of a node's first line, 0 for one that has none."""
    return getattr(node.target if isinstance(node, ast.comprehension) else node, "lineno", 0)


def _places(tree: ast.AST, path: tuple = ()) -> Iterator[tuple[tuple, ast.AST]]:
    """Every node that may be changed, with the way to it; texts that only people read are left alone."""
    for field, value in ast.iter_fields(tree):
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _is_left_alone(tree, field, child):
                way = (*path, (field, place))
                yield way, child
                yield from _places(child, way)


def _is_left_alone(parent: ast.AST, field: str, node: ast.AST) -> bool:
    if field in ("annotation", "returns", "decorator_list") or isinstance(node, ast.JoinedStr | ast.Raise | ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring
        return True
    if isinstance(node, ast.keyword) and node.arg in COSMETIC:
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _name(node.value.func) in TELLING:
        return True
    return isinstance(node, ast.Call) and _name(node.func) in TELLING


def _put(tree: ast.AST, path: tuple, node: ast.AST) -> ast.AST:
    """A copy of the tree with another node at that place."""
    new = copy.deepcopy(tree)
    parent = new
    for field, place in path[:-1]:
        parent = getattr(parent, field) if place is None else getattr(parent, field)[place]
    field, place = path[-1]
    if place is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node
    return ast.fix_missing_locations(new)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may be put in a node's place."""
    for kind, change in CHANGES.items():
        if isinstance(node, kind):
            yield from change(node)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of a node with some fields changed."""
    new = copy.deepcopy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    kind = type(node.op)
    if kind in ARITHMETIC:
        yield _with(node, op=ARITHMETIC[kind]())
    if kind in (ast.MatMult, ast.Sub, ast.Div, ast.Pow, ast.FloorDiv, ast.Mod):
        yield _with(node, left=node.right, right=node.left)
    if kind is not ast.MatMult:
        yield node.left
    if kind in (ast.Add, ast.Mult):
        yield node.right


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    if type(node.op) in ARITHMETIC:
        yield _with(node, op=ARITHMETIC[type(node.op)]())
    target = copy.deepcopy(node.target)
    yield ast.Assign([target], node.value, lineno=node.lineno, col_offset=node.col_offset)
    yield ast.Pass(lineno=node.lineno, col_offset=node.col_offset)


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield _with(node, value=not value)
    elif isinstance(value, int):
        yield _with(node, value=value + 1)
        if value > 0:
            yield _with(node, value=value - 1)
    elif isinstance(value, float):
        yield _with(node, value=value * 2 if value else 1.0)
        if value not in (0.0, 1.0):
            yield _with(node, value=1.0)
    elif isinstance(value, str) and value:
        yield _with(node, value="another " + value)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.USub | ast.Not):
        yield node.operand


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for place, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            yield _with(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for place in range(len(node.values)):
        rest = node.values[:place] + node.values[place + 1 :]
        yield rest[0] if len(rest) == 1 else _with(node, values=rest)


def _call(node: ast.Call) -> Iterator[ast.AST]:
    name = _name(node.func)
    if name == "range":
        last = len(node.args) - 1 if len(node.args) < 3 else 1
        fewer = ast.BinOp(node.args[last], ast.Sub(), ast.Constant(1))
        yield _with(node, args=[*node.args[:last], fewer, *node.args[last + 1 :]])
        if last == 0:
            yield _with(node, args=[ast.Constant(1), node.args[0]])
    if len(node.args) >= 2 and not any(isinstance(argument, ast.Starred) for argument in node.args[:2]):
        yield _with(node, args=[node.args[1], node.args[0], *node.args[2:]])
    for place, keyword in enumerate(node.keywords):
        if keyword.arg is not None and keyword.arg not in COSMETIC:
            yield _with(node, keywords=node.keywords[:place] + node.keywords[place + 1 :])
    if name in TRANSPARENT:
        of_itself = isinstance(node.func, ast.Attribute) and not (node.args and not isinstance(node.args[0], PLAIN))
        if of_itself or node.args:  # x.copy(), x.transpose(1, 0); np.copy(x), np.transpose(x, (1, 0))
            yield node.func.value if of_itself else node.args[0]


def _attribute(node: ast.Attribute) -> Iterator[ast.AST]:
    if node.attr in SIBLINGS:
        yield _with(node, attr=SIBLINGS[node.attr])
    if node.attr == "T":
        yield node.value


def _named(node: ast.Name) -> Iterator[ast.AST]:
    if isinstance(node.ctx, ast.Load) and node.id in SIBLINGS:
        yield _with(node, id=SIBLINGS[node.id])


def _sequence(node: ast.Tuple | ast.List) -> Iterator[ast.AST]:
    """Neighbours swapped: the gates, the results or the axes in another order."""
    for place in range(len(node.elts) - 1):
        items = list(node.elts)
        items[place], items[place + 1] = items[place + 1], items[place]
        yield _with(node, elts=items)


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    for bound in ("lower", "upper", "step"):
        if getattr(node, bound) is not None:
            yield _with(node, **{bound: None})


def _condition(node: ast.If | ast.IfExp | ast.While) -> Iterator[ast.AST]:
    if isinstance(node.test, ast.Name | ast.Attribute | ast.Call):  # the parts of other conditions are changed themselves
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse


def _deleted(node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.Pass(lineno=node.lineno, col_offset=node.col_offset)


def _ended(node: ast.Break | ast.Continue) -> Iterator[ast.AST]:
    other = ast.Continue if isinstance(node, ast.Break) else ast.Break
    yield other(lineno=node.lineno, col_offset=node.col_offset)


def _comprehension(node: ast.comprehension) -> Iterator[ast.AST]:
    for place in range(len(node.ifs)):
        yield _with(node, ifs=node.ifs[:place] + node.ifs[place + 1 :])


CHANGES: dict[type | tuple[type, ...], Callable[[ast.AST], Iterator[ast.AST]]] = {
    ast.BinOp: _binary,
    ast.AugAssign: _augmented,
    ast.Constant: _constant,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.Call: _call,
    ast.Attribute: _attribute,
    ast.Name: _named,
    (ast.Tuple, ast.List): _sequence,
    ast.Slice: _slice,
    (ast.If, ast.IfExp, ast.While): _condition,
    (ast.Expr, ast.Assign): _deleted,
    (ast.Break, ast.Continue): _ended,
    ast.comprehension: _comprehension,
}
"""Kinds of node, and what is made of them."""


def _name(function: ast.AST) -> str:
    """The last part of what is called: "mean" of np.mean."""
    return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""


def _said(node: ast.AST) -> str:
    if isinstance(node, ast.Pass):
        return "(deleted)"
    text = ast.unparse(node).strip().split("\n")[0]
    return text if len(text) <= 80 else text[:79] + "…"
