"""Functions whose calls the grader answers itself: evaluated so that no argument can make one evaluation long or large.

A formula is an author's, and harmless; its arguments are a student's, in the grader, where no deadline ends an
evaluation. So every operation whose value could have more entries than its operands, or take more than one step for
each of them, is estimated before it is done.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

from grader.sandbox import expressions
from grader.sandbox.values import FunctionText, realise

ENTRIES_CAP: Final = 2**20
"""Most entries of an argument and of every value on the way, those counted that an empty dimension hides."""
STEPS_CAP: Final = 2**26
"""Most multiplications of one operation."""

_INTEGER_BITS: Final = 2**16
_DIFFERENCES_CAP: Final = 32
_DECOMPOSITION: Final = 16
"""Steps of a decomposition, such as the singular values, for each step of a product of matrices."""
_OPERATORS: Final[Mapping[str, Callable[[Any, Any], object]]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Pow": operator.pow,
    "MatMult": operator.matmul,
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
}


def bounded(function: FunctionText) -> Callable[..., object]:
    """Return a function that refuses with a `ValueError` what would become too large or take too long."""
    constants = {
        name: bounded(value) if isinstance(value, FunctionText) else realise(value)
        for name, value in function.constants.items()
    }
    return expressions.function(function.parameters, function.text, {**_table(), **constants}, _changed)


def require_few(*entries: int) -> None:
    """Refuse a value of too many entries.

    Raises
    ------
    ValueError
        if one of the numbers is above the cap.
    """
    if max(entries) > ENTRIES_CAP:
        raise ValueError(f"an array of more than {ENTRIES_CAP} entries is too large for this function")


def numbers(value: Any) -> int:
    """Return how many real numbers an argument has room for, a complex one being two."""
    return extent(value) * (1 + np.iscomplexobj(value))


def extent(value: Any) -> int:
    """Return the number of entries, with empty dimensions counted as one: a sum over these has an entry for the others."""
    return math.prod(size or 1 for size in np.shape(value))


class _Change(ast.NodeTransformer):
    """Puts calls of the functions below in the place of operators and of indices that are computed."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        return _call(type(node.op).__name__, node.left, node.right)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        sides = [node.left, *node.comparators]
        pairs = zip(node.ops, sides[:-1], sides[1:], strict=True)
        calls = [_call(type(sign).__name__, one, other) for sign, one, other in pairs]
        return calls[0] if len(calls) == 1 else ast.BoolOp(ast.And(), calls)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        fixed = not any(isinstance(inner, ast.Name) for inner in ast.walk(node.slice))
        return node if fixed else _call("item", node.value, _index(node.slice))


def _changed(tree: ast.expr) -> ast.expr:
    changed: ast.expr = _Change().visit(tree)
    return changed


def _call(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(f"_{name}", ast.Load()), [*arguments], [])  # no name of the language starts like this


def _index(node: ast.expr) -> ast.expr:
    """Return an index as it is written outside brackets."""
    match node:
        case ast.Slice():
            return _call("slice", *(part or ast.Constant(None) for part in (node.lower, node.upper, node.step)))
        case ast.Tuple():
            return ast.Tuple([_index(item) for item in node.elts], ast.Load())
        case _:
            return node


@lru_cache(maxsize=1)
def _table() -> Mapping[str, object]:
    """Return what the words of the language and the names of `_Change` stand for."""
    functions = {name: _checked(name, expressions.function((), name, {})()) for name in expressions.FUNCTIONS}
    operations = {f"_{name}": _operation(name, done) for name, done in _OPERATORS.items()}
    return functions | operations | {"_item": _item, "_slice": slice}


def _operation(name: str, operate: Callable[[Any, Any], object]) -> Callable[[object, object], object]:
    def done(x: Any, y: Any) -> object:
        if isinstance(x, np.ndarray) or isinstance(y, np.ndarray):
            (_require_product if name == "MatMult" else _require_broadcast)(x, y)
        elif isinstance(x, int) and isinstance(y, int) and name == "Pow" and x.bit_length() * y > _INTEGER_BITS:
            return operate(float(x), y)
        elif name == "Mult":
            _require_repetition(x, y)
        return operate(x, y)

    return done


def _checked(name: str, function: Any) -> Callable[..., object]:
    require = _REQUIREMENTS.get(name)

    def done(*arguments: Any, **options: Any) -> object:
        if require is not None:
            require(*arguments)
        elif name in expressions.ENTRIES:
            require_few(expressions.ENTRIES[name](*arguments, **options))
        value = function(*arguments, **options)
        require_few(extent(value))
        return value

    return done


def _item(value: Any, index: Any) -> object:
    """Return entries of an array, where an index that is an array may name each of them many times."""
    parts = index if isinstance(index, tuple) else (index,)
    arrays = [array for array in map(np.asarray, parts) if array.dtype.kind in "iu" and array.ndim]
    if arrays and isinstance(value, np.ndarray) and value.ndim:
        named = math.prod(np.broadcast_shapes(*(array.shape for array in arrays)))
        require_few(named * extent(value) // max(1, min(value.shape)))
    return value[index]


def _require_repetition(x: Any, y: Any) -> None:
    for items, times in ((x, y), (y, x)):
        if isinstance(items, list | tuple) and isinstance(times, int):
            require_few(extent(items) * times)


def _require_broadcast(*values: Any) -> None:
    shapes = [np.shape(value) for value in values]
    if any(shape not in ((), shapes[0]) for shape in shapes):
        require_few(math.prod(size or 1 for size in np.broadcast_shapes(*shapes)))


def _require_product(x: Any, y: Any) -> None:
    common = max(1, np.shape(x)[-1] if np.ndim(x) else 1)
    entries = -(-extent(x) // common) * -(-extent(y) // common)
    require_few(entries)
    _require_steps(entries * common)


def _require_pairs(x: Any, y: Any) -> None:
    require_few(extent(x) * extent(y))


def _require_parts(parts: Any, *_: Any) -> None:
    if isinstance(parts, list | tuple):
        require_few(sum(map(extent, parts)))


def _require_differences(_: Any, times: int = 1, *__: Any) -> None:
    if times > _DIFFERENCES_CAP:
        raise ValueError(f"more than {_DIFFERENCES_CAP} differences in a row are too many")


def _require_decomposition(matrix: Any, *_: Any) -> None:
    _require_steps(_DECOMPOSITION * extent(matrix) * min(np.shape(matrix)[-2:], default=1))


def _require_solution(matrix: Any, right: Any) -> None:
    _require_decomposition(matrix)
    _require_steps(extent(matrix) * extent(right))


def _require_norm(x: Any, *order: Any) -> None:
    if order and np.ndim(x) > 1:
        _require_decomposition(x)


def _require_steps(steps: int) -> None:
    if steps > STEPS_CAP:
        raise ValueError("arrays of these shapes take this function too long")


_REQUIREMENTS: Final[Mapping[str, Callable[..., None]]] = {
    **dict.fromkeys(("logaddexp", "hypot", "minimum", "maximum", "clip", "where"), _require_broadcast),
    **dict.fromkeys(("isclose", "allclose", "cross"), _require_broadcast),
    **dict.fromkeys(("det", "inv", "eigvalsh", "rank", "singular_values"), _require_decomposition),
    **dict.fromkeys(("outer", "kron"), _require_pairs),
    **dict.fromkeys(("concatenate", "stack"), _require_parts),
    "dot": _require_product,
    "diff": _require_differences,
    "norm": _require_norm,
    "solve": _require_solution,
}
