"""`coefficients`: the coefficients of a polynomial."""

import math
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from grader.fields import Bounds, Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw, Unfit
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Coefficients(ArrayInput):
    """An array of shape (degree + 1,): entry k belongs to the k-th power, and the last one is not 0.

    In a regime: `root_at_zero`, the first entry 0 (from degree 1 on); `negative_leading`, the last entry below zero;
    `integers`, of integer dtype. Who excludes one of the first two gets polynomials without it. For coefficients from
    the highest power down, reverse them: `computed: "c[::-1]"`. The function itself is the kind `polynomial`.

    Attributes
    ----------
    degree : formula
        exact degree; 0 is allowed.
    largest : formula
        largest absolute value of a coefficient.
    decimals : int
        places that are kept; 0 for whole numbers.

    Examples
    --------
    A polynomial of degree 1 to 4 that opens upwards::

        inputs:
          n: {integer: {low: 1, high: 4}}
          c: {coefficients: {degree: n, exclude: [negative_leading]}}
        holds: "size(c) == n + 1 and c[n] > 0 and max(abs(c)) <= 5"
    """

    kind: ClassVar[str] = "coefficients"
    regimes: ClassVar[tuple[str, ...]] = ("root_at_zero", "negative_leading", "integers")

    degree: Formula
    largest: Formula = parse(5)
    decimals: Annotated[int, Bounds(0, 9)] = 0

    def array(self, draw: Draw) -> Array:
        """Return the coefficients in ascending order of the powers."""
        degree, largest = self._parameters(draw)
        whole = draw.regime == "integers" and largest >= 1.0
        unit = 1 if whole else 10**self.decimals
        values = self._drawn(draw, degree, math.floor(largest * unit + 1e-9))
        return values if whole else values / unit

    def simple_array(self, draw: Draw) -> Array:
        """Return small whole numbers where they are allowed."""
        degree, largest = self._parameters(draw)
        unit = 1 if largest >= 1.0 else 10**self.decimals
        return self._drawn(draw, degree, min(math.floor(largest * unit + 1e-9), draw.level + 1)) / unit

    def _parameters(self, draw: Draw) -> tuple[int, float]:
        degree, largest = draw.natural(self.degree), draw.real(self.largest)
        if not 10.0**-self.decimals <= largest < math.inf:
            raise Unfit(self.largest, f"no coefficient but 0 has {self.decimals} decimals and is at most {largest}")
        return degree, largest

    def _drawn(self, draw: Draw, degree: int, bound: int) -> NDArray[np.int64]:
        """Return whole numbers up to a bound, the last one not 0."""
        values = draw.random.integers(-bound, bound, degree + 1, endpoint=True)
        kept = [degree, *([0] if "root_at_zero" in self.exclude else [])]
        values[kept] = np.where(
            values[kept] == 0, draw.random.integers(1, bound, len(kept), endpoint=True), values[kept]
        )
        if draw.regime == "negative_leading" or "negative_leading" in self.exclude:
            values[degree] = abs(values[degree]) * (-1 if draw.regime == "negative_leading" else 1)
        if draw.regime == "root_at_zero" and degree > 0:
            values[0] = 0
        return values
