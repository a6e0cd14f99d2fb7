"""A change of the syntax tree as a change of the text: nothing but the changed expression is written anew.

What is kept of the original inside the new expression keeps its own text, so that a diff shows the change alone. The text
is right by proof: it is parsed, and must give the tree that was meant.
"""

import ast
import re
import textwrap
from collections.abc import Iterator
from typing import Any, Final

from grader.sandbox.syntax import parse_module

_HOLE: Final = re.compile(r"hole_(\d+)_")
_ATOMS: Final = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript)
"""Expressions that need no brackets wherever they stand."""


class Original:
    """A text and its tree.

    Parameters
    ----------
    source : str
        Python.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = parse_module(source)
        self._bytes = source.encode()  # offsets in the tree count bytes
        starts = [0]
        for line in self._bytes.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        self._starts = starts
        self._own = {id(node) for node in ast.walk(self.tree)}

    def replaced(self, old: ast.AST, new: ast.AST) -> str | None:
        """Return the text with one node in the place of another; None if it cannot be written."""
        wanted = ast.dump(_replaced(self.tree, old, new))
        begin, end = self._span(old)
        for text in self._texts(new):
            candidate = b"".join([self._bytes[:begin], text.encode(), self._bytes[end:]]).decode()
            if _parsed(candidate) == wanted:
                return candidate
        return None

    def _span(self, node: Any) -> tuple[int, int]:
        return self._starts[node.lineno - 1] + node.col_offset, self._starts[node.end_lineno - 1] + node.end_col_offset

    def _texts(self, new: ast.AST) -> Iterator[str]:
        """Yield ways to write a node, the simplest first: with and without brackets, within and around."""
        holes: list[ast.expr] = []
        pattern = _HOLE.split(ast.unparse(ast.fix_missing_locations(self._with_holes(new, holes))))
        pieces = [self._bytes[slice(*self._span(hole))].decode() for hole in holes]
        careful = [
            piece if isinstance(hole, _ATOMS) else f"({piece})" for hole, piece in zip(holes, pieces, strict=True)
        ]
        for texts in (pieces, careful):
            filled = "".join(texts[int(part)] if place % 2 else part for place, part in enumerate(pattern))
            yield from ([filled[1:-1]] if isinstance(new, ast.Tuple) else [])
            yield from (filled, f"({filled})")
        yield ast.unparse(ast.fix_missing_locations(new))

    def _with_holes(self, node: Any, holes: list[ast.expr]) -> Any:
        """Return a copy of a fresh node in which each expression of the original is a name that stands for its text."""
        if isinstance(node, ast.expr) and id(node) in self._own and not isinstance(node, ast.Slice):
            holes.append(node)
            return ast.Name(f"hole_{len(holes) - 1}_", ast.Load())
        if isinstance(node, list):
            return [self._with_holes(item, holes) for item in node]
        if not isinstance(node, ast.AST):
            return node
        return type(node)(**{name: self._with_holes(getattr(node, name, None), holes) for name in node._fields})


def _replaced(node: Any, old: ast.AST, new: ast.AST) -> Any:
    """Return a copy of a tree with one node in the place of another."""
    if node is old:
        return new
    if isinstance(node, list):
        return [_replaced(item, old, new) for item in node]
    if not isinstance(node, ast.AST):
        return node
    return type(node)(**{name: _replaced(getattr(node, name, None), old, new) for name in node._fields})


def _parsed(text: str) -> str:
    try:
        return ast.dump(parse_module(text))
    except (SyntaxError, ValueError):
        return ""


def differing(before: str, after: str) -> tuple[str, str]:
    """Return the lines in which two texts differ, dedented."""
    first, second = before.splitlines(), after.splitlines()
    head = next((i for i, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), 0)
    rest = min(len(first), len(second)) - head
    tail = next((i for i in range(rest) if first[-1 - i] != second[-1 - i]), rest)
    sides = (lines[head : len(lines) - tail] for lines in (first, second))
    old, new = ("\n".join(textwrap.dedent("\n".join(side)).strip().splitlines()) for side in sides)
    return old, new
