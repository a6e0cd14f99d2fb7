"""JSON Schemas of `course.yaml` and `exercise.yaml`, made from the classes that read them: completion and help in editors.

A schema accepts what the reader accepts, but for keys with nothing after them, and refuses what a glance can refuse:
unknown keys and kinds, wrong types, missing fields. That names exist, that formulas can be read and that inputs can be
drawn, only the reader finds out.
Draft 7 is the newest that the YAML extension of VS Code reads in all its versions.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, Field, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from grader import registry
from grader.authoring.docstrings import fields_of, paragraphs
from grader.errors import UsageError
from grader.fields import AnyValue, Bounds, Described, FromText, OfKind, OneOrMore
from grader.generators import Generator
from grader.sandbox.expressions import Expression
from grader.spec.course import CourseFile
from grader.spec.exercise import Exercise
from grader.spec.loader import plain
from grader.spec.units import Reader
from grader.uses import OrText

Schema: TypeAlias = dict[str, Any]

FOLDER: Final = "schema"
_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_ROOTS: Final = {"exercise.schema.json": Exercise, "course.schema.json": CourseFile}
_PLAIN: Final[Mapping[object, Schema]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    NoneType: {"type": "null"},
    object: {},
}
_FORMULA: Final[Schema] = {"type": ["string", "number"]}
_LEAST: Final = {"array": "minItems", "object": "minProperties", "string": "minLength"}


def schemas() -> dict[str, Schema]:
    """Return the schemas by the names of their files."""
    return {name: _Writer().whole(root) for name, root in _ROOTS.items()}


def texts() -> dict[str, str]:
    """Return the texts of the files by their names."""
    return {
        name: json.dumps(schema, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        for name, schema in schemas().items()
    }


def write(folder: Path) -> list[Path]:
    """Write the files into a course's folder and return their paths.

    Raises
    ------
    UsageError
        if one cannot be written.
    """
    written = []
    for name, text in texts().items():
        file = folder / FOLDER / name
        try:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{file} cannot be written: {error.strerror}") from None
        written.append(file)
    return written


class _Writer:
    """Turns classes and the annotations of their fields into schemas; what can recur becomes a definition."""

    def __init__(self) -> None:
        self._definitions: dict[str, Schema] = {}

    def whole(self, root: type[Described]) -> Schema:
        """Return the schema of a file."""
        body = self._object(root)
        return {"$schema": _DRAFT, **body, "definitions": dict(sorted(self._definitions.items()))}

    def _object(self, kind: type[Described]) -> Schema:
        """Return the schema of a mapping whose keys are the fields of a class."""
        hints = get_type_hints(kind, include_extras=True)
        said = fields_of(kind)
        own: Sequence[Field[Any]] = fields(kind)  # type: ignore[arg-type] # what is described is a dataclass
        properties = {item.name: self._field(kind, item, hints[item.name], said.get(item.name, "")) for item in own}
        schema: Schema = {"type": "object", "description": paragraphs(kind)[0], "properties": properties}
        required = [item.name for item in own if _is_required(item)]
        if required:
            schema["required"] = required
        if kind.one_of:
            schema["oneOf"] = [{"required": [name]} for name in kind.one_of]
        return {**schema, "additionalProperties": False}

    def _field(self, kind: type[Described], item: "Field[Any]", annotation: object, said: str) -> Schema:
        schema = self._of(annotation)
        if item.default is None:
            schema = _without_null(schema)
        if item.name == "exclude" and issubclass(kind, Generator):
            items: Schema = {"enum": list(kind.regimes)} if kind.regimes else {"not": {}}
            schema = {"type": "array", "items": items}
        default = plain(item.default.text) if isinstance(item.default, Expression) else item.default
        shown = {"default": default} if isinstance(default, bool | int | float | str) and default != "" else {}
        return {"description": said, **schema, **shown}

    def _of(self, annotation: Any) -> Schema:
        """Return the schema of whatever an annotation allows."""
        if annotation in _PLAIN:
            return dict(_PLAIN[annotation])
        arguments = get_args(annotation)
        match get_origin(annotation):
            case origin if origin is Annotated:
                return self._marked(arguments[0], arguments[1:])
            case origin if origin in (Union, UnionType):
                return _any_of(*map(self._of, arguments))
            case origin if origin is Literal:
                return {"enum": list(arguments)}
            case origin if origin is tuple:
                return self._list(arguments)
            case origin if origin is not None and issubclass(origin, Mapping):
                return {"type": "object", "additionalProperties": self._of(arguments[1])}
        if isinstance(annotation, type) and issubclass(annotation, Described):
            return self._defined(annotation.__name__, annotation)
        raise TypeError(f"{annotation!r} has no schema")

    def _list(self, arguments: tuple[Any, ...]) -> Schema:
        if arguments[1:] == (...,):
            return {"type": "array", "items": self._of(arguments[0])}
        items = [self._of(argument) for argument in arguments]
        return {"type": "array", "items": items, "minItems": len(items), "maxItems": len(items)}

    def _marked(self, inner: Any, marks: Sequence[object]) -> Schema:
        """Return the schema of a field with markers; the first stands nearest to its type."""
        match marks:
            case []:
                return self._of(inner)
            case [*others, Bounds() as bounds]:
                return _bounded(self._marked(inner, others), bounds)
            case [*others, OneOrMore()]:
                several = self._marked(inner, others)
                return _any_of(several["items"], several)
            case [*others, OrText()]:
                return _any_of({"type": "string"}, self._marked(inner, others))
            case [FromText()]:
                return dict(_FORMULA)
            case [AnyValue()]:
                return {}
            case [Reader(form=form)]:
                return dict(form)
            case [OfKind(family=family, name=name)]:
                return self._kind(family, name) if name else self._family(family, inner)
        raise TypeError(f"the markers {marks!r} have no schema")

    def _defined(self, name: str, kind: type[Described]) -> Schema:
        if name not in self._definitions:
            self._definitions[name] = {}  # what holds itself meets its own name here
            self._definitions[name] = self._object(kind)
        return _reference(name)

    def _family(self, family: str, base: type) -> Schema:
        """Return the schema of a field that takes any kind of a class: its name, or a mapping with its parameters."""
        name = base.__name__
        if name not in self._definitions:
            self._definitions[name] = {}
            kinds = {kind: value for kind, value in _kinds(family).items() if issubclass(value, base)}
            within = {kind: value for kind, value in kinds.items() if not getattr(value, "standalone", False)}
            self._definitions[name] = self._choice(family, within)
        return _reference(name)

    def _choice(self, family: str, kinds: Mapping[str, type]) -> Schema:
        said = {name: paragraphs(kind)[0] for name, kind in kinds.items()}
        alone = [name for name, kind in kinds.items() if not any(map(_is_required, fields(kind)))]
        with_parameters = {
            "type": "object",
            "properties": {name: {"description": said[name], **self._kind(family, name)} for name in kinds},
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        }
        by_name = {"enum": alone, "markdownEnumDescriptions": [said[name] for name in alone]}
        literals = [{"type": ["number", "boolean", "array", "null"]}] if family == "generators" else []
        return _any_of(with_parameters, by_name, *literals)

    def _kind(self, family: str, name: str) -> Schema:
        """Return the schema of a kind's parameters, or of the one of them that may stand alone."""
        defined = f"{family}.{name}"
        if defined not in self._definitions:
            self._definitions[defined] = {}
            kind = registry.load(family, name)
            assert issubclass(kind, Described)
            schema = self._object(kind)
            bare = str(getattr(kind, "bare", ""))
            if bare:
                hints = get_type_hints(kind, include_extras=True)
                schema = _any_of(schema, self._of(hints[bare]))
            elif "required" not in schema:
                schema = _any_of(schema, {"type": "null"})
            self._definitions[defined] = schema
        return _reference(defined)


def _kinds(family: str) -> dict[str, type]:
    """Return our own kinds, and those of other packages that the reader would find."""
    found = {name: registry.load(family, name) for name in registry.names(family)}
    for name in registry.installed(family):
        with suppress(registry.UnknownKind):
            found[name] = registry.load(family, name)
    return dict(sorted(found.items()))


def _is_required(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _reference(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _any_of(*schemas: Schema) -> Schema:
    """Return the schema of what one of several allows."""
    if {} in schemas:
        return {}
    parts = [part for schema in schemas for part in (schema["anyOf"] if [*schema] == ["anyOf"] else [schema])]
    return {"anyOf": parts}


def _without_null(schema: Schema) -> Schema:
    """Return the schema of a field that is left out, and not written without a value, where there is nothing to say."""
    parts = [part for part in schema.get("anyOf", ()) if part != _PLAIN[NoneType]]
    return schema if not parts else parts[0] if len(parts) == 1 else {"anyOf": parts}


def _bounded(schema: Schema, bounds: Bounds) -> Schema:
    """Return a schema with the bounds of its numbers, or the least length of its texts, lists and mappings."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [_bounded(part, bounds) for part in schema["anyOf"]]}
    form = schema.get("type")
    if isinstance(form, str) and form in _LEAST and bounds.least:
        return {**schema, _LEAST[form]: bounds.least}
    if form in ("number", "integer"):
        given = {"minimum": bounds.low, "maximum": bounds.high}
        return schema | {name: value for name, value in given.items() if value is not None}
    return schema
