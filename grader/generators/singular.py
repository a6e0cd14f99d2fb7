"""`singular`: a square matrix whose determinant is zero for a reason that can be seen."""

from itertools import combinations
from typing import ClassVar, Final

import numpy as np

from grader.fields import Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw
from grader.generators._ranks import whole_regular
from grader.generators._structured import Floats, condition, until
from grader.sandbox.records import dataclass

_LEAST: Final = {"zero_row": 1, "zero_column": 1, "equal_rows": 2, "equal_columns": 2, "sum_of_rows": 3}
"""The number of rows from which on a way of being singular is possible."""


@dataclass(frozen=True, kw_only=True)
class Singular(ArrayInput):
    """A square matrix of rank n - 1 exactly: one row or column depends on the others, without any rounding error.

    The entries are multiples of 1/8, whose sums are exact. The rank is beyond doubt: no other singular value is below
    1e-4 of the largest.

    Attributes
    ----------
    size : formula
        number of rows, at least 1.
    exclude : tuple of str
        regimes to leave out: `zero_row`, `zero_column`, `equal_rows`, `equal_columns`, `sum_of_rows` (one is the sum of
        two others, from three rows on), `integers` (of integer dtype). Otherwise a row or a column is a multiple of
        another or a combination of two.

    Examples
    --------
    No system with such a matrix has exactly one solution::

        inputs:
          n: {integer: {low: 1, high: 5}}
          A: {singular: {size: n}}
        holds: "rank(A) == n - 1 and abs(det(A)) < 1e-9"
    """

    kind: ClassVar[str] = "singular"
    regimes: ClassVar[tuple[str, ...]] = (*_LEAST, "integers")

    size: Formula

    def array(self, draw: Draw) -> Array:
        """Return a matrix of shape (n, n)."""
        n = draw.natural(self.size, 1)

        def whole_rows() -> Floats:
            return whole_regular(draw.random, (n - 1, n), 4)

        def rows() -> Floats:
            return np.asarray(np.round(draw.random.normal(0.0, 2.0, (n - 1, n)) * 8.0) / 8.0, dtype=np.float64)

        def make() -> Floats:
            if draw.regime == "integers" or self.dtype == "int64":
                return _completed(draw, whole_rows(), draw.regime)
            regular = until(lambda matrix: condition(matrix) <= 1000.0, rows, whole_rows)
            return _completed(draw, regular, draw.regime)

        matrix = until(self._allowed, make, make)
        return matrix.astype(np.int64) if draw.regime == "integers" else matrix

    def simple_array(self, draw: Draw) -> Array:
        """Return small whole numbers."""
        n = draw.natural(self.size, 1)
        ways = [way for way, least in _LEAST.items() if way not in self.exclude and n >= least] + ["", ""]

        def make() -> Floats:
            rows = whole_regular(draw.random, (n - 1, n), draw.level + 1)
            return _completed(draw, rows, ways[int(draw.random.integers(len(ways)))])

        return until(self._allowed, make, make)

    def _allowed(self, matrix: Floats) -> bool:
        """Return whether a matrix shows no regime that the author left out."""
        return not any(way in self.exclude and _shows(matrix, way) for way in _LEAST)


def _completed(draw: Draw, rows: Floats, way: str) -> Floats:
    """Return independent rows together with one that depends on them, or the same with columns."""
    n, random = rows.shape[1], draw.random
    way = way if n >= _LEAST.get(way, n + 1) else ""
    first, second = random.permutation(max(n - 1, 2))[:2] if n > 2 else (0, 0)
    match way:
        case "equal_rows" | "equal_columns":
            row = rows[first]
        case "sum_of_rows":
            row = rows[first] + rows[second]
        case _ if way or n == 1:
            row = np.zeros(n)
        case _ if n == 2 or random.integers(2):
            row = rows[first] * random.choice([-1.0, 2.0, -2.0])
        case _:
            row = rows[first] * random.choice([-2.0, 2.0]) + rows[second] * random.choice([-1.0, 1.0])
    matrix = np.asarray(np.insert(rows, random.integers(n), row, axis=0), dtype=np.float64) + 0.0
    across = way.endswith(("column", "columns")) or (not way and bool(random.integers(2)))
    return matrix.T.copy() if across else matrix


def _shows(matrix: Floats, way: str) -> bool:
    """Return whether a matrix is singular in one of the ways that are regimes."""
    lines = matrix.T if way in ("zero_column", "equal_columns") else matrix
    different = {tuple(line) for line in lines.tolist()}
    match way:
        case "zero_row" | "zero_column":
            return not np.all(np.any(lines, axis=1))
        case "equal_rows" | "equal_columns":
            return len(different) < len(lines)
        case _:
            pairs = combinations(range(len(lines)), 2)
            return any(tuple((lines[i] + lines[j]).tolist()) in different for i, j in pairs)
