"""Ranges, slices, indices and counts that are off by one."""

import ast
from collections.abc import Iterator
from typing import Final

from grader.authoring.mutants._contract import Families, Place, called, plus, value_of, with_arguments

_COUNTED: Final = {"linspace": 2, "arange": 0, "full": 0, "zeros": 0, "ones": 0, "geomspace": 2, "eye": 0}
"""Functions with a number of points or entries, and the place of that argument."""


def off_by_one(place: Place) -> Iterator[ast.AST]:
    """Forget the one in a count or a divisor, or put it where it does not belong."""
    match place.node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=ast.Constant(value=1)):
            yield left
        case ast.BinOp(op=ast.Div(), left=left, right=ast.Call() as count) if called(count) == "len":
            yield ast.BinOp(left, ast.Div(), plus(count, -1))
        case ast.Call(args=args) as call if called(call) in _COUNTED and len(args) > _COUNTED[called(call)]:
            where = _COUNTED[called(call)]
            if not isinstance(args[where], ast.Tuple | ast.Attribute):
                for step in (1, -1):
                    yield with_arguments(call, [*args[:where], plus(args[where], step), *args[where + 1 :]])


def bound(place: Place) -> Iterator[ast.AST]:
    """Begin or end a loop or a slice one too early or too late."""
    match place.node:
        case ast.Call(args=[stop]) as call if called(call) == "range":
            yield with_arguments(call, [ast.Constant(1), stop])
            yield with_arguments(call, [plus(stop, -1)])
            yield with_arguments(call, [plus(stop, 1)])
        case ast.Call(args=[start, stop, *rest]) as call if called(call) == "range":
            for step in (1, -1):
                yield with_arguments(call, [plus(start, step), stop, *rest])
                yield with_arguments(call, [start, plus(stop, step), *rest])
        case ast.Slice(lower=lower, upper=upper, step=step) if step is None:
            if lower is not None:
                yield ast.Slice(plus(lower, 1), upper)
                yield ast.Slice(_at_least_zero(lower), upper)
            if upper is not None:
                yield ast.Slice(lower, plus(upper, -1))
                yield ast.Slice(lower, None if value_of(upper) == -1 else plus(upper, 1))


def index(place: Place) -> Iterator[ast.AST]:
    """Take a neighbour in place of an entry."""
    inside = isinstance(place.parent, ast.Subscript) and place.parent.slice is place.node
    if isinstance(place.parent, ast.Tuple) and len(place.ancestors) > 1:
        around = place.ancestors[1]
        inside = isinstance(around, ast.Subscript) and around.slice is place.parent
    if not inside or not isinstance(place.node, ast.expr):
        return
    value = value_of(place.node)
    if isinstance(value, int):
        yield plus(place.node, -1 if value < 0 else 1)
        yield plus(place.node, 1 if value < -1 else -1)
    elif isinstance(place.node, ast.BinOp):
        yield plus(place.node, 1)
        yield plus(place.node, -1)


def _at_least_zero(lower: ast.expr) -> ast.expr | None:
    """Return the bound before, or none where that would count from the end."""
    value = value_of(lower)
    return plus(lower, -1) if value is None or value > 1 or value < 0 else None


FAMILIES: Final[Families] = {"off by one": off_by_one, "bound": bound, "index": index}
