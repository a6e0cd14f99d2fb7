"""`triangular`: a matrix that is zero above or below its diagonal."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from grader.fields import Bounds, Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw
from grader.generators._simple import simple_entries
from grader.generators._structured import Floats, condition, rounded, signs, whole
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Triangular(ArrayInput):
    """A square matrix with exact zeros on one side of the diagonal.

    Unless the diagonal is `any`, the condition number is at most 1000, so that systems can be solved.

    Attributes
    ----------
    size : formula
        number of rows; 0 is allowed.
    half : str
        where the entries are: `lower` or `upper`.
    diagonal : str
        `unit` (ones), `nonzero` (of either sign, at least 0.5 in absolute value), `positive` (at least 0.5), or `any`.
    decimals : int
        places that are kept of the entries.
    exclude : tuple of str
        regimes to leave out: `integers` (of integer dtype), `diagonal` (zeros on both sides); `negative_diagonal`, where
        the diagonal is `nonzero` or `any`; `zero_on_diagonal` (one zero), where it is `any`.

    Examples
    --------
    A system for forward substitution::

        inputs:
          n: {integer: {low: 1, high: 5}}
          L: {triangular: {size: n, half: lower, diagonal: unit}}
        holds: "abs(det(L) - 1) < 1e-9 and all(diag(L) == 1) and all(L[0, 1:] == 0)"
    """

    kind: ClassVar[str] = "triangular"
    regimes: ClassVar[tuple[str, ...]] = ("integers", "diagonal", "negative_diagonal", "zero_on_diagonal")

    size: Formula
    half: Literal["lower", "upper"] = "lower"
    diagonal: Literal["any", "unit", "nonzero", "positive"] = "nonzero"
    decimals: Annotated[int, Bounds(0, 15)] = 3

    def edges(self) -> tuple[str, ...]:
        """Return the regimes that the diagonal allows."""
        impossible = {
            "any": (),
            "nonzero": ("zero_on_diagonal",),
            "unit": ("negative_diagonal", "zero_on_diagonal"),
            "positive": ("negative_diagonal", "zero_on_diagonal"),
        }[self.diagonal]
        return tuple(name for name in super().edges() if name not in impossible)

    def array(self, draw: Draw) -> Array:
        """Return a matrix of shape (n, n)."""
        n, regime = draw.natural(self.size), draw.regime
        if regime == "integers" or self.dtype == "int64":
            beside, decimals = whole(draw.random, (n, n), 3), 0
            values = np.asarray(draw.random.integers(1, 4, n), dtype=np.float64)
        else:
            decimals = self.decimals
            beside = rounded(draw.random.standard_normal((n, n)), decimals)
            least = 0.0 if self.diagonal == "any" else 0.5 if decimals else 1.0
            values = np.maximum(rounded(least + np.abs(draw.random.standard_normal(n)), decimals), least)
        values = self._signed(values, draw, decimals)
        if regime == "diagonal":
            beside = np.zeros((n, n))
        matrix = self._joined(beside, values, decimals)
        return matrix.astype(np.int64) if regime == "integers" else matrix

    def simple_array(self, draw: Draw) -> Array:
        """Return small whole numbers."""
        n = draw.natural(self.size)
        beside = np.asarray(simple_entries(draw, (n, n)))
        if "diagonal" in self.exclude and not np.any(np.tril(beside, -1)):
            beside = np.ones((n, n))
        values = np.asarray(draw.random.integers(1, draw.level + 2, n), dtype=np.float64)
        if self.diagonal in ("any", "nonzero") and draw.level:
            values *= signs(draw.random, n)
        if self.diagonal == "any" and "zero_on_diagonal" not in self.exclude and draw.random.integers(3) == 0:
            values = np.where(np.arange(n) == draw.random.integers(max(n, 1)), 0.0, values)
        if self.diagonal == "unit":
            values = np.ones(n)
        if "negative_diagonal" in self.exclude and np.all(values < 0.0):
            values = -values
        return self._joined(beside, values, 0)

    def _signed(self, values: Floats, draw: Draw, decimals: int) -> Floats:
        """Give the diagonal the signs that it is to have, and its zero."""
        n = values.size
        match draw.regime, self.diagonal:
            case _, "unit":
                return np.ones(n)
            case _, "positive":
                return values
            case "negative_diagonal", _:
                return -np.maximum(values, 10.0**-decimals)
            case "zero_on_diagonal", _:
                return np.where(np.arange(n) == draw.random.integers(max(n, 1)), 0.0, values)
            case _:
                return values * signs(draw.random, n)

    def _joined(self, beside: Floats, values: Floats, decimals: int) -> Floats:
        """Return the matrix, with smaller or fewer entries beside the diagonal where it is ill-conditioned otherwise."""
        beside, band = np.tril(beside, -1), values.size
        while self.diagonal != "any" and np.any(beside) and condition(beside + np.diag(values)) > 1000.0:
            if decimals or np.max(np.abs(beside)) > 1.0:
                beside = rounded(beside / 2.0, decimals)
            else:  # half of one is no whole number
                band //= 2
                beside = np.triu(beside, -band)
        lower = beside + np.diag(values) + 0.0
        return lower if self.half == "lower" else lower.T.copy()
