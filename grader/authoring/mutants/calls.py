"""Functions that are taken for each other, arguments that are exchanged or forgotten."""

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

_EXTREMA: Final = {
    "max": "min",
    "min": "max",
    "amax": "amin",
    "amin": "amax",
    "maximum": "minimum",
    "minimum": "maximum",
    "argmax": "argmin",
    "argmin": "argmax",
    "fmax": "fmin",
    "fmin": "fmax",
    "nanmax": "nanmin",
    "nanmin": "nanmax",
    "ceil": "floor",
    "floor": "ceil",
}
_LOGARITHMS: Final = {
    "log": ("log2", "log10"),
    "log2": ("log",),
    "log10": ("log",),
    "log1p": ("log",),
    "exp": ("exp2",),
}
_AVERAGES: Final = {
    "mean": ("sum", "median"),
    "sum": ("mean", "max"),
    "median": ("mean",),
    "prod": ("sum",),
    "cumsum": ("cumprod",),
    "average": ("sum",),
}
_FUNCTIONS: Final = {
    "sin": "cos",
    "cos": "sin",
    "sinh": "cosh",
    "cosh": "sinh",
    "tan": "tanh",
    "tanh": "tan",
    "arctan": "tanh",
    "std": "var",
    "var": "std",
    "ppf": "cdf",
    "cdf": "pdf",
    "sf": "cdf",
    "isf": "ppf",
    "pdf": "cdf",
    "inv": "pinv",
    "hypot": "add",
}
_MATH_ONLY: Final = frozenset(["var", "std", "median", "cumprod"])
_WITH_DDOF: Final = ("std", "var", "cov")
_COMMUTE: Final = frozenset(
    [
        "maximum",
        "minimum",
        "hypot",
        "add",
        "multiply",
        "allclose",
        "isclose",
        "max",
        "min",
        "inner",
        "zip",
        "print",
        "append",
    ]
)
_ORDERED: Final = (ast.Sub, ast.Div, ast.Pow, ast.MatMult, ast.FloorDiv, ast.Mod)
_OWN_FAMILY: Final = ("axis", "ddof", "dtype", "keepdims")


def extremum(place: Place) -> Iterator[ast.AST]:
    """Take the smallest for the largest, and the other way to round."""
    if isinstance(place.node, ast.Call) and called(place.node) in _EXTREMA:
        yield recalled(place.node, _EXTREMA[called(place.node)])


def log_base(place: Place) -> Iterator[ast.AST]:
    """Take a logarithm or an exponential function with another base, or without its one."""
    if isinstance(place.node, ast.Call):
        for other in _LOGARITHMS.get(called(place.node), ()):
            yield recalled(place.node, other)


def mean_for_sum(place: Place) -> Iterator[ast.AST]:
    """Take a mean for a sum, a sum for a mean, a median for either."""
    if isinstance(place.node, ast.Call) and isinstance(place.node.func, ast.Attribute):
        is_method = not _is_module(place.node.func.value)
        for other in _AVERAGES.get(called(place.node), ()):
            if not (is_method and other == "median"):
                yield recalled(place.node, other)


def function(place: Place) -> Iterator[ast.AST]:
    """Take a function for its neighbour."""
    node = place.node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) in _FUNCTIONS:
        yield recalled(node, _FUNCTIONS[called(node)])


def ddof(place: Place) -> Iterator[ast.AST]:
    """Divide by n for n - 1, and the other way round."""
    node = place.node
    if not isinstance(node, ast.Call) or called(node) not in _WITH_DDOF:
        return
    given = keyword(node, "ddof")
    rest = [item for item in node.keywords if item is not given]
    if given is not None:
        yield with_arguments(node, node.args, rest)
        yield with_arguments(node, node.args, [*rest, ast.keyword("ddof", number(0 if value_of(given.value) else 1))])
    else:
        yield with_arguments(node, node.args, [*rest, ast.keyword("ddof", number(int(called(node) != "cov")))])


def swapped(place: Place) -> Iterator[ast.AST]:
    """Give two arguments or two operands in the wrong order."""
    match place.node:
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _ORDERED):
            yield ast.BinOp(right, op, left)
        case ast.Call(args=[first, second, *rest]) as call if called(call) not in _COMMUTE:
            if not any(isinstance(argument, ast.Starred | ast.Lambda) for argument in call.args):
                yield with_arguments(call, [second, first, *rest])
        case ast.Tuple(elts=[first, second, *rest]) if isinstance(place.parent, ast.Return):
            yield ast.Tuple([second, first, *rest], ast.Load())


def wrong_argument(place: Place) -> Iterator[ast.AST]:
    """Take another parameter of the function than the one that is meant."""
    names = place.parameters()
    node = place.node
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or node.id not in names or len(names) < 2:
        return
    if isinstance(place.parent, ast.Call) and place.parent.func is node:
        return
    yield ast.Name(names[(names.index(node.id) + 1) % len(names)], ast.Load())


def forgotten(place: Place) -> Iterator[ast.AST]:
    """Leave an argument to its default, or a truth value to its opposite."""
    if isinstance(place.node, ast.Call):
        for item in place.node.keywords:
            if item.arg is not None and item.arg not in _OWN_FAMILY:
                rest = [other for other in place.node.keywords if other is not item]
                yield with_arguments(place.node, place.node.args, rest)
            if (
                isinstance(item.value, ast.Constant)
                and isinstance(item.value.value, bool)
                and item.arg not in _OWN_FAMILY
            ):
                turned = ast.keyword(item.arg, ast.Constant(not item.value.value))
                rest = [turned if other is item else other for other in place.node.keywords]
                yield with_arguments(place.node, place.node.args, rest)


def _is_module(node: ast.expr) -> bool:
    """Return whether something is a module by the looks of it: a short name such as `np`, or a dotted path."""
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "sp", "scipy", "math", "stats", "statistics")


FAMILIES: Final[Families] = {
    "extremum": extremum,
    "log base": log_base,
    "mean for sum": mean_for_sum,
    "function": function,
    "ddof": ddof,
    "swapped arguments": swapped,
    "wrong argument": wrong_argument,
    "forgotten argument": forgotten,
}
