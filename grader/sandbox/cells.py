"""Runs the cells of a notebook: every statement by itself, so that one that fails takes no other with it.

What the cells print, draw and show goes nowhere. What fails is told afterwards, with the name of the cell.
"""

import ast
import io
import time
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import Any, Final, NamedTuple

from grader.sandbox import faults, pictures
from grader.sandbox.cell_running import FUTURE, OutOfTime, at_most, keep_lines, streams

_SHARE: Final = 0.7
"""Share of the time that is left which one statement may use: so the cells after an endless loop are run, too."""

_LEAST: Final = 0.05
_TOLD: Final = 20
_WIDTH: Final = 300


class Cell(NamedTuple):
    """A cell, its name as it stands in tracebacks, and its text."""

    title: str
    text: str


class Nowhere(io.TextIOBase):
    """Where a notebook's own prints go."""

    def writable(self) -> bool:
        """Return true: this is an output."""
        return True

    def write(self, text: str) -> int:
        """Take a text, and keep nothing of it."""
        return len(text)


def split(source: str, cells: Sequence[tuple[str, int]]) -> list[Cell]:
    """Return the cells that a source is made of, given the name and the number of lines of each."""
    rows, found, first = source.split("\n"), [], 0
    for title, count in cells:
        found.append(Cell(title, "\n".join(rows[first : first + count]) + "\n"))
        first += count
    return found


def run(cells: Sequence[Cell], namespace: dict[str, Any], seconds: float) -> str:
    """Run cells in one namespace, and return what failed, a line for each statement.

    Parameters
    ----------
    cells : sequence of Cell
        in their order.
    namespace : dict
        in which their names are.
    seconds : float
        for all of them together.
    """
    namespace |= {"display": pictures.NOTHING, "get_ipython": pictures.NOTHING}
    end = time.monotonic() + seconds
    files = frozenset(cell.title for cell in cells)
    told: list[str] = []
    pictures.draw_nowhere()
    nowhere = Nowhere()  # a notebook may print as much as it likes while it is loaded
    with streams(nowhere, nowhere):
        for title, line, code in _statements(cells):
            try:
                if isinstance(code, Exception):
                    raise code
                with at_most(max(_LEAST, _SHARE * (end - time.monotonic()))):
                    exec(code, namespace)  # noqa: S102 - the student's own code, which this process is here to run
            except BaseException as error:  # whatever a statement raises, the next one is run
                told.append(_told(title, line, error, files))
    more = [f"and {len(told) - _TOLD} more"] if len(told) > _TOLD else []
    return "".join(f"{row}\n" for row in [*told[:_TOLD], *more])


def _statements(cells: Sequence[Cell]) -> Iterator[tuple[str, int, CodeType | Exception]]:
    """Yield every statement: its cell, its line there, and its code or why it has none."""
    flags = 0
    for title, text in cells:
        keep_lines(title, text)
        tree = _compiled(text, title, flags | ast.PyCF_ONLY_AST)
        if not isinstance(tree, ast.Module):
            yield title, getattr(tree, "lineno", None) or 1, tree
            continue
        for statement in tree.body:
            code = _compiled(ast.Module([statement], []), title, flags)
            flags |= getattr(code, "co_flags", 0) & FUTURE
            yield title, statement.lineno, code


def _compiled(source: str | ast.Module, title: str, flags: int) -> Any:
    """Return the code, or the syntax tree that `flags` asks for, or the exception instead of it."""
    try:
        return compile(source, title, "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error


def _told(title: str, line: int, error: BaseException, files: frozenset[str]) -> str:
    if isinstance(error, OutOfTime):
        return f"{title}, line {line}: took too long, and was ended"
    said = faults.describe(error, files)
    return f"{title}, line {line}: {said['type']}: {said['message']}".replace("\n", " ")[:_WIDTH]
