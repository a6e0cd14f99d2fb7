"""Quantities as people write them: exact points, times, sizes."""

import re
from collections.abc import Callable
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

from grader.sandbox.records import dataclass

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

_QUANTITY: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-zµ]+)\Z")
SECONDS: Final = {"ms": 1e-3, "s": 1.0, "min": 60.0}
BYTES: Final = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


@dataclass(frozen=True)
class Reader:
    """A field that is read by a function."""

    read: Callable[[object], object]

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
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"a number of points was expected, found {value!r}")
    exact = Fraction(repr(value)) if abs(value) < 10**9 else Fraction(-1)
    if exact < 0:
        raise ValueError(f"points lie between 0 and a thousand million, found {value!r}")
    return exact


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


Points: TypeAlias = Annotated[Fraction, Reader(points)]
Seconds: TypeAlias = Annotated[float, Reader(seconds)]
Size: TypeAlias = Annotated[int, Reader(size)]
