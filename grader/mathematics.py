"""Statements for a terminal: their formulas in LaTeX become text, everything else is left as it is."""

import re
from typing import Final

from grader.latex import to_text

_DISPLAYED: Final = r"(?:(?<=\n)\n)?(?<!\\)\$\$(.+?)\$\$(?:\n(?=\n))?"
"""A formula on a line of its own, with one of the line breaks before and after it where there are two."""
_MATH: Final = re.compile(_DISPLAYED + r"|(?<!\\)\$(.+?)(?<!\\)\$", re.DOTALL)
_CODE: Final = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_MARKS: Final = re.compile(r"[\\`*_\[\]<>#|~]")


def readable(statement: str, *, escaped: bool = False) -> str:
    """Return a statement whose formulas can be read in a terminal; code is left as it is.

    Parameters
    ----------
    statement : str
        Markdown, with formulas between dollars.
    escaped : bool
        whether formulas in a sentence are escaped, because the result is read as Markdown: `x* + y*` is no emphasis.
    """
    parts = _CODE.split(statement)
    return "".join(
        part if place % 2 else _MATH.sub(lambda match: _formula(match, escaped=escaped), part)
        for place, part in enumerate(parts)
    )


def _formula(match: re.Match[str], *, escaped: bool) -> str:
    if match[1] is not None:
        return "\n" + "".join(f"    {row}\n" for row in to_text(match[1]).split("\n"))
    text = to_unicode(match[2])
    return _MARKS.sub(r"\\\g<0>", text) if escaped else text


def to_unicode(text: str) -> str:
    """Return one formula on one line."""
    return " ".join(to_text(text).split())
