"""Cells of tables that spreadsheets open."""

from typing import Final

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet would take a text for a formula."""
    return text.startswith(_FORMULAS)


def harmless(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula; names come from students' folders."""
    return f"'{text}" if is_formula(text) else text


def as_utf8(text: str) -> str:
    """Return text that can be written in UTF-8; halves of a character, which file names may hold, become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
