"""Quantities as people write them: exact points, shares and weights, times, sizes, dates, time zones and names."""

import re
from collections.abc import Callable
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

from grader.sandbox.records import dataclass

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

_WHEN: Final = re.compile(r"(2[0-9]{3}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2}))?\Z")
_PERCENT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%\Z")
_QUANTITY: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-zµ]+)\Z")
SECONDS: Final = {"ms": 1e-3, "s": 1.0, "min": 60.0}
BYTES: Final = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


@dataclass(frozen=True)
class Reader:
    """A field that is read by a function.

    Attributes
    ----------
    read : callable
        reads it.
    form : tuple of pairs
        the JSON Schema of what may be written, for editors, as items; what only the function can refuse is not in it.
    """

    read: Callable[[object], object]
    form: tuple[tuple[str, object], ...]

    def __get_pydantic_core_schema__(self, source: type, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Tell pydantic, which alone gets here, to call the function."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.read)


def points(value: object) -> Fraction:
    """Return points as an exact fraction of the decimal that was written.

    Raises
    ------
    ValueError
        if `value` is no number, or is negative.
    """
    return _amount(value, "a number of points", "points")


def weight(value: object) -> Fraction:
    """Return a weight as an exact fraction of the decimal that was written.

    Raises
    ------
    ValueError
        if `value` is no number, or is negative.
    """
    return _amount(value, "a weight", "weights")


def _amount(value: object, one: str, many: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{one} was expected, found {value!r}")
    exact = Fraction(repr(value)) if abs(value) < 10**9 else Fraction(-1)
    if exact < 0:
        raise ValueError(f"{many} lie between 0 and a thousand million, found {value!r}")
    return exact


def percent(value: object) -> Fraction:
    """Return a share written as `10 %`, exactly: 1/10.

    Raises
    ------
    ValueError
        if it is written in another way, or is more than the whole.
    """
    match = _PERCENT.match(value) if isinstance(value, str) else None
    share = Fraction(match[1]) / 100 if match else Fraction(-1)
    if not 0 <= share <= 1:
        raise ValueError(f"a share such as `10 %` was expected, at most `100 %`, found {value!r}")
    return share


def when(value: object) -> str:
    """Return a date with or without a time, as `2027-03-01 23:59` or `2027-03-01`.

    Raises
    ------
    ValueError
        if it is written in another way, or is none that the calendar has.
    """
    from datetime import datetime  # a warm run reads no dates

    match = _WHEN.match(value) if isinstance(value, str) else None
    try:
        datetime.fromisoformat(match[0] if match else "")
    except ValueError:
        raise ValueError(f"a date such as `2027-03-01 23:59` or `2027-03-01` was expected, found {value!r}") from None
    assert match is not None
    return " ".join(part for part in match.groups() if part)


def zone(value: object) -> str:
    """Return the name of a time zone, once it is known to exist.

    Raises
    ------
    ValueError
        with the nearest names, if this machine knows none of that name.
    """
    from difflib import get_close_matches
    from zoneinfo import ZoneInfo, available_timezones  # a warm run reads no dates

    if not isinstance(value, str) or not value:
        raise ValueError(f"a time zone such as `Europe/Zurich` was expected, found {value!r}")
    try:
        ZoneInfo(value)
    except (ValueError, OSError, LookupError):  # a name with `..`, the name of a folder, no such name
        known = available_timezones()
        near = get_close_matches(value, known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]!r}?" if near else "" if known else "; install the package tzdata"
        raise ValueError(f"there is no time zone {value!r}{hint}") from None
    return value


def seconds(value: object) -> float:
    """Return a time written as `2 s` or `500 ms`, in seconds.

    Raises
    ------
    ValueError
        if it is written in another way.
    """
    return _quantity(value, SECONDS, 1e-6, "a time such as `2 s` or `500 ms`")


def size(value: object) -> int:
    """Return a size written as `64 MiB`, in bytes.

    Raises
    ------
    ValueError
        if it is written in another way.
    """
    return int(_quantity(value, BYTES, 1, "a size such as `64 MiB` or `2 GiB`"))


def _quantity(value: object, units: dict[str, float] | dict[str, int], least: float, wanted: str) -> float:
    match = _QUANTITY.match(value) if isinstance(value, str) else None
    found = float(match[1]) * units.get(match[2], 0) if match else 0
    if not least <= found < inf:
        raise ValueError(f"expected {wanted}, found {value!r}")
    return found


def name(value: object) -> str:
    """Return the name of a student in the spelling that is compared: accents are parts of their letters.

    Raises
    ------
    ValueError
        if it is no text or empty.
    """
    from unicodedata import normalize  # a warm run reads no names

    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"the name of a student was expected, in quotes if it is a number, found {value!r}")
    return normalize("NFC", value).strip()


def _written(pattern: str) -> tuple[tuple[str, object], ...]:
    return (("type", "string"), ("pattern", f"^{pattern}$"))


_AMOUNT: Final = (("type", "number"), ("minimum", 0), ("exclusiveMaximum", 10**9))
_TEXT: Final = (("type", "string"), ("minLength", 1))
_NUMBER: Final = r"[0-9]+(\.[0-9]+)?\s*"

Points: TypeAlias = Annotated[Fraction, Reader(points, _AMOUNT)]
Seconds: TypeAlias = Annotated[float, Reader(seconds, _written(f"{_NUMBER}({'|'.join(SECONDS)})"))]
Size: TypeAlias = Annotated[int, Reader(size, _written(f"{_NUMBER}({'|'.join(BYTES)})"))]
Weight: TypeAlias = Annotated[Fraction, Reader(weight, _AMOUNT)]
Percent: TypeAlias = Annotated[Fraction, Reader(percent, _written(f"{_NUMBER}%"))]
When: TypeAlias = Annotated[str, Reader(when, _written("2[0-9]{3}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2})?"))]
Zone: TypeAlias = Annotated[str, Reader(zone, _TEXT)]
Name: TypeAlias = Annotated[str, Reader(name, _TEXT)]
