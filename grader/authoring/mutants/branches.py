"""Comparisons, conditions and edge cases."""

import ast
from collections.abc import Iterator
from typing import Final

from grader.authoring.mutants._contract import Families, Place, called, with_arguments

_STRICTNESS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_DIRECTION: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


def strictness(place: Place) -> Iterator[ast.AST]:
    """Take strict for not strict."""
    yield from _compared(place, _STRICTNESS)


def direction(place: Place) -> Iterator[ast.AST]:
    """Turn a comparison round."""
    yield from _compared(place, _DIRECTION)


def _compared(place: Place, others: dict[type[ast.cmpop], type[ast.cmpop]]) -> Iterator[ast.AST]:
    node = place.node
    if isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            if type(op) in others:
                yield ast.Compare(node.left, [*node.ops[:i], others[type(op)](), *node.ops[i + 1 :]], node.comparators)


def edge_case(place: Place) -> Iterator[ast.AST]:
    """Forget a case, or take it for every case; leave out a part of a condition."""
    match place.node:
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
            for value in values:
                rest = [other for other in values if other is not value]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.expr() as test if isinstance(place.parent, ast.If) and place.parent.test is test:
            yield ast.Constant(value=False)
            yield ast.Constant(value=True)
    if isinstance(place.node, ast.BoolOp | ast.UnaryOp) and isinstance(place.parent, ast.If):
        yield ast.Constant(value=False)


def guard(place: Place) -> Iterator[ast.AST]:
    """Take a value as it comes, without its bound or its replacement; leave out a filter."""
    match place.node:
        case ast.Call(args=[condition, one, other]) as call if called(call) == "where":
            yield one
            yield other
            yield with_arguments(call, [condition, other, one])
        case ast.Call(args=[value, *_]) as call if called(call) in ("clip", "nan_to_num"):
            yield value
        case ast.Call(args=[one, other]) as call if called(call) in ("maximum", "minimum", "max", "min"):
            yield one
            yield other
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() as loop:
            for place_of, part in enumerate(loop.generators):
                if part.ifs:
                    free = ast.comprehension(part.target, part.iter, part.ifs[1:], part.is_async)
                    generators = [*loop.generators[:place_of], free, *loop.generators[place_of + 1 :]]
                    yield type(loop)(loop.elt, generators)


def loop_exit(place: Place) -> Iterator[ast.AST]:
    """Stay in a loop that should be left, or in a round that should be skipped."""
    if isinstance(place.node, ast.Break | ast.Continue):
        yield ast.Pass()


def reached(place: Place) -> Iterator[ast.AST]:
    """Raise where a branch begins: it must matter whether the branch is ever taken."""
    node, parent = place.node, place.parent
    stop = ast.Raise(ast.Call(ast.Name("AssertionError", ast.Load()), [], []), None)
    if isinstance(parent, ast.If | ast.For | ast.While) and isinstance(node, ast.stmt):
        firsts = [block[0] for block in (parent.body, parent.orelse) if block]
        elif_ = isinstance(parent, ast.If) and isinstance(node, ast.If) and parent.orelse == [node]
        if any(node is first for first in firsts) and not elif_:
            yield stop


FAMILIES: Final[Families] = {
    "strictness": strictness,
    "direction": direction,
    "edge case": edge_case,
    "guard": guard,
    "loop exit": loop_exit,
}
