"""A strict reader of YAML on PyYAML's parser: the values that people mean, and the place of every one.

PyYAML alone reads `1e-6` as a text and `no` as False, and lets the second of two equal keys win. Here a plain scalar
is null, a boolean, an integer or a float as in YAML 1.2, everything else is a text; equal keys are a fault; aliases
and tags are not allowed.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Final, TypeAlias

import yaml

from grader.errors import Problem, SpecError

Path: TypeAlias = tuple[str | int, ...]

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
        """Return the fault of the part at `path`, at its own place or the nearest place around it."""
        places = self.keys if at_key else self.places
        near = path
        while near and near not in places:
            near = near[:-1]
            places = self.places
        line, column = places.get(near, (0, 0))
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
    document = Document(shown or str(file))
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SpecError([Problem(document.file, 0, 0, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise SpecError([Problem(document.file, 0, 0, "", f"is not UTF-8 (byte {error.start})")]) from None
    try:
        root = yaml.compose(text, Loader=_SAFE_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"this is not YAML: {error.problem or error.context}"
        raise SpecError([Problem(document.file, *place, "", message, _yaml_hint(error))]) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise SpecError([Problem(document.file, 1, 1, "", f"this is not YAML: {error}")]) from None
    document.data = _Builder(document).build(root, ()) if root is not None else None
    return document


def _yaml_hint(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem)
    if "mapping values are not allowed" in problem:
        return "a text with a colon in it must stand in quotes"
    if "cannot start any token" in problem:
        return "YAML is indented with spaces, and a text that starts with a special character must stand in quotes"
    return ""


class _Builder:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._open: set[int] = set()
        self._seen: set[int] = set()

    def build(self, node: yaml.Node, path: Path) -> object:
        self._document.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if id(node) in self._seen:
            self._fault(path, "aliases are not allowed", "write the value out")
            return None
        self._seen.add(id(node))
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                self._require_plain_tag(node, "tag:yaml.org,2002:seq", path)
                items = [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
                self._document.paths[id(items)] = path
                return items
            case yaml.ScalarNode():
                return self._scalar(node, path)
            case _:
                raise TypeError(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        self._require_plain_tag(node, "tag:yaml.org,2002:map", path)
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            inner = (*path, key)
            place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if key in result:
                first = self._document.keys[inner][0]
                message = f"the key {key!r} stands here a second time; the first is in line {first}"
                self._document.problems.append(Problem(self._document.file, *place, dotted(inner), message))
                continue
            self._document.keys[inner] = place
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(inner, "a key must be a plain word")
                continue
            result[key] = self.build(value_node, inner)
        self._document.paths[id(result)] = path
        return result

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> object:
        if node.style in _QUOTES:
            return str(node.value)
        if not node.tag.startswith("tag:yaml.org,2002:"):
            self._fault(path, f"the tag {node.tag!r} is not allowed")
        return plain(node.value)

    def _require_plain_tag(self, node: yaml.Node, tag: str, path: Path) -> None:
        if node.tag != tag:
            self._fault(path, f"the tag {node.tag!r} is not allowed")

    def _fault(self, path: Path, message: str, hint: str = "") -> None:
        self._document.problems.append(self._document.problem(path, message, hint))


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
