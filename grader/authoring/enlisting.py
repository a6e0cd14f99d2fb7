"""A place in the course for a new exercise: `course.yaml` is edited as text, so that comments and layout stay."""

import re
from copy import deepcopy
from typing import Any, Final, cast

import yaml

from grader.course import FILE
from grader.errors import SpecError, UsageError
from grader.spec.loader import parse

_WIDTH: Final = 120
_END: Final = re.compile(r"[ \t]*(,?)[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z)")


def enlisted(text: str, topic: int, section: int, name: str) -> str:
    """Return the text of `course.yaml` with one more exercise, at the end of a section.

    Parameters
    ----------
    text : str
        the file as it is, valid.
    topic, section : int
        0-based places of the topic, and of the section in it.
    name : str
        name of the exercise.

    Raises
    ------
    UsageError
        if the file is written in a way to which nothing can be added without touching the rest.
    """
    items = _node(text, ("topics", topic, "sections", section, "exercises"))
    added = _in_brackets(text, items, name) if items.flow_style else _with_dash(text, items, name)
    wanted = cast(Any, deepcopy(parse(text, FILE).data))
    wanted["topics"][topic]["sections"][section]["exercises"].append(name)
    if _data(added) != wanted:
        raise UsageError(f"{FILE} is written in an unusual way; add {name} to the section yourself")
    return added


def _data(text: str) -> object:
    try:
        return parse(text, FILE).data
    except SpecError:
        return None


def _node(text: str, path: tuple[str | int, ...]) -> yaml.SequenceNode:
    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    for part in path:
        node = node.value[part] if isinstance(part, int) else next(v for k, v in node.value if k.value == part)
    return cast(yaml.SequenceNode, node)


def _with_dash(text: str, items: yaml.SequenceNode, name: str) -> str:
    """Add a line after that of the last item."""
    last = items.value[-1]
    start = _line_start(text, last.start_mark.index)
    end = _line_end(text, last.end_mark.index)
    return f"{text[:end]}{_newline(text)}{text[start : last.start_mark.index]}{name}{text[end:]}"


def _in_brackets(text: str, items: yaml.SequenceNode, name: str) -> str:
    """Add an item to a list in brackets: on a line of its own where the last one has its own, or where it gets too long."""
    first, last = items.value[0], items.value[-1]
    start, end = last.start_mark.index, last.end_mark.index
    indent = text[_line_start(text, start) : start]
    rest = _END.match(text, end)
    if rest and not indent.strip():
        comma = "" if rest[1] else ","
        line = f"{_newline(text)}{indent}{name}{rest[1]}"
        return f"{text[:end]}{comma}{text[end : rest.end()]}{line}{text[rest.end() :]}"
    width = _line_end(text, end) - _line_start(text, end) + len(f", {name}")
    gap = " " if width <= _WIDTH else _newline(text) + " " * first.start_mark.column
    return f"{text[:end]},{gap}{name}{text[end:]}"


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    end = len(text) if end < 0 else end
    return end - text[:end].endswith("\r")


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
