"""What a mutant is, and what a family of mutations gets to look at."""

import ast
import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import TypeAlias

from grader.sandbox.records import dataclass


@dataclass(frozen=True)
class Mutant:
    """A solution with one change that makes it wrong, or may do so.

    Attributes
    ----------
    name : str
        the family and a number, such as `sign-2`.
    family : str
        what kind of change it is.
    line : int
        1-based, of the change in the original.
    before, after : str
        the lines that differ, without their indentation.
    original, source : str
        the whole text before and after.
    reaches : bool
        whether it only shows that a branch is reached: it raises there, and so is never as good as the original.
    """

    name: str
    family: str
    line: int
    before: str
    after: str
    original: str
    source: str
    reaches: bool = False

    @property
    def diff(self) -> str:
        """The change as lines that begin with `-` and `+`, with one line around them."""
        lines = difflib.unified_diff(self.original.splitlines(), self.source.splitlines(), n=1, lineterm="")
        return "\n".join(list(lines)[2:])


@dataclass(frozen=True)
class Shapes:
    """How many dimensions the arrays have that a function takes and returns, as far as it is known.

    Attributes
    ----------
    function : str
        its name.
    answer : int
        dimensions of what it returns; 0 if that is no array, or nobody knows.
    parameters : mapping of str to int
        dimensions of the parameters that are arrays.
    """

    function: str = ""
    answer: int = 0
    parameters: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A node of the original and what stands around it.

    Attributes
    ----------
    node : ast.AST
        it.
    ancestors : tuple of ast.AST
        the nodes around it, the nearest first.
    shapes : Shapes
        of the function that is asked for.
    """

    node: ast.AST
    ancestors: tuple[ast.AST, ...]
    shapes: Shapes

    @property
    def parent(self) -> ast.AST:
        """The node around it."""
        return self.ancestors[0]

    @property
    def function(self) -> ast.FunctionDef | None:
        """The function around it, if there is one."""
        return next((node for node in self.ancestors if isinstance(node, ast.FunctionDef)), None)

    def parameters(self) -> list[str]:
        """Return the parameters of the function around it, in order, but for `self`."""
        function = self.function
        names = [argument.arg for argument in function.args.args] if function else []
        return [name for name in names if name != "self"]


Family: TypeAlias = Callable[[Place], Iterator[ast.AST]]
"""Yields what may stand in the place of a node: fresh nodes, in which nodes of the original may occur."""

Families: TypeAlias = Mapping[str, Family]


def called(node: ast.AST) -> str:
    """Return the last name of what a call calls (`sum` of `np.sum(x)` and of `x.sum()`), or nothing."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def keyword(call: ast.Call, name: str) -> ast.keyword | None:
    """Return an argument of a call that is given by name."""
    return next((item for item in call.keywords if item.arg == name), None)


def recalled(call: ast.Call, name: str) -> ast.Call:
    """Return a call of another function of the same module or object, with the same arguments."""
    if isinstance(call.func, ast.Attribute):
        function: ast.expr = ast.Attribute(call.func.value, name, ast.Load())
    else:
        function = ast.Name(name, ast.Load())
    return ast.Call(function, call.args, call.keywords)


def with_arguments(call: ast.Call, args: list[ast.expr], keywords: list[ast.keyword] | None = None) -> ast.Call:
    """Return a call of the same function with other arguments."""
    return ast.Call(call.func, args, call.keywords if keywords is None else keywords)


def number(value: float) -> ast.expr:
    """Return a number as it is parsed: a negative one is a minus and a number."""
    constant = ast.Constant(abs(value))
    return ast.UnaryOp(ast.USub(), constant) if value < 0 else constant


def value_of(node: ast.AST | None) -> int | float | None:
    """Return the number that is written here, if it is one."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = value_of(operand)
            return None if inner is None else -inner
    return None


def times(factor: float, node: ast.expr) -> ast.expr:
    """Return a multiple of an expression."""
    return ast.BinOp(number(factor), ast.Mult(), node)


def plus(node: ast.expr, step: int) -> ast.expr:
    """Return an integer expression that is larger by `step`, in its simplest form."""
    value = value_of(node)
    if isinstance(value, int):
        return number(value + step)
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=ast.Constant(value=int() as known)):
            total = (known if isinstance(op, ast.Add) else -known) + step
            return left if not total else _shifted(left, total)
    return _shifted(node, step)


def _shifted(node: ast.expr, step: int) -> ast.expr:
    return ast.BinOp(node, ast.Add() if step > 0 else ast.Sub(), ast.Constant(abs(step)))
