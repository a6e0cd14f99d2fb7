"""`of_rank`: a matrix whose rank is known."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.fields import Formula
from grader.generators._contract import Draw, Generator
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class OfRank(Generator):
    """A matrix of the given rank: its other singular values are rounding errors, at most 1e-13 of the largest.

    The non-zero singular values lie between 1 and 3, so that the rank is beyond doubt and the matrix well-conditioned
    on its row space.

    Attributes
    ----------
    shape : tuple of two formulas
        numbers of rows and columns.
    rank : formula
        at most the smaller of the two.
    """

    kind: ClassVar[str] = "of_rank"

    shape: tuple[Formula, Formula]
    rank: Formula

    def draw(self, draw: Draw) -> NDArray[np.float64]:
        """Return a matrix of shape (rows, columns)."""
        rows, columns = (draw.whole(size) for size in self.shape)
        rank = draw.whole(self.rank)
        if not 0 <= rank <= min(rows, columns):
            raise JudgeError(f"a matrix of shape ({rows}, {columns}) cannot have rank {rank}")
        left, _ = np.linalg.qr(draw.random.standard_normal((rows, rank)))
        right, _ = np.linalg.qr(draw.random.standard_normal((columns, rank)))
        return np.asarray(left * draw.random.uniform(1.0, 3.0, rank) @ right.T, dtype=np.float64)
