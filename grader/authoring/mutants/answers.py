"""Answers and arguments that are whole, but not what is asked for: negated, doubled, without signs."""

import ast
from collections.abc import Iterator
from typing import Final

from grader.authoring.mutants._contract import Families, Place, called, number, times

_SCALARS: Final = ("len", "range", "float", "int", "isinstance", "zip", "enumerate", "print")
_NO_NUMBERS: Final = (ast.Tuple, ast.List, ast.Dict, ast.Constant, ast.Compare, ast.BoolOp, ast.Lambda)


def answer(place: Place) -> Iterator[ast.AST]:
    """Negate, double, halve, shift or square the whole answer, or take its absolute value."""
    value = place.node
    if not isinstance(value, ast.expr) or isinstance(value, _NO_NUMBERS) or not _is_answer(place):
        return
    yield ast.UnaryOp(ast.USub(), value)
    yield times(2, value)
    yield ast.BinOp(value, ast.Div(), ast.Constant(2))
    yield ast.BinOp(value, ast.Add(), ast.Constant(1))
    yield ast.Call(ast.Name("abs", ast.Load()), [value], [])
    yield ast.BinOp(value, ast.Pow(), ast.Constant(2))


def form(place: Place) -> Iterator[ast.AST]:
    """Turn the whole answer round or transpose it, or leave an entry out."""
    inside = place.function is not None and place.function.name == place.shapes.function
    if not inside or not isinstance(place.parent, ast.Return) or not isinstance(place.node, ast.expr):
        return
    if place.shapes.answer:
        for part in (ast.Slice(step=number(-1)), ast.Slice(ast.Constant(1)), ast.Slice(None, number(-1))):
            yield ast.Subscript(place.node, part, ast.Load())
    if place.shapes.answer > 1:
        yield ast.Attribute(place.node, "T", ast.Load())


def argument(place: Place) -> Iterator[ast.AST]:
    """Hand an argument on negated, doubled, shifted, transposed or without its sign."""
    node, call = place.node, place.parent
    if not isinstance(node, ast.Name) or not isinstance(call, ast.Call) or node not in call.args:
        return
    if node.id not in place.parameters() or called(call) in _SCALARS:
        return
    yield ast.UnaryOp(ast.USub(), node)
    yield times(2, node)
    yield ast.BinOp(node, ast.Add(), ast.Constant(1))
    yield ast.Call(ast.Name("abs", ast.Load()), [node], [])
    if place.shapes.parameters.get(node.id, 0) > 1:
        yield ast.Attribute(node, "T", ast.Load())
        yield ast.BinOp(node, ast.MatMult(), node)


def _is_answer(place: Place) -> bool:
    """Return whether an expression is returned, alone or in a tuple."""
    if isinstance(place.parent, ast.Return):
        return True
    return isinstance(place.parent, ast.Tuple) and isinstance(place.ancestors[1], ast.Return)


FAMILIES: Final[Families] = {"answer": answer, "form of the answer": form, "argument": argument}
