"""Types of the fields that a kind can have, beside Python's own.

A kind is a frozen dataclass whose fields are what an author may write. The markers here say how a field is read from
YAML. Pydantic calls them while it validates; what they do is decided by the context of the validation, which
`grader.spec.reading` supplies, so that a kind needs no validation library to be imported.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol, TypeAlias

from grader.sandbox.expressions import Expression
from grader.sandbox.records import dataclass

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, ValidationInfo
    from pydantic_core import CoreSchema


class Bounds:
    """A number within bounds, both included, or a text or list with at least `least` items.

    A plain class, and our own, because a warm run creates it and the library that has these is slow to import.
    """

    def __init__(self, low: float | None = None, high: float | None = None, *, least: int = 0) -> None:
        self.low, self.high, self.least = low, high, least

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema  # only a validation gets here

        return core_schema.no_info_after_validator_function(self._within, handler(source))

    def _within(self, value: Any) -> Any:
        if self.least:
            if len(value) < self.least:
                raise ValueError("this must not be empty")
            return value
        if (self.low is not None and not value >= self.low) or (self.high is not None and not value <= self.high):
            raise ValueError(f"{self._words()} was expected, found {value!r}")
        return value

    def _words(self) -> str:
        if self.high is None:
            return f"a number of at least {self.low}"
        return f"a number between {self.low} and {self.high}"


class OneOrMore:
    """A list, which may be written without brackets where it has a single item."""

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema  # only a validation gets here

        return core_schema.no_info_before_validator_function(self._listed, handler(source))

    @staticmethod
    def _listed(raw: object) -> object:
        return raw if isinstance(raw, list | tuple) else [raw]


class Described:
    """Base of every dataclass that is read from YAML: unknown keys are faults.

    Attributes
    ----------
    one_of : tuple of str
        fields of which exactly one is written.
    """

    one_of: ClassVar[tuple[str, ...]] = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "arbitrary_types_allowed": True}


Path: TypeAlias = tuple[str | int, ...]
"""Where something stands inside a description."""


def formulas_in(value: object, path: Path) -> Iterator[tuple[Path, Expression]]:
    """Yield every formula in a field's value, in lists and mappings too, with its path."""
    match value:
        case Expression():
            yield path, value
        case tuple() | list():
            for place, item in enumerate(value):
                yield from formulas_in(item, (*path, place))
        case dict():
            for name, item in value.items():
                yield from formulas_in(item, (*path, name))


class Reading(Protocol):
    """What a validation's context offers to the markers."""

    def formula(self, raw: object) -> Expression:
        """Read an expression."""

    def kind(self, family: str, name: str, base: type, raw: object) -> object:
        """Read a kind of a family; with a `name`, `raw` holds that kind's parameters alone."""

    def value(self, raw: object, *, arrays: bool) -> object:
        """Read any value; with `arrays`, a list of numbers is an array."""


class _Marker:
    """Has its field read by the validation's context."""

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema  # only a validation gets here

        def read(raw: object, info: "ValidationInfo[Any]") -> object:
            return self._read(raw, source, info.context)

        return core_schema.with_info_plain_validator_function(read)

    def _read(self, raw: object, source: type, reading: Reading) -> object:
        raise NotImplementedError


@dataclass(frozen=True)
class FromText(_Marker):
    """A field written as an expression, or as a bare number."""

    def _read(self, raw: object, source: type, reading: Reading) -> object:
        return reading.formula(raw)


@dataclass(frozen=True)
class OfKind(_Marker):
    """A field that holds a kind of a family, written `name` or `{name: {…}}`; or just the parameters of one kind."""

    family: str
    name: str = ""

    def _read(self, raw: object, source: type, reading: Reading) -> object:
        return reading.kind(self.family, self.name, source, raw)


@dataclass(frozen=True)
class AnyValue(_Marker):
    """A field that takes whatever YAML holds; with `arrays`, a nested list of numbers is an array."""

    arrays: bool = False

    def _read(self, raw: object, source: type, reading: Reading) -> object:
        return reading.value(raw, arrays=self.arrays)


Formula: TypeAlias = Annotated[Expression, FromText()]
