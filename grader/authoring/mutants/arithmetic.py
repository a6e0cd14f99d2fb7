"""Signs, terms, factors, powers and constants."""

import ast
from collections.abc import Iterator
from typing import Final

from grader.authoring.mutants._contract import Families, Place, called, number, plus, times, value_of

_FUNCTIONS_OF_SIZE: Final = ("abs", "absolute", "fabs")
_ROOTS_AND_SQUARES: Final = ("sqrt", "square")


def sign(place: Place) -> Iterator[ast.AST]:
    """Take plus for minus, and lose a minus."""
    match place.node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield ast.BinOp(left, ast.Sub(), right)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            yield ast.BinOp(left, ast.Add(), right)
        case ast.UnaryOp(op=ast.USub(), operand=operand) if value_of(operand) is None:
            yield operand
        case ast.AugAssign(target=target, op=ast.Add(), value=value):
            yield ast.AugAssign(target, ast.Sub(), value)
        case ast.AugAssign(target=target, op=ast.Sub(), value=value):
            yield ast.AugAssign(target, ast.Add(), value)


def term(place: Place) -> Iterator[ast.AST]:
    """Drop a term of a sum."""
    match place.node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield left
            yield right
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            yield left
            yield ast.UnaryOp(ast.USub(), right) if value_of(right) is None else number(-(value_of(right) or 0))


def factor(place: Place) -> Iterator[ast.AST]:
    """Leave a factor out, take it twice, multiply where it divides."""
    match place.node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            yield left
            yield right
            yield ast.BinOp(place.node, ast.Mult(), right)
            yield ast.BinOp(left, ast.Div(), right)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            yield left
            yield ast.BinOp(left, ast.Mult(), right)
            yield ast.BinOp(place.node, ast.Div(), right)
        case ast.AugAssign(target=target, op=ast.Mult(), value=value):
            yield ast.AugAssign(target, ast.Div(), value)
        case ast.AugAssign(target=target, op=ast.Div(), value=value):
            yield ast.AugAssign(target, ast.Mult(), value)


def power(place: Place) -> Iterator[ast.AST]:
    """Leave out a power, a root or a square, or take a power that is one too high."""
    match place.node:
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            yield left
            if isinstance(value_of(right), int):
                yield ast.BinOp(left, ast.Pow(), plus(right, 1))
        case ast.Call(args=[argument]) if called(place.node) in _ROOTS_AND_SQUARES:
            yield argument


def size(place: Place) -> Iterator[ast.AST]:
    """Leave out an absolute value."""
    match place.node:
        case ast.Call(args=[argument]) if called(place.node) in _FUNCTIONS_OF_SIZE:
            yield argument


def constant(place: Place) -> Iterator[ast.AST]:
    """Take another constant: doubled or halved, or one more or less for a whole number."""
    value = value_of(place.node)
    if not isinstance(place.parent, ast.BinOp | ast.AugAssign | ast.Assign | ast.Return | ast.Compare | ast.Tuple):
        return
    if isinstance(place.parent, ast.BinOp) and isinstance(place.parent.op, ast.Pow):
        return
    if isinstance(place.node, ast.Attribute) and place.node.attr in ("pi", "e"):
        yield times(2, place.node)
    elif isinstance(value, int):
        yield number(value + 1)
        yield number(value - 1)
    elif isinstance(value, float):
        yield number(2 * value if value else 1.0)
        yield number(value / 2)


FAMILIES: Final[Families] = {
    "sign": sign,
    "term": term,
    "factor": factor,
    "power": power,
    "absolute value": size,
    "constant": constant,
}
