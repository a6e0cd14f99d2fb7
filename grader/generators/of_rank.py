"""`of_rank`: a matrix whose rank is known."""

from typing import ClassVar, Final

import numpy as np

from grader.errors import JudgeError
from grader.fields import Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw
from grader.generators._ranks import WAYS, whole_of_rank
from grader.generators._structured import Floats, until
from grader.sandbox.records import dataclass

_SCALES: Final = {"scaled_down": 1e-8, "scaled_up": 1e8}


@dataclass(frozen=True, kw_only=True)
class OfRank(ArrayInput):
    """A matrix of the given rank: its other singular values are rounding errors, at most 1e-13 of the largest.

    The non-zero singular values lie between 1 and 3, so that the rank is beyond doubt and the matrix well-conditioned
    on its row space. In the regimes they differ more, but none is below 1e-6 of the largest. No row is zero.

    Attributes
    ----------
    shape : tuple of two formulas
        numbers of rows and columns.
    rank : formula
        at most the smaller of the two.
    exclude : tuple of str
        regimes to leave out: `zero_column` and `repeated_column` (where the rank is below the number of columns),
        `integers` (of integer dtype, in which some rows and columns are simple combinations of others),
        `scaled_down` and `scaled_up` (times 1e-8 and 1e8: a tolerance for the rank must be relative).

    Examples
    --------
    The last column is one too many::

        inputs:
          n: {integer: {low: 1, high: 4}}
          A: {of_rank: {shape: [n + 2, n + 1], rank: n}}
        holds: "rank(A) == n"
    """

    kind: ClassVar[str] = "of_rank"
    regimes: ClassVar[tuple[str, ...]] = ("zero_column", "repeated_column", "integers", *_SCALES)

    shape: tuple[Formula, Formula]
    rank: Formula

    def edges(self) -> tuple[str, ...]:
        """Return the regimes; whole numbers are not scaled."""
        return tuple(name for name in super().edges() if self.dtype != "int64" or name not in _SCALES)

    def array(self, draw: Draw) -> Array:
        """Return a matrix of shape (rows, columns)."""
        rows, columns, rank = self._sizes(draw)
        regime = draw.regime if rank < columns or draw.regime not in ("zero_column", "repeated_column") else ""
        if regime == "zero_column":
            matrix = self._plain(draw, (rows, columns - 1), rank)
            return np.insert(matrix, draw.random.integers(columns), 0.0, axis=1)
        if regime == "repeated_column" and rank:
            matrix = self._plain(draw, (rows, columns - 1), rank)
            longest = matrix[:, np.argmax(np.sum(matrix**2, axis=0))]
            return np.insert(matrix, draw.random.integers(columns), longest, axis=1)
        if regime == "integers":
            return whole_of_rank(draw.random, (rows, columns), rank, 3, ("combined",)).astype(np.int64)
        return self._plain(draw, (rows, columns), rank) * _SCALES.get(regime, 1.0)

    def simple_array(self, draw: Draw) -> Array:
        """Return small whole numbers in which some rows and columns are simple combinations of others."""
        rows, columns, rank = self._sizes(draw)
        excluded = {"zero_column": "zero", "repeated_column": "equal"}
        ways = tuple(way for way in WAYS if way not in [excluded.get(regime) for regime in self.exclude])

        def make() -> Floats:
            return whole_of_rank(draw.random, (rows, columns), rank, draw.level + 1, ways)

        return until(self._allowed, make, make)

    def _allowed(self, matrix: Floats) -> bool:
        """Return whether a matrix shows no regime that the author left out."""
        different = {tuple(column) for column in matrix.T.tolist()}
        return not (
            ("repeated_column" in self.exclude and len(different) < matrix.shape[1])
            or ("zero_column" in self.exclude and not np.all(np.any(matrix, axis=0)))
        )

    def _plain(self, draw: Draw, shape: tuple[int, int], rank: int) -> Floats:
        if self.dtype == "int64":
            return whole_of_rank(draw.random, shape, rank, 3, ("combined",))
        left, _ = np.linalg.qr(draw.random.standard_normal((shape[0], rank)))
        right, _ = np.linalg.qr(draw.random.standard_normal((shape[1], rank)))
        return np.asarray(left * draw.random.uniform(1.0, 3.0, rank) @ right.T, dtype=np.float64)

    def _sizes(self, draw: Draw) -> tuple[int, int, int]:
        rows, columns = (draw.natural(size) for size in self.shape)
        rank = draw.whole(self.rank)
        if not 0 <= rank <= min(rows, columns):
            raise JudgeError(f"a matrix of shape ({rows}, {columns}) cannot have rank {rank}")
        return rows, columns, rank
