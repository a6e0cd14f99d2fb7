"""Formulas that call the student's function: taken apart into calls, and into relations between their values.

Only texts that the expression language has read already are taken apart, and every part is read by it again.
"""

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from grader.errors import JudgeError
from grader.sandbox.expressions import CONSTANTS, FUNCTIONS, Expression, parse
from grader.sandbox.records import dataclass
from grader.sandbox.syntax import parse_expression

ANSWER: Final = "answer"
"""What formulas call the function's value on the case's own inputs."""
_OPERATORS: Final[dict[type[ast.cmpop], str]] = {ast.Eq: "==", ast.LtE: "<=", ast.GtE: ">=", ast.Lt: "<", ast.Gt: ">"}


@dataclass(frozen=True)
class Asked:
    """A call of the student's function.

    Attributes
    ----------
    name : str
        what stands for its value in the parts of the formulas.
    text : str
        the call as it was written; `answer` for the one with the case's own inputs.
    arguments : tuple of str
        expressions, in which names stand for the values of other calls.
    level : int
        1 if it depends on no other call, otherwise one more than the calls it depends on.
    """

    name: str
    text: str
    arguments: tuple[str, ...]
    level: int


@dataclass(frozen=True)
class Side:
    """One side of a relation, as it was written and with names in place of the calls."""

    text: str
    formula: Expression

    @property
    def is_constant(self) -> bool:
        """Whether it is the same in every case."""
        return not self.formula.mentions.difference(CONSTANTS, FUNCTIONS)


@dataclass(frozen=True)
class Clause:
    """A relation, which may be chained (`a <= b <= c`); without operators, one side that should be true."""

    text: str
    sides: tuple[Side, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What to ask of a function, level by level, and what should then hold; and all names in it, as written."""

    calls: tuple[Asked, ...]
    clauses: tuple[Clause, ...]
    mentions: frozenset[str]

    @property
    def depth(self) -> int:
        """How many rounds of calls it takes."""
        return max((call.level for call in self.calls), default=0)

    def worded(self, message: str) -> str:
        """Return a message about a part of a formula with the calls as they were written."""
        for call in sorted(self.calls, key=lambda call: -len(call.name)):
            message = message.replace(call.name, call.text)
        return message


@lru_cache(maxsize=64)
def plan(texts: tuple[str, ...], function: str) -> Plan:
    """Return the plan for formulas that should hold, in which `function` is the name of the student's.

    Raises
    ------
    JudgeError
        if the student's function is called with arguments by name.
    """
    trees = [_tree(text) for text in texts]
    taken = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}
    reader = _Reader(function, taken)
    clauses = [reader.clause(part) for tree in trees for part in _conjuncts(tree)]
    # The answer itself comes first, where whoever shows the answers of a case looks for it.
    calls = tuple(sorted(reader.calls.values(), key=lambda call: (call.level, call.name != ANSWER)))
    return Plan(calls, tuple(clauses), frozenset(taken))


class _Reader(ast.NodeTransformer):
    """Puts names in place of calls, and collects the calls."""

    def __init__(self, function: str, taken: set[str]) -> None:
        self.calls: dict[str, Asked] = {}
        self._function = function
        self._prefix = "value"
        while any(name.startswith(self._prefix) for name in taken):
            self._prefix += "x"

    def clause(self, node: ast.expr) -> Clause:
        text = ast.unparse(node)
        operators = [_OPERATORS.get(type(item)) for item in node.ops] if isinstance(node, ast.Compare) else [None]
        if not isinstance(node, ast.Compare) or None in operators:
            return Clause(text, (self._side(node),), ())
        sides = tuple(map(self._side, [node.left, *node.comparators]))
        return Clause(text, sides, tuple(filter(None, operators)))

    def _side(self, node: ast.expr) -> Side:
        return Side(ast.unparse(node), parse(self._named(node)))

    def _named(self, node: ast.expr) -> str:
        return ast.unparse(self.visit(_tree(ast.unparse(node))))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if not (isinstance(node.func, ast.Name) and node.func.id == self._function):
            # The name of a function is no value, even if it is `answer`.
            node.args = [self.visit(item) for item in node.args]
            for keyword in node.keywords:
                keyword.value = self.visit(keyword.value)
            return node
        text = ast.unparse(node)
        if node.keywords:
            raise JudgeError(f"{text}: the arguments are given in their order, without names")
        arguments = tuple(self._named(item) for item in node.args)
        if text not in self.calls:
            inside = set().union(*(parse(argument).mentions for argument in arguments))
            level = 1 + max((call.level for call in self.calls.values() if call.name in inside), default=0)
            self.calls[text] = Asked(f"{self._prefix}{len(self.calls)}", text, arguments, level)
        return ast.Name(self.calls[text].name, ast.Load())

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id == ANSWER:
            self.calls.setdefault(ANSWER, Asked(ANSWER, ANSWER, (), 1))
        return node


def _tree(text: str) -> ast.expr:
    return parse_expression(text.strip()).body


def _conjuncts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of `a and b and c`, or the whole."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for part in node.values:
            yield from _conjuncts(part)
    else:
        yield node


def outside_calls(text: str) -> Iterator[ast.Call]:
    """Yield the calls of functions that are not the language's own: the student's, or inputs."""
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in FUNCTIONS:
            yield node


def nesting(text: str) -> int:
    """Return how deep such calls are nested, where `answer` counts as one."""
    return _nesting(_tree(text))


def _nesting(node: ast.AST) -> int:
    inside = max(map(_nesting, ast.iter_child_nodes(node)), default=0)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        inside = max(map(_nesting, [*node.args, *node.keywords]), default=0)
        return inside + (node.func.id not in FUNCTIONS)
    return max(inside, 1) if isinstance(node, ast.Name) and node.id == ANSWER else inside
