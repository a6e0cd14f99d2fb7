"""`with_condition`: a matrix whose condition number is known."""

from typing import ClassVar, Final

import numpy as np

from grader.fields import Formula
from grader.generators._array import Array
from grader.generators._bases import orthonormal, simple_basis
from grader.generators._contract import Draw, Unfit
from grader.generators._structured import Floats, StructuredArray, tidy, until
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass

_SCALES: Final = {"scaled_down": 1e-8, "scaled_up": 1e8}


@dataclass(frozen=True, kw_only=True)
class WithCondition(StructuredArray):
    """A matrix of full rank with a given condition number in the 2-norm.

    Its singular values are a geometric sequence. The condition number is met up to a relative error of 1e-6, or of
    1e-15 times itself if that is more. A matrix with one row or one column has the condition number 1 in any case.

    Attributes
    ----------
    size : formula
        number of rows and columns; either this or `shape`.
    shape : tuple of two formulas
        numbers of rows and columns.
    condition : formula
        the largest singular value divided by the smallest, between 1 and 1e12.
    exclude : tuple of str
        regimes to leave out: `diagonal`, `one_small` (all singular values are equal but the smallest), `scaled_down` and
        `scaled_up` (times 1e-8 and 1e8).

    Examples
    --------
    A system that is not quite easy::

        inputs:
          n: {integer: {low: 2, high: 5}}
          A: {with_condition: {size: n, condition: 1e4}}
        holds: "abs(norm(A, 2) * norm(inv(A), 2) - 1e4) < 0.01"
    """

    kind: ClassVar[str] = "with_condition"
    regimes: ClassVar[tuple[str, ...]] = ("diagonal", "one_small", *_SCALES)

    size: Formula | None = None
    shape: tuple[Formula, Formula] | None = None
    condition: Formula = parse(1000)

    def __post_init__(self) -> None:
        """Refuse both or neither of size and shape."""
        super().__post_init__()
        if (self.size is None) == (self.shape is None):
            raise ValueError("exactly one of size and shape is needed")

    def array(self, draw: Draw) -> Array:
        """Return a matrix of shape (rows, columns)."""
        rows, columns = self._sizes(draw)
        rank = min(rows, columns)
        share = (
            np.linspace(0.0, 1.0, rank) if draw.regime != "one_small" else (np.arange(rank) == rank - 1) * (rank > 1)
        )
        largest = 3.0 * draw.random.uniform(0.5, 2.0)
        values = largest * self._bound(draw) ** -np.asarray(share, dtype=np.float64)
        if draw.regime == "diagonal":
            return _across(draw.random.permutation(values), rows, columns)
        left, right = orthonormal(draw.random, rows, rank), orthonormal(draw.random, columns, rank)
        return np.asarray(left * (values * _SCALES.get(draw.regime, 1.0)) @ right.T, dtype=np.float64)

    def simple_array(self, draw: Draw) -> Array:
        """Return whole numbers on the diagonal, or these between simple orthogonal matrices."""
        rows, columns = self._sizes(draw)
        rank, bound = min(rows, columns), self._bound(draw)
        values = np.minimum(draw.random.integers(1, draw.level + 3, rank) * 1.0, bound)
        values[-1] = 1.0
        values[0] = bound if rank > 1 else 1.0
        mixed = "diagonal" in self.exclude
        if draw.level == 0 and not mixed:
            return _across(values, rows, columns)

        def make() -> Floats:
            left, divisor = simple_basis(draw, rows, mixed=mixed)
            right, factor = simple_basis(draw, columns, mixed=mixed)
            return tidy(left @ _across(values, rows, columns) @ right / (divisor * factor))

        return until(lambda matrix: bool(not mixed or np.count_nonzero(matrix) > rank), make, make)

    def _bound(self, draw: Draw) -> float:
        bound = draw.real(self.condition)
        if not 1.0 <= bound <= 1e12:
            raise Unfit(self.condition, f"a condition number between 1 and 1e12 is needed, found {bound:g}")
        return bound

    def _sizes(self, draw: Draw) -> tuple[int, int]:
        if self.shape is not None:
            return draw.natural(self.shape[0], 1), draw.natural(self.shape[1], 1)
        assert self.size is not None
        size = draw.natural(self.size, 1)
        return size, size


def _across(values: Floats, rows: int, columns: int) -> Floats:
    """Return the matrix with these values on the diagonal and zeros elsewhere."""
    matrix = np.zeros((rows, columns))
    np.fill_diagonal(matrix, values)
    return matrix
