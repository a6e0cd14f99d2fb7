"""`vector`: a one-dimensional array."""

from typing import Annotated, ClassVar

from grader.fields import Bounds, Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw
from grader.generators._entries import REGIMES, entries
from grader.generators._simple import simple_entries
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Vector(ArrayInput):
    """An array of shape (size,) with normal entries.

    Attributes
    ----------
    size : formula
        number of entries; 0 is allowed.
    center, spread : formula
        mean and standard deviation of the entries.
    decimals : int
        places that are kept.

    Examples
    --------
    ::

        inputs:
          n: {integer: {low: 2, high: 6}}
          x: {vector: {size: n, exclude: [zeros]}}
        holds: "size(x) == n and norm(x) > 0"
    """

    kind: ClassVar[str] = "vector"
    regimes: ClassVar[tuple[str, ...]] = REGIMES

    size: Formula
    center: Formula = parse(0)
    spread: Formula = parse(1)
    decimals: Annotated[int, Bounds(0, 15)] = 3

    def array(self, draw: Draw) -> Array:
        """Return an array of normal entries."""
        return entries(draw, self._shape(draw), draw.real(self.center), draw.real(self.spread), self.decimals)

    def simple_array(self, draw: Draw) -> Array:
        """Return an array of small whole numbers around the center."""
        return simple_entries(draw, self._shape(draw), draw.real(self.center), draw.real(self.spread), self.exclude)

    def _shape(self, draw: Draw) -> tuple[int, ...]:
        return (draw.natural(self.size),)
