"""Cells of code as one source that can be looked through and run, with the name of each cell and its number of lines."""

from collections.abc import Iterable, Sequence
from typing import Final

from grader.notebooks.magics import python_of
from grader.notebooks.reading import Cell, Kind, NotANotebook
from grader.sandbox.records import dataclass

CODE_CAP: Final = 2**20
"""Bytes that the code of a notebook may have."""


@dataclass(frozen=True)
class Code:
    """The code of a notebook.

    Attributes
    ----------
    source : str
        Python alone, all cells one after the other; a cell that is no Python raises a SyntaxError in its place.
    cells : tuple of pairs of str and int
        the name of each cell, as tracebacks have it, and how many lines of the source are its own.
    """

    source: str
    cells: tuple[tuple[str, int], ...]


def code_of(cells: Sequence[Cell]) -> Code:
    """Return the code in the cells of a notebook, each named by its place in it.

    Raises
    ------
    NotANotebook
        if there is more of it than can be run.
    """
    return titled((f"cell {place}", cell.source) for place, cell in enumerate(cells, start=1) if cell.kind is Kind.CODE)


def titled(cells: Iterable[tuple[str, str]]) -> Code:
    """Return the code in cells, given the name and the text of each.

    Raises
    ------
    NotANotebook
        if there is more of it than can be run.
    """
    given = [(title, source) for title, source in cells if source.strip()]
    if sum(len(source.encode()) for _, source in given) > CODE_CAP:
        raise NotANotebook(f"its code has more than {CODE_CAP // 2**20} MiB: keep data out of its cells")
    found = [(title, _python(source)) for title, source in given]
    return Code("\n".join(text for _, text in found), tuple((title, text.count("\n") + 1) for title, text in found))


def _python(source: str) -> str:
    try:
        return python_of(source)
    except SyntaxError as error:
        where = f" (line {error.lineno})" if error.lineno else ""
        return f"raise SyntaxError({f'{error.msg}{where}'!r})"
