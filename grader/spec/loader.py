"""A strict reader of YAML on PyYAML's parser: the values that people mean, and the place of every one.

PyYAML alone reads `1e-6` as a text and `no` as False, and lets the second of two equal keys win. Here a plain scalar
is null, a boolean, an integer or a float as in YAML 1.2, everything else is a text; equal keys are a fault; aliases
and tags are not allowed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Final, TypeAlias, cast

import yaml

from grader.errors import Problem, SpecError

Path: TypeAlias = tuple[str | int, ...]

DEPTH_CAP: Final = 100
"""How deep lists and mappings may stand in one another; a description needs ten levels."""

_INTEGER: Final = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: Final = {"": None, "null": None, "~": None, "true": True, "false": False}
_NOT_FINITE: Final = {".inf": float("inf"), "-.inf": float("-inf"), "+.inf": float("inf"), ".nan": float("nan")}
_QUOTES: Final = ("'", '"', "|", ">")
_SAFE_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Document:
    """The data of a file, and where each part of it stands.

    Attributes
    ----------
    file : str
        as the author knows it.
    data : object
        dicts, lists and scalars.
    places : dict
        path -> (line, column) of the value, 1-based.
    keys : dict
        path -> (line, column) of the key that introduces it.
    paths : dict
        identity of a dict or list in `data` -> its path.
    """

    file: str
    data: object = None
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    paths: dict[int, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, message: str, hint: str = "", *, at_key: bool = False) -> Problem:
        """Return the fault of the part at `path`, at its own place or the nearest place around it.

        A field that is meant without being written (`calls: […]` for `calls: {steps: […]}`) has no place; it is passed over.
        """
        near: Path = ()
        for part in path:
            if (*near, part) in self.places:
                near = (*near, part)
        exact = self.keys.get(path) if at_key else None
        line, column = exact or self.places.get(near, (0, 0))
        return Problem(self.file, line, column, dotted(path), message, hint)


def dotted(path: Path) -> str:
    """Return a path as it is written: `checks[1].compare`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def load(file: File, shown: str | None = None) -> Document:
    """Read one file.

    Parameters
    ----------
    file : path
        what to read.
    shown : str, optional
        its name in messages.

    Raises
    ------
    SpecError
        if the file cannot be read or is not YAML; faults inside (equal keys, tags) are kept in the document's
        `problems`, to be reported with all others.
    """
    shown = shown or str(file)
    try:
        return parse(file.read_text(encoding="utf-8"), shown)
    except OSError as error:
        raise SpecError([Problem(shown, 0, 0, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise SpecError([Problem(shown, 0, 0, "", f"is not UTF-8 (byte {error.start})")]) from None


def parse(text: str, shown: str) -> Document:
    """Return the document that a text holds.

    Parameters
    ----------
    text : str
        YAML.
    shown : str
        its name in messages.

    Raises
    ------
    SpecError
        if it is not YAML.
    """
    document = Document(shown)
    try:
        document.data = _Builder(document, yaml.parse(text, Loader=_SAFE_LOADER)).whole()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"this is not YAML: {error.problem or error.context}"
        raise SpecError([Problem(document.file, *place, "", message, _yaml_hint(error))]) from None
    except yaml.YAMLError as error:
        raise SpecError([Problem(document.file, 1, 1, "", f"this is not YAML: {error}")]) from None
    return document


def _yaml_hint(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem)
    if "mapping values are not allowed" in problem:
        return "a text with a colon in it must stand in quotes"
    if "cannot start any token" in problem:
        return "YAML is indented with spaces, and a text that starts with a special character must stand in quotes"
    return ""


class _Builder:
    """Builds the data from the parser's events: they tell an alias or a tag from what it stands for."""

    def __init__(self, document: Document, events: Iterator[yaml.Event]) -> None:
        self._document = document
        self._events = events

    def whole(self) -> object:
        next(self._events)  # the stream begins
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        data = self._build(next(self._events), ())
        next(self._events)  # the document ends
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise yaml.MarkedYAMLError(problem="a second document begins here", problem_mark=_mark(after))
        return data

    def _build(self, event: yaml.Event, path: Path) -> object:
        place = self._document.places[path] = _place(event)
        if len(path) > DEPTH_CAP:
            message = f"nothing may be nested more than {DEPTH_CAP} levels deep"
            raise SpecError([Problem(self._document.file, *place, "", message)])
        if isinstance(event, yaml.AliasEvent):
            self._fault(place, path, "aliases are not allowed", "write the value out")
            return None
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            self._fault(place, path, f"the tag {event.tag!r} is not allowed")
        match event:
            case yaml.MappingStartEvent():
                return self._mapping(path)
            case yaml.SequenceStartEvent():
                return self._sequence(path)
            case yaml.ScalarEvent():
                return str(event.value) if event.style in _QUOTES else plain(event.value)
            case _:
                raise TypeError(event)

    def _sequence(self, path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._build(event, (*path, len(items))))
        self._document.paths[id(items)] = path
        return items

    def _mapping(self, path: Path) -> dict[str, object]:
        result: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            place = _place(event)
            if not isinstance(event, yaml.ScalarEvent) or event.tag is not None:
                self._fault(place, path, "a key must be a plain word")
                self._skip(event)
                self._skip(next(self._events))
                continue
            key = str(event.value)
            inner = (*path, key)
            if key in result:
                first = self._document.keys[inner][0]
                self._fault(place, inner, f"the key {key!r} stands here a second time; the first is in line {first}")
                self._skip(next(self._events))
                continue
            self._document.keys[inner] = place
            result[key] = self._build(next(self._events), inner)
        self._document.paths[id(result)] = path
        return result

    def _skip(self, event: yaml.Event) -> None:
        """Pass over what begins with an event."""
        depth = 0
        while True:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if not depth:
                return
            event = next(self._events)

    def _fault(self, place: tuple[int, int], path: Path, message: str, hint: str = "") -> None:
        self._document.problems.append(Problem(self._document.file, *place, dotted(path), message, hint))


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = _mark(event)
    return mark.line + 1, mark.column + 1


def _mark(event: yaml.Event) -> yaml.Mark:
    return cast(yaml.Mark, event.start_mark)  # every event of a parser has one


def plain(text: str) -> object:
    """Return what an unquoted scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    if text in _NOT_FINITE:
        return _NOT_FINITE[text]
    if _INTEGER.match(text):
        return int(text) if len(text) < 1000 else text
    if _FLOAT.match(text):
        return float(text)
    return text
