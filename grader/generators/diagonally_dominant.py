"""`diagonally_dominant`: a matrix whose diagonal outweighs the rest of every row."""

import math
from typing import Annotated, ClassVar

import numpy as np

from grader.fields import Bounds, Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw, Unfit
from grader.generators._simple import simple_entries
from grader.generators._structured import Floats, is_diagonal, rounded, signs, whole
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class DiagonallyDominant(ArrayInput):
    """A square matrix that is strictly diagonally dominant by rows.

    Every entry on the diagonal exceeds, in absolute value, 1 + `margin` times the sum of the other absolute values in
    its row, and 0.5. So each step of Jacobi's method shrinks the error by the factor 1 / (1 + margin) or more.

    Attributes
    ----------
    size : formula
        number of rows; 0 is allowed.
    margin : formula
        at least 0.
    decimals : int
        places that are kept of the entries.
    exclude : tuple of str
        regimes to leave out: `integers` (of integer dtype), `diagonal`, `negative_diagonal`, `barely` (with no more
        than the margin).

    Examples
    --------
    The diagonal exceeds the rest of its row by half::

        inputs:
          n: {integer: {low: 1, high: 5}}
          A: {diagonally_dominant: {size: n, margin: 0.5}}
        holds: "all(abs(diag(A)) > 1.5 * (sum(abs(A), axis=1) - abs(diag(A))))"
    """

    kind: ClassVar[str] = "diagonally_dominant"
    regimes: ClassVar[tuple[str, ...]] = ("integers", "diagonal", "negative_diagonal", "barely")

    size: Formula
    margin: Formula = parse(0.5)
    decimals: Annotated[int, Bounds(0, 12)] = 3

    def array(self, draw: Draw) -> Array:
        """Return a matrix of shape (n, n)."""
        n, margin = draw.natural(self.size), self._margin(draw)
        integral = draw.regime == "integers" or self.dtype == "int64"
        decimals = 0 if integral else self.decimals
        beside = whole(draw.random, (n, n), 3) if integral else draw.random.standard_normal((n, n))
        beside = rounded(beside, decimals) * (draw.regime != "diagonal")
        more = np.abs(draw.random.standard_normal(n)) * (draw.regime != "barely")
        matrix = _dominated(beside, margin, more, decimals)
        if draw.regime == "negative_diagonal":
            matrix -= 2.0 * np.diag(np.diag(matrix))
        else:
            matrix[np.diag_indices(n)] *= signs(draw.random, n)
        return matrix.astype(np.int64) if draw.regime == "integers" else matrix + 0.0

    def simple_array(self, draw: Draw) -> Array:
        """Return small whole numbers."""
        n, margin = draw.natural(self.size), self._margin(draw)
        beside = np.asarray(simple_entries(draw, (n, n)))
        if "diagonal" in self.exclude and is_diagonal(beside):
            beside = np.ones((n, n))
        more = whole(draw.random, (n,), draw.level) ** 2
        matrix = _dominated(beside, margin, more, 0)
        if "negative_diagonal" not in self.exclude and draw.random.integers(4) == 0:
            matrix[np.diag_indices(n)] *= signs(draw.random, n)
        return matrix + 0.0

    def _margin(self, draw: Draw) -> float:
        margin = draw.real(self.margin)
        if not 0.0 <= margin < math.inf:
            raise Unfit(self.margin, f"a margin of at least 0 is needed, found {margin:g}")
        return margin


def _dominated(beside: Floats, margin: float, more: Floats, decimals: int) -> Floats:
    """Return the matrix with these entries beside a diagonal that exceeds what it must by `more`, or by one unit."""
    matrix = beside - np.diag(np.diag(beside))
    least = np.maximum((1.0 + margin) * np.sum(np.abs(matrix), axis=1), 0.5)
    unit = 10.0**-decimals
    units = np.floor(least / unit * (1.0 + 1e-14) + 1e-3) + 1.0  # more than the least, whatever was lost to rounding
    return matrix + np.diag(rounded(units * unit + more, decimals))
