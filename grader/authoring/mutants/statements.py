"""Work done in place, steps that are left out, numbers of the wrong type."""

import ast
from collections.abc import Iterator
from typing import Final

from grader.authoring.mutants._contract import Families, Place, called, keyword, recalled, with_arguments

_MAKERS: Final = (
    "zeros",
    "ones",
    "empty",
    "full",
    "array",
    "asarray",
    "zeros_like",
    "ones_like",
    "empty_like",
    "full_like",
)
_INT: Final = ast.Name("int", ast.Load())


def in_place(place: Place) -> Iterator[ast.AST]:
    """Work on an argument itself in place of a copy."""
    match place.node:
        case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
            yield inner
        case ast.Call(args=[argument, *_]) as call if called(call) == "array" and not isinstance(argument, ast.List):
            yield recalled(call, "asarray")
        case ast.Call(args=[argument]) as call if called(call) == "copy":
            yield argument
        case ast.Assign(
            targets=[ast.Name(id=name) as target], value=ast.BinOp(left=ast.Name(id=first), op=op, right=right)
        ):
            if name == first and name in place.parameters():
                yield ast.AugAssign(target, op, right)


def dtype(place: Place) -> Iterator[ast.AST]:
    """Make integers where floats are needed, or whatever type the input has."""
    node = place.node
    if not isinstance(node, ast.Call):
        return
    given = keyword(node, "dtype")
    rest = [item for item in node.keywords if item is not given]
    if given is not None:
        yield with_arguments(node, node.args, rest)
        yield with_arguments(node, node.args, [*rest, ast.keyword("dtype", _INT)])
    elif called(node) in _MAKERS:
        yield with_arguments(node, node.args, [*rest, ast.keyword("dtype", _INT)])
    elif called(node) == "astype" and isinstance(node.func, ast.Attribute):
        yield node.func.value
    elif isinstance(node.func, ast.Name) and node.func.id == "float":
        yield ast.Call(_INT, node.args, [])


def left_out(place: Place) -> Iterator[ast.AST]:
    """Leave out a step."""
    match place.node:
        case ast.AugAssign() | ast.Expr(value=ast.Call()) | ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield ast.Pass()
        case ast.Assign(targets=[target]) if _is_known(place, target):
            yield ast.Pass()


def overwritten(place: Place) -> Iterator[ast.AST]:
    """Keep only the last part of a sum or a product."""
    match place.node:
        case ast.AugAssign(target=target, op=ast.Add() | ast.Mult(), value=value):
            yield ast.Assign([target], value)


def _is_known(place: Place, target: ast.expr) -> bool:
    """Return whether the name that is assigned has a value already, as a parameter or by an earlier line."""
    names = {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
    known = set(place.parameters())
    for node in ast.walk(place.function) if place.function else ():
        if isinstance(node, ast.Assign | ast.For) and node.lineno < target.lineno:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            known |= {inner.id for outer in targets for inner in ast.walk(outer) if isinstance(inner, ast.Name)}
    return names <= known


FAMILIES: Final[Families] = {
    "in place": in_place,
    "dtype": dtype,
    "step left out": left_out,
    "overwritten": overwritten,
}
