"""What the docstring of a class says of it and of its fields: read by the reference page and by the JSON Schemas."""

import inspect
import re
from typing import Final

from grader.sandbox.records import dataclass

_FIELD: Final = re.compile(r"^(\w+(?:, \w+)*) : (.+)$")
_ATTRIBUTES: Final = "\nAttributes\n----------\n"
_EXAMPLES: Final = "\nExamples\n--------\n"


@dataclass(frozen=True)
class Entry:
    """One entry of the section on attributes.

    Attributes
    ----------
    names : tuple of str
        the fields that it is about.
    form : str
        what is written there, in a few words: "formula, optional".
    text : str
        what they are for, as one line of Markdown.
    """

    names: tuple[str, ...]
    form: str
    text: str


def paragraphs(kind: type) -> list[str]:
    """Return what a class says of itself before any section, each paragraph as one line of Markdown."""
    text, _ = _halves(kind)
    return [_line(paragraph) for paragraph in text.strip().split("\n\n")]


def entries(kind: type) -> list[Entry]:
    """Return the section on attributes of a class's own docstring, entry by entry."""
    found: list[tuple[re.Match[str], list[str]]] = []
    for line in _halves(kind)[1].splitlines():
        match = _FIELD.match(line)
        if match:
            found.append((match, []))
        elif found:
            found[-1][1].append(line)
    return [Entry(tuple(head[1].split(", ")), head[2], _line(" ".join(lines))) for head, lines in found]


def fields_of(kind: type) -> dict[str, str]:
    """Return what a class and those it derives from say of each field."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if base.__doc__:
            found |= {name: entry.text for entry in entries(base) for name in entry.names}
    return found


def _halves(kind: type) -> tuple[str, str]:
    whole, _, _ = inspect.cleandoc(kind.__doc__ or "").partition(_EXAMPLES)
    text, _, attributes = whole.partition(_ATTRIBUTES)
    return text, attributes


def _line(text: str) -> str:
    return re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split()))
