"""`matrix`: a two-dimensional array."""

from typing import Annotated, ClassVar

from grader.fields import Bounds, Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw
from grader.generators._entries import REGIMES, entries
from grader.generators._simple import simple_entries
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Matrix(ArrayInput):
    """An array of shape (rows, columns) with normal entries.

    Attributes
    ----------
    shape : tuple of two formulas
        numbers of rows and columns.
    center, spread : formula
        mean and standard deviation of the entries.
    decimals : int
        places that are kept.

    Examples
    --------
    ::

        inputs:
          m: {integer: {low: 1, high: 4}}
          n: {integer: {low: 1, high: 4}}
          A: {matrix: {shape: [m, n]}}
        holds: "len(A) == m and size(A) == m * n"
    """

    kind: ClassVar[str] = "matrix"
    regimes: ClassVar[tuple[str, ...]] = REGIMES

    shape: tuple[Formula, Formula]
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
        return tuple(draw.natural(size) for size in self.shape)
