"""The small expression language: sizes, tolerances, distribution functions, and the functions handed to answers.

A text is parsed, every node is compared with a list of what is allowed, and only then compiled. There are no
attributes, no strings, no names with underscores, and no functions but those of `FUNCTIONS`.
"""

import ast
import math
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from types import CodeType
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from grader.sandbox.records import dataclass
from grader.sandbox.syntax import parse_expression

_PLAIN: Final = """
abs sqrt square exp expm1 log log1p log2 log10 logaddexp hypot sin cos tan sinh cosh tanh arcsin arccos arctan
floor ceil round sign clip minimum maximum min max argmin argmax sum prod mean median std var cumsum cumprod diff
sort argsort flip roll where all any isfinite isnan isclose allclose real imag conj
dot outer cross kron trace transpose diag tril triu eye zeros ones arange linspace size reshape concatenate stack
""".split()  # noqa: SIM905 - as a list it would fill a page

FUNCTIONS: Final[Mapping[str, str]] = {
    **{name: name for name in _PLAIN},
    **{name: f"linalg.{name}" for name in ("norm", "det", "inv", "solve", "eigvalsh")},
    "rank": "linalg.matrix_rank",
    "singular_values": "linalg.svdvals",
    "len": "",
}
"""Name in the language -> name inside NumPy (empty: Python's own)."""

CONSTANTS: Final[Mapping[str, float]] = {"pi": np.pi, "e": np.e, "inf": np.inf}

ENTRIES_CAP: Final = 2**23
"""Most entries of an array that a function of the language makes of less: a formula may be evaluated where nothing else
limits its memory."""

_KEYWORDS: Final = frozenset({"axis", "ddof"})
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*\Z")
_ALLOWED: Final = (
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Subscript,
    ast.Slice,
    ast.Tuple,
    ast.List,
    ast.Load,
    ast.keyword,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
)
_REFUSED_OPERATORS: Final = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift, ast.Invert)
_REFUSED_COMPARISONS: Final = (ast.Is, ast.IsNot, ast.In, ast.NotIn)


class ExpressionError(ValueError):
    """A text outside the language, or one that cannot be evaluated.

    Attributes
    ----------
    column : int
        0-based position in the text.
    """

    def __init__(self, message: str, column: int = 0) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True)
class Expression:
    """A parsed text.

    Attributes
    ----------
    text : str
        as it was written.
    names : frozenset of str
        the names that it must be given: those that are neither functions nor constants of the language.
    mentions : frozenset of str
        all names in it; what is given under one of them hides the language's own.
    """

    text: str
    names: frozenset[str]
    mentions: frozenset[str] = frozenset()

    def evaluate(self, names: Mapping[str, object]) -> object:
        """Return the value of the text, where `names` may hide functions and constants of the language.

        Raises
        ------
        ExpressionError
            if a name is unknown or NumPy refuses the operation.
        """
        try:
            return function((), self.text, names)()
        except ExpressionError:
            raise
        except Exception as error:
            raise ExpressionError(f"{self.text!r} cannot be evaluated: {type(error).__name__}: {error}") from error


def parse(text: str | float) -> Expression:
    """Return the expression written as `text` (a bare number is one, too).

    Raises
    ------
    ExpressionError
        with the column, if the text is outside the language.
    """
    source = text if isinstance(text, str) else repr(text)
    mentions = frozenset(node.id for node in _names(source))
    return Expression(source, mentions.difference(FUNCTIONS, CONSTANTS), mentions)


def function(
    parameters: Iterable[str],
    text: str,
    constants: Mapping[str, object],
    change: Callable[[ast.expr], ast.expr] = lambda tree: tree,
) -> Callable[..., object]:
    """Return the function of `parameters` that evaluates `text`, with `constants` for its other names.

    Parameters
    ----------
    parameters : iterable of str
        names of the arguments, in order.
    text : str
        the expression.
    constants : mapping of str to value
        what other names stand for; they may hide functions and constants of the language.
    change : callable, optional
        gives what is compiled instead of the tree of the expression.

    Raises
    ------
    ExpressionError
        if the text is outside the language or uses a name that is neither parameter nor constant.
    """
    parameters = tuple(parameters)
    for node in _names(text):
        if node.id not in parameters and node.id not in constants:
            _require_known(node, (*parameters, *constants), _blanks(text))
    table = _language() | dict(constants)
    # The tree was compared node by node with the language above: nothing of the raw text is evaluated.
    code = _compiled(parameters, text, change)
    built: Callable[..., object] = eval(code, {"__builtins__": {}, **table})  # noqa: S307
    return built


def as_numpy(text: str, constants: Mapping[str, str]) -> str:
    """Return `text` as Python that can be pasted: `sin` becomes `np.sin`, a constant its own text."""
    tree = _tree(text)

    class Rewrite(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            if node.id in constants:
                return parse_expression(constants[node.id]).body
            if node.id in CONSTANTS or FUNCTIONS.get(node.id):
                return parse_expression(f"np.{FUNCTIONS.get(node.id, node.id)}").body
            return node

    return ast.unparse(Rewrite().visit(tree))


@lru_cache(maxsize=1024)
def _names(text: str) -> tuple[ast.Name, ...]:
    """Return the names in a text, once it is known to be of the language; a formula is evaluated again and again."""
    return tuple(node for node in ast.walk(_tree(text)) if isinstance(node, ast.Name))


def _tree(text: str) -> ast.Expression:
    try:
        tree = parse_expression(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = getattr(error, "offset", None) or 1
        raise ExpressionError(f"{text!r} is not an expression", column - 1 + _blanks(text)) from None
    for parent in ast.walk(tree):
        for node in ast.iter_child_nodes(parent):
            # An operator has no place of its own: it is where the operation begins.
            column = getattr(node, "col_offset", getattr(parent, "col_offset", 0))
            _require_allowed(node, column + _blanks(text))
    return tree


def _blanks(text: str) -> int:
    """Return how many blanks stand before an expression; they are not parsed, but columns count them."""
    return len(text) - len(text.lstrip())


def _require_allowed(node: ast.AST, column: int) -> None:
    match node:
        case ast.Name():
            if not _NAME.match(node.id):
                raise ExpressionError(f"the name {node.id!r} is not allowed: names start with a letter", column)
        case ast.Constant():
            if not isinstance(node.value, bool | int | float | complex):
                raise ExpressionError("only numbers can be written in an expression", column)
        case ast.Attribute() | ast.Call(func=ast.Attribute()):
            raise ExpressionError("attributes are not allowed: write sum(x), not x.sum()", column)
        case ast.Call():
            if not isinstance(node.func, ast.Name):
                raise ExpressionError("only functions called by name are allowed", column)
            unknown = [keyword.arg for keyword in node.keywords if keyword.arg not in _KEYWORDS]
            if unknown:
                raise ExpressionError(f"the argument {unknown[0]!r} is not allowed (only axis and ddof are)", column)
        case _ if isinstance(node, _REFUSED_OPERATORS + _REFUSED_COMPARISONS) or not isinstance(node, _ALLOWED):
            raise ExpressionError(f"{_word(node)} is not part of the expression language", column)


def _word(node: ast.AST) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(node).__name__).lower()


def _require_known(node: ast.Name, names: Iterable[str], blanks: int) -> None:
    known = [*names, *FUNCTIONS, *CONSTANTS]
    if node.id not in known:
        near = get_close_matches(node.id, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ExpressionError(f"the name {node.id!r} is not defined here{hint}", node.col_offset + blanks)


@lru_cache(maxsize=1024)
def _compiled(parameters: tuple[str, ...], text: str, change: Callable[[ast.expr], ast.expr]) -> CodeType:
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg(name) for name in parameters], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    body = ast.Expression(ast.Lambda(arguments, change(_tree(text).body)))
    return compile(ast.fix_missing_locations(body), "<expression>", "eval")


def _singular_values(matrix: NDArray[np.inexact[Any]]) -> object:
    return np.linalg.svd(matrix, compute_uv=False)  # NumPy 1 has no `svdvals`


def _square(x: object, k: int = 0, **_: object) -> int:
    """Return the entries of the matrix that a vector is made into; what is a matrix already stays as large."""
    return int((np.size(x) + abs(k)) ** 2 if np.ndim(x) <= 1 else np.size(x))  # type: ignore[arg-type]


ENTRIES: Final[Mapping[str, Callable[..., Any]]] = {
    "zeros": lambda shape: math.prod(np.atleast_1d(shape).tolist()),
    "ones": lambda shape: math.prod(np.atleast_1d(shape).tolist()),
    "eye": lambda rows, columns=None, *_: rows * (rows if columns is None else columns),
    "arange": lambda first, last=None, step=1: (first if last is None else last - first) / step,
    "linspace": lambda _first, _last, count=50, **_: count,
    "outer": lambda x, y: np.size(x) * np.size(y),
    "kron": lambda x, y: np.size(x) * np.size(y),
    "diag": _square,
    "tril": _square,
    "triu": _square,
}
"""How many entries the value has of a function that makes many of few."""


@lru_cache(maxsize=1)
def _language() -> dict[str, object]:
    """Return what the words of the language stand for."""
    return {name: _numpy(name) for name in FUNCTIONS} | dict(CONSTANTS)


def _numpy(name: str) -> Callable[..., object]:
    if name == "singular_values":
        return _singular_values
    found: Any = len if not FUNCTIONS[name] else np
    for part in filter(None, FUNCTIONS[name].split(".")):
        found = getattr(found, part)
    return _capped(found, ENTRIES[name]) if name in ENTRIES else cast(Callable[..., object], found)


def _capped(function: Callable[..., object], entries: Callable[..., Any]) -> Callable[..., object]:
    def call(*arguments: object, **options: object) -> object:
        if entries(*arguments, **options) > ENTRIES_CAP:
            raise ValueError(f"an array of more than {ENTRIES_CAP} entries")
        return function(*arguments, **options)

    return call
