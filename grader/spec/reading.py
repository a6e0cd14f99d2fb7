"""Validation: raw data to frozen dataclasses, with every fault at its place and kinds imported by name."""

from collections.abc import Sequence
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, Final, TypeVar, cast

import numpy as np
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError, SchemaValidator

from grader import registry
from grader.errors import Problem, SpecError
from grader.generators.literal import Literal
from grader.sandbox.expressions import Expression, ExpressionError, parse
from grader.spec.loader import Document, Path

T = TypeVar("T")

_WORDS: Final = {
    "missing": "the key is missing",
    "string_type": "a text was expected",
    "int_type": "a whole number was expected",
    "int_parsing": "a whole number was expected",
    "int_from_float": "a whole number was expected",
    "float_type": "a number was expected",
    "float_parsing": "a number was expected",
    "bool_type": "true or false was expected",
    "bool_parsing": "true or false was expected",
    "tuple_type": "a list was expected",
    "dict_type": "a mapping (`name: value`) was expected",
    "mapping_type": "a mapping (`name: value`) was expected",
    "dataclass_type": "a mapping (`name: value`) was expected",
}


class Context:
    """Reads the fields that pydantic does not know, and collects the faults inside kinds.

    Parameters
    ----------
    document : Document
        where the raw data stand.
    known : names
        keys that may occur, for "did you mean".
    """

    def __init__(self, document: Document, known: Sequence[str]) -> None:
        self._document = document
        self._known = list(known)
        self.problems: list[Problem] = []

    def formula(self, raw: object) -> Expression:
        """Read an expression."""
        if isinstance(raw, bool) or not isinstance(raw, str | int | float):
            raise PydanticCustomError("formula", "an expression or a number was expected")
        try:
            return parse(raw)
        except ExpressionError as error:
            message = f"{error} (column {error.column + 1} of the expression)"
            raise PydanticCustomError("formula_text", "{text}", {"text": message}) from None

    def value(self, raw: object, *, arrays: bool) -> object:
        """Read any value."""
        return _array(raw) if arrays and isinstance(raw, list) else raw

    def kind(self, family: str, name: str, base: type, raw: object) -> object:
        """Read a kind; the faults of its parameters are collected, and a fault of the name is raised."""
        if name:
            return self._build(registry.load(family, name), raw, self._document.paths.get(id(raw)))
        if family == "generators" and (isinstance(raw, list | int | float) or raw is None):
            return Literal(value=_array(raw) if isinstance(raw, list) else raw)
        found, parameters = self._split(family, raw)
        try:
            kind = registry.load(family, found)
        except registry.UnknownKind as error:
            suggestion = f"; did you mean {error.suggestion!r}?" if error.suggestion else ""
            listed = ", ".join(registry.names(family))
            raise PydanticCustomError(
                "unknown_kind", "{text}", {"text": f"{error}{suggestion}", "hint": f"there are: {listed}"}
            ) from None
        if not issubclass(kind, base) or getattr(kind, "standalone", False):
            raise PydanticCustomError("wrong_kind", "{text}", {"text": f"{found!r} cannot stand here", **_where(kind)})
        path = self._document.paths.get(id(raw))
        return self._build(kind, parameters, None if path is None else (*path, found))

    def _split(self, family: str, raw: object) -> tuple[str, object]:
        if isinstance(raw, str):
            return raw, {}
        if isinstance(raw, dict) and len(raw) == 1:
            return next(iter(raw.items()))
        word = family.removesuffix("s")
        raise PydanticCustomError("kind_form", "{text}", {"text": f"a {word} was expected, as `name` or `{{name: …}}`"})

    def _build(self, kind: type[T], raw: object, path: Path | None, *, may_be_bare: bool = True) -> T | None:
        """Make a kind of its parameters; without a path, because a scalar stands there, faults are raised in its place."""
        bare = str(getattr(kind, "bare", "")) if may_be_bare else ""
        names = [item.name for item in fields(cast(Any, kind))]
        trim = bool(bare) and not (isinstance(raw, dict) and (not raw or set(raw) & set(names)))
        try:
            parameters = {bare: raw} if trim else {} if raw is None else raw
            return cast(T, _validator(kind).validate_python(parameters, context=self))
        except ValidationError as error:
            details = error.errors(include_url=False)
        if trim and isinstance(raw, dict) and details[0]["loc"] == (bare,):
            # The bare form of this kind is no mapping, so these are parameters, all of them misspelt.
            return self._build(kind, raw, path, may_be_bare=False)
        found = []
        for detail in details:
            location = detail["loc"][1:] if trim and detail["loc"][:1] == (bare,) else detail["loc"]
            own = names if len(location) <= 1 else ()  # what stands deeper has keys of its own
            found.append(self.problem(detail, (path or ()) + tuple(location), own))
        if path is None:
            said = "; ".join(f"{item.where}: {item.message}".removeprefix(": ") for item in found)
            hint = next((item.hint for item in found if item.hint), "")
            raise PydanticCustomError("in_kind", "{text}", {"text": said, "hint": hint})
        self.problems += found
        return None

    def problem(self, detail: ErrorDetails, path: Path, known: Sequence[str] = ()) -> Problem:
        """Return one fault that pydantic found, in our words and at its place."""
        path = self._cleaned(path)
        kind, found = detail["type"], detail.get("input")
        if kind in ("unexpected_keyword_argument", "extra_forbidden", "unexpected_positional_argument"):
            near = get_close_matches(str(path[-1]), known or self._known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}" if known else ""
            if path[-1] == "shape" and "size" in known:
                hint = "there is one size here, of a vector or of a square matrix: `size: n`"
            return self._document.problem(path, f"unknown key {str(path[-1])!r}", hint, at_key=True)
        if kind == "missing":
            part = "entry" if isinstance(path[-1], int) else "key"
            return self._document.problem(path, f"this {part} is missing")
        message = _WORDS.get(kind) or detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        context = cast(dict[str, object], detail.get("ctx", {}))
        if kind == "too_long":
            message = f"a list of {context['max_length']} was expected"
        if kind not in ("value_error", "formula_text", "unknown_kind", "wrong_kind", "in_kind"):
            message = f"{message}, found {_short(found)}"
        return self._document.problem(path, message, str(context.get("hint", "")))

    def _cleaned(self, path: Path) -> Path:
        """Drop the parts that pydantic adds for alternatives of a union: they name no place in the file."""
        kept: Path = ()
        for index, part in enumerate(path):
            last = index == len(path) - 1
            if (*kept, part) in self._document.places or (last and not _names_alternative(part)):
                kept = (*kept, part)
        return kept


def _names_alternative(part: str | int) -> bool:
    return isinstance(part, str) and ("[" in part or part in ("str", "int", "float"))


_validators: dict[type, SchemaValidator] = {}


def _validator(kind: type) -> SchemaValidator:
    """Return the validator of a dataclass; building one takes milliseconds, and a kind is met many times."""
    if kind not in _validators:
        _validators[kind] = SchemaValidator(_strict(TypeAdapter(kind).core_schema))
    return _validators[kind]


def _strict(schema: Any) -> Any:
    """Take numbers and truth values for themselves alone; pydantic alone reads `"2"` as a number, `no` as false."""
    if isinstance(schema, dict):
        strict = {"strict": True} if schema.get("type") in ("int", "float", "bool") else {}
        return {key: _strict(part) for key, part in schema.items()} | strict
    return type(schema)(map(_strict, schema)) if isinstance(schema, list | tuple) else schema


def _where(kind: type) -> dict[str, str]:
    if getattr(kind, "standalone", False):
        return {"hint": f"it is a key of its own, beside `compare:`: `{kind.__dict__['kind']}: …`"}
    return {"hint": "only a comparison of one value can stand inside another check"}


def _array(raw: list[object]) -> object:
    """Return a nested list of numbers as an array, and any other list as it is."""
    try:
        array = np.array(raw)
    except ValueError:
        return raw
    return array if array.dtype.kind in "iuf" else raw


def _short(value: object) -> str:
    text = "null" if value is None else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def validate(document: Document, kind: type[T], known: Sequence[str]) -> T:
    """Return a document's data as a frozen dataclass.

    Parameters
    ----------
    document : Document
        the data and their places.
    kind : type
        a dataclass.
    known : sequence of str
        keys that may occur anywhere in it, for "did you mean".

    Raises
    ------
    SpecError
        with all faults of the document.
    """
    context = Context(document, known)
    problems: list[Problem] = []
    result: T | None = None
    try:
        result = cast(T, _validator(kind).validate_python(document.data, context=context))
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems += [context.problem(detail, tuple(detail["loc"])) for detail in details]
    problems += [*context.problems, *document.problems]
    if problems or result is None:
        raise SpecError(_without_echoes(problems))
    return result


def _without_echoes(problems: Sequence[Problem]) -> list[Problem]:
    """Keep the last fault of each place: the alternatives of a union each report their own, and the file's count most."""
    last = {(problem.line, problem.column, problem.where): problem for problem in problems}
    return list(last.values())
