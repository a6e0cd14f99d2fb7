"""`design_matrix`: the data of a regression."""

from collections.abc import Callable
from typing import Annotated, ClassVar, Final

import numpy as np

from grader.fields import Bounds, Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw, Unfit
from grader.generators._structured import Floats, condition, rounded, until, whole
from grader.sandbox.records import dataclass

_CONDITION: Final = 2e4


@dataclass(frozen=True, kw_only=True)
class DesignMatrix(ArrayInput):
    """The matrix of a linear model: a row for each observation, a column for each regressor, on different scales.

    The columns are linearly independent, unless `rank` says otherwise. The condition number of the independent ones is at
    most 20 000, so that even the normal equations keep some 7 digits.

    Attributes
    ----------
    shape : tuple of two formulas
        numbers of observations and of regressors.
    intercept : bool
        whether the first column is all ones.
    rank : formula
        the number of independent columns; the others are copies of these or sums of two.
    decimals : int
        places that are kept of the entries.
    exclude : tuple of str
        regimes to leave out: `offset` (the last regressor lies around 1000), `integers` (of integer dtype), `one_hot` (indicators of
        groups; beside an intercept the first group has none).

    Examples
    --------
    The normal equations have one solution::

        inputs:
          k: {integer: {low: 1, high: 4}}
          m: {integer: {low: k, high: 9}}
          X: {design_matrix: {shape: [m, k]}}
        holds: "all(X[:, 0] == 1) and rank(X) == k"
    """

    kind: ClassVar[str] = "design_matrix"
    regimes: ClassVar[tuple[str, ...]] = ("offset", "integers", "one_hot")

    shape: tuple[Formula, Formula]
    intercept: bool = True
    rank: Formula | None = None
    decimals: Annotated[int, Bounds(0, 15)] = 3

    def array(self, draw: Draw) -> Array:
        """Return a matrix of shape (rows, columns)."""
        rows, columns, rank = self._sizes(draw)
        integral = draw.regime == "integers" or self.dtype == "int64"
        decimals = 0 if integral else self.decimals

        def make() -> Floats:
            if draw.regime == "one_hot":
                return self._one_hot(draw, rows, rank)
            values = _regressors(draw, (rows, rank), integral=integral)
            return self._with_intercept(rounded(values, decimals))

        matrix = self._completed(draw, self._regular(draw, make, (rows, rank)), columns)
        return matrix.astype(np.int64) if draw.regime == "integers" else rounded(matrix, decimals)

    def simple_array(self, draw: Draw) -> Array:
        """Return small whole numbers, counted or drawn."""
        rows, columns, rank = self._sizes(draw)

        def make() -> Floats:
            values = whole(draw.random, (rows, rank), draw.level + 1)
            if draw.random.integers(2):
                values[:, -1] = np.arange(rows) + draw.random.integers(2)
            return self._with_intercept(values)

        return self._completed(draw, self._regular(draw, make, (rows, rank)), columns)

    def _regular(self, draw: Draw, make: Callable[[], Floats], shape: tuple[int, int]) -> Floats:
        """Return the first that is well-conditioned, with room for dependent columns; or indicators of groups."""
        return until(lambda matrix: condition(matrix) <= _CONDITION, make, lambda: self._one_hot(draw, *shape))

    def _with_intercept(self, values: Floats) -> Floats:
        if self.intercept:
            values[:, :1] = 1.0
        return values

    def _one_hot(self, draw: Draw, rows: int, groups: int) -> Floats:
        """Return indicators of groups of which each occurs; with an intercept it takes the place of the first."""
        labels = np.concatenate([np.arange(groups), draw.random.integers(max(groups, 1), size=rows - groups)])
        return self._with_intercept(np.eye(groups)[draw.random.permutation(labels)])

    def _completed(self, draw: Draw, matrix: Floats, columns: int) -> Floats:
        """Return a matrix with more columns that are combinations of its own, among these but for the intercept."""
        base, first = matrix, int(self.intercept)
        for _ in range(columns - base.shape[1]):
            one, other = draw.random.integers(base.shape[1], size=2)
            new = base[:, one] + base[:, other] if draw.random.integers(2) else base[:, one]
            place = draw.random.integers(first, matrix.shape[1], endpoint=True)
            matrix = np.insert(matrix, place, new, axis=1)
        return matrix

    def _sizes(self, draw: Draw) -> tuple[int, int, int]:
        rows, columns = (draw.natural(size, 1) for size in self.shape)
        rank = columns if self.rank is None else draw.natural(self.rank, 1)
        if rank > min(rows, columns):
            blamed = self.shape[1] if self.rank is None else self.rank
            raise Unfit(blamed, f"a matrix of shape ({rows}, {columns}) cannot have {rank} independent columns")
        return rows, columns, rank


def _regressors(draw: Draw, shape: tuple[int, int], *, integral: bool) -> Floats:
    """Return columns with different centers and scales; in the regime `offset` the last lies around 1000."""
    random = draw.random
    noise = random.standard_normal(shape)
    scales = random.uniform(2.0, 8.0, shape[1]) if integral else 10.0 ** random.uniform(-1.0, 1.0, shape[1])
    values = np.asarray(scales * (noise + random.uniform(-2.0, 2.0, shape[1])), dtype=np.float64)
    if draw.regime == "offset":
        values[:, -1] = 1000.0 + 100.0 * noise[:, -1]
    return values
