"""Applies every family at every place of a solution, one change at a time."""

import ast
from collections.abc import Iterator
from typing import Any, Final

from grader.authoring.mutants import answers, arithmetic, arrays, bounds, branches, calls, statements
from grader.authoring.mutants._contract import Families, Mutant, Place, Shapes
from grader.authoring.mutants._rendering import Original, differing
from grader.sandbox.syntax import parse_module

_REACHES: Final = "branch not reached"
_FAMILIES: Final[Families] = {
    **bounds.FAMILIES,  # first, so that a one that is forgotten is not taken for any term
    **arithmetic.FAMILIES,
    **arrays.FAMILIES,
    **calls.FAMILIES,
    **branches.FAMILIES,
    **statements.FAMILIES,
    **answers.FAMILIES,
    _REACHES: branches.reached,
}
_UNKNOWN: Final = Shapes()
_LEFT_ALONE: Final = (ast.Import, ast.ImportFrom, ast.Assert, ast.JoinedStr, ast.arguments)
"""Nodes in which nothing is changed: they are no mathematics."""


def families() -> tuple[str, ...]:
    """Return the names of all families."""
    return tuple(_FAMILIES)


def mutants(source: str, shapes: Shapes = _UNKNOWN) -> tuple[Mutant, ...]:
    """Return all mutants of a solution, in the order of its lines; no two are the same.

    Parameters
    ----------
    source : str
        the text of the solution.
    shapes : Shapes
        what is known of the arrays that it takes and returns; some mutations need it.

    Raises
    ------
    SyntaxError
        if it is not Python.
    """
    original = Original(source)
    known, counts, found = {ast.dump(original.tree)}, dict.fromkeys(_FAMILIES, 0), []
    for node, ancestors in _nodes(original.tree, ()):
        place = Place(node, ancestors, shapes)
        for family, changes in _FAMILIES.items():
            for new in changes(place):
                text = original.replaced(node, new)
                tree = text and ast.dump(parse_module(text))
                if not text or not tree or tree in known:
                    continue
                known.add(tree)
                counts[family] += 1
                before, after = differing(source, text)
                name = f"{family.replace(' ', '-')}-{counts[family]}"
                line = getattr(node, "lineno", 0)
                found.append(Mutant(name, family, line, before, after, source, text, family == _REACHES))
    return tuple(sorted(found, key=lambda mutant: mutant.line))


def _nodes(node: Any, ancestors: tuple[ast.AST, ...]) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    """Yield every expression and statement that may be changed, outermost first."""
    if isinstance(node, _LEFT_ALONE):
        return
    if ancestors and isinstance(node, ast.expr | ast.stmt):
        yield node, ancestors
    if isinstance(node, ast.Raise):  # it may be put in another's place as a whole; its text is for nobody
        return
    for name in node._fields:
        if name in ("decorator_list", "annotation", "returns", "ctx", "op", "ops"):
            continue
        value = getattr(node, name, None)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST) and not _is_docstring(item, node):
                yield from _nodes(item, (node, *ancestors))


def _is_docstring(item: ast.AST, parent: ast.AST) -> bool:
    is_first = bool(getattr(parent, "body", None)) and isinstance(parent, ast.Module | ast.FunctionDef | ast.ClassDef)
    return is_first and item is parent.body[0] and isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant)  # type: ignore[attr-defined]
