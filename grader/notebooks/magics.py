"""The Python in a cell of IPython: what is no Python is blanked, line by line, so that all others keep their numbers."""

import re
import textwrap
import warnings
from typing import Final

from grader.sandbox.syntax import parse_module

_CELL_MAGIC: Final = re.compile(r"\s*%%(\w+)")
_AROUND_PYTHON: Final = frozenset({"time", "timeit", "capture", "prun"})
"""Cell magics below which stands Python."""

_TIMED: Final = re.compile(r"(\s*)%(?:time|prun)\s+(?!-)(\S.*)")
_MAGIC: Final = re.compile(r"\s*(?:[%!?]|[\w.]+\s*(?:,\s*[\w.]+\s*)*=\s*[%!])|.*[\w)\]]\s*\?\??\s*\Z")
_TRIES: Final = 50
_FAULTS: Final = (SyntaxError, ValueError, RecursionError, MemoryError)


def python_of(source: str) -> str:
    """Return the Python in a cell, with as many lines as the cell has.

    A cell that is Python is left alone, whatever its lines begin with.

    Raises
    ------
    SyntaxError
        if what is left is no Python.
    """
    magic = _CELL_MAGIC.match(source)
    if magic and magic[1] not in _AROUND_PYTHON:
        return "\n" * source.count("\n")
    rows = source.split("\n")
    if magic:
        first = source[: magic.start(1)].count("\n")
        rows[first] = ""
    return _blanked(rows)


def _blanked(rows: list[str]) -> str:
    """Blank one line after the other, where it is to blame; if that does not help, all that could be."""
    tried = list(rows)
    for _ in range(_TRIES):
        fault = _fault("\n".join(tried))
        if fault is None:
            return "\n".join(tried)
        place = (getattr(fault, "lineno", None) or 0) - 1
        if not (0 <= place < len(tried) and _MAGIC.match(tried[place])):
            break
        tried[place] = _instead(tried[place])
    for text in ("\n".join(map(_instead, rows)), textwrap.dedent("\n".join(tried))):
        if (fault := _fault(text)) is None:
            return text
    raise _as_syntax_error(_fault("\n".join(tried)))


def _instead(row: str) -> str:
    if timed := _TIMED.fullmatch(row):
        return timed[1] + timed[2]
    return row[: len(row) - len(row.lstrip())] + "pass" if _MAGIC.match(row) else row


def _fault(text: str) -> Exception | None:
    try:
        with warnings.catch_warnings(action="ignore"):  # of escapes that do not exist; the student's business
            parse_module(text)
    except _FAULTS as error:
        return error
    return None


def _as_syntax_error(fault: Exception | None) -> SyntaxError:
    if isinstance(fault, SyntaxError):
        return fault
    return SyntaxError(str(fault) or type(fault).__name__)
