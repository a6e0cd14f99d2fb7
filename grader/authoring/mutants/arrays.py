"""Transposes, axes, shapes and orders."""

import ast
from collections.abc import Iterator
from typing import Final

from grader.authoring.mutants._contract import (
    Families,
    Place,
    called,
    keyword,
    number,
    recalled,
    value_of,
    with_arguments,
)

_REDUCTIONS: Final = frozenset(
    [
        "sum",
        "mean",
        "prod",
        "max",
        "min",
        "std",
        "var",
        "median",
        "argmax",
        "argmin",
        "cumsum",
        "cumprod",
        "any",
        "all",
        "diff",
        "sort",
        "argsort",
        "norm",
        "average",
    ]
)
_WITHOUT_AXIS: Final = frozenset(["sort", "argsort", "diff"])
_SIDES: Final = {
    "triu": "tril",
    "tril": "triu",
    "inner": "outer",
    "outer": "inner",
    "hstack": "vstack",
    "vstack": "hstack",
}
_UNORDERED: Final = {"eigvalsh": "eigvals", "eigh": "eig"}


def transpose(place: Place) -> Iterator[ast.AST]:
    """Leave out a transpose, or add one in a matrix product."""
    match place.node:
        case ast.Attribute(value=inner, attr="T" | "mT"):
            yield inner
        case ast.Call(args=[argument]) if called(place.node) == "transpose":
            yield argument
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            for one, other, first in ((left, right, True), (right, left, False)):
                if not isinstance(one, ast.Attribute | ast.BinOp | ast.Call):
                    turned = ast.Attribute(one, "T", ast.Load())
                    yield ast.BinOp(turned, ast.MatMult(), other) if first else ast.BinOp(other, ast.MatMult(), turned)


def axis(place: Place) -> Iterator[ast.AST]:
    """Take another axis, or all of them at once."""
    node = place.node
    if not isinstance(node, ast.Call) or called(node) not in _REDUCTIONS:
        return
    given = keyword(node, "axis")
    rest = [item for item in node.keywords if item is not given]
    if given is not None:
        if called(node) not in _WITHOUT_AXIS:
            yield with_arguments(node, node.args, rest)
        known = value_of(given.value)
        other = {0: 1, 1: 0, -1: 0}.get(int(known), 0) if known is not None else 0
        yield with_arguments(node, node.args, [*rest, ast.keyword("axis", number(other))])
    elif called(node) in _WITHOUT_AXIS and node.args:
        yield with_arguments(node, node.args, [*rest, ast.keyword("axis", number(0))])


def keepdims(place: Place) -> Iterator[ast.AST]:
    """Keep a dimension or lose it, so that shapes no longer meet as they should."""
    node = place.node
    if not isinstance(node, ast.Call) or called(node) not in _REDUCTIONS:
        return
    given = keyword(node, "keepdims")
    rest = [item for item in node.keywords if item is not given]
    if given is not None:
        yield with_arguments(node, node.args, rest)
    elif keyword(node, "axis") is not None and called(node) not in _WITHOUT_AXIS:
        yield with_arguments(node, node.args, [*rest, ast.keyword("keepdims", ast.Constant(value=True))])


def order(place: Place) -> Iterator[ast.AST]:
    """Leave entries in another order, or in none."""
    match place.node:
        case ast.Call(args=[argument, *_]) if called(place.node) in ("sort", "sorted"):
            yield argument
            yield _reversed(place.node)
        case ast.Call() as call if called(call) == "argsort":
            yield _reversed(call)
        case ast.Call() as call if called(call) in _UNORDERED:
            yield recalled(call, _UNORDERED[called(call)])


def side(place: Place) -> Iterator[ast.AST]:
    """Take the other triangle, product or direction of stacking."""
    if isinstance(place.node, ast.Call) and called(place.node) in _SIDES:
        yield recalled(place.node, _SIDES[called(place.node)])


def part(place: Place) -> Iterator[ast.AST]:
    """Leave out a real or imaginary part, or take the other one."""
    match place.node:
        case ast.Attribute(value=inner, attr="real" | "imag" as name):
            yield inner
            yield ast.Attribute(inner, "imag" if name == "real" else "real", ast.Load())
        case ast.Call(args=[argument]) if called(place.node) in ("conj", "conjugate"):
            yield argument


def _reversed(node: ast.expr) -> ast.expr:
    return ast.Subscript(node, ast.Slice(step=number(-1)), ast.Load())


FAMILIES: Final[Families] = {
    "transpose": transpose,
    "axis": axis,
    "kept dimension": keepdims,
    "order": order,
    "side": side,
    "complex part": part,
}
