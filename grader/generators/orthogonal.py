"""`orthogonal`: columns of length 1 at right angles to each other."""

from typing import ClassVar, Literal

import numpy as np

from grader.fields import Formula
from grader.generators._array import Array
from grader.generators._bases import orthonormal, simple_basis
from grader.generators._contract import Draw, Unfit
from grader.generators._structured import Floats, StructuredArray, signs, until
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Orthogonal(StructuredArray):
    """An orthogonal matrix, uniform among all such, or some of its columns; orthonormal to 1e-14.

    Attributes
    ----------
    size : formula
        number of rows, at least 1.
    columns : formula
        number of columns, if it is to differ from the number of rows.
    determinant : str or int
        `any`, `1` (rotations only) or `-1`; only of a square matrix.
    exclude : tuple of str
        regimes to leave out: `identity`, `permutation` (columns of the identity in some order), `reflection` (at a
        plane). They occur where the determinant allows them.

    Examples
    --------
    Lengths are kept::

        inputs:
          n: {integer: {low: 1, high: 5}}
          Q: {orthogonal: {size: n, determinant: 1}}
          x: {vector: {size: n}}
        holds: "abs(det(Q) - 1) < 1e-12 and abs(norm(Q @ x) - norm(x)) <= 1e-12 * norm(x)"
    """

    kind: ClassVar[str] = "orthogonal"
    regimes: ClassVar[tuple[str, ...]] = ("identity", "permutation", "reflection")

    size: Formula
    columns: Formula | None = None
    determinant: Literal["any", 1, -1] = "any"

    def __post_init__(self) -> None:
        """Refuse the determinant of what may not be square."""
        super().__post_init__()
        if self.columns is not None and self.determinant != "any":
            raise ValueError("columns and determinant do not go together: only a square matrix has a determinant")

    def edges(self) -> tuple[str, ...]:
        """Return the regimes that the determinant allows."""
        impossible = {1: "reflection", -1: "identity", "any": ""}[self.determinant]
        return tuple(name for name in super().edges() if name != impossible)

    def array(self, draw: Draw) -> Array:
        """Return a matrix of shape (size, columns)."""
        size, columns = self._shape(draw)
        match draw.regime:
            case "identity":
                return np.eye(size, columns)
            case "permutation":
                order = draw.random.permutation(size)
                order = order if np.any(np.diff(order) != 1) else order[::-1]
                return self._turned(np.eye(size)[order], draw)[:, :columns]
            case "reflection":
                direction = orthonormal(draw.random, size, 1)
                return np.asarray(np.eye(size) - 2.0 * direction @ direction.T)[:, :columns]
            case _:
                return self._turned(orthonormal(draw.random, size, columns), draw)

    def simple_array(self, draw: Draw) -> Array:
        """Return an order of the usual basis with signs, a reflection, or a rotation with the sides 3, 4 and 5."""
        size, columns = self._shape(draw)

        def make() -> Floats:
            if draw.random.integers(4) == 0:
                length = int(draw.random.choice([count for count in (1, 2, 4) if count <= size]))
                direction = (
                    draw.random.permutation(np.arange(size) < length)[:, None] * signs(draw.random, size)[:, None]
                )
                matrix = np.eye(size) - 2.0 * (direction @ direction.T) / length
            else:
                basis, divisor = simple_basis(draw, size, mixed=bool(draw.random.integers(2)))
                matrix = basis / divisor
            return self._turned(matrix, draw)[:, :columns] + 0.0

        return until(lambda matrix: not self._excluded(matrix), make, make)

    def _turned(self, matrix: Floats, draw: Draw) -> Floats:
        """Give a matrix the determinant that is wanted: exchange two columns, or turn the only one round."""
        if self.determinant == "any" or np.linalg.det(matrix) * self.determinant > 0.0:
            return matrix
        if len(matrix) == 1:
            return -matrix
        first, second = draw.random.permutation(len(matrix))[:2]
        matrix = matrix.copy()
        matrix[:, [first, second]] = matrix[:, [second, first]]
        return matrix

    def _excluded(self, matrix: Floats) -> bool:
        """Return whether a matrix shows a regime that the author left out."""
        size, columns = matrix.shape
        turns = np.linalg.matrix_rank(matrix - np.eye(size, columns))
        return (
            ("identity" in self.exclude and np.array_equal(matrix, np.eye(size, columns)))
            or ("permutation" in self.exclude and bool(np.all((matrix == 0.0) | (matrix == 1.0))))
            or ("reflection" in self.exclude and size == columns and turns == 1)
        )

    def _shape(self, draw: Draw) -> tuple[int, int]:
        size = draw.natural(self.size, 1)
        columns = size if self.columns is None else draw.natural(self.columns, 1)
        if self.columns is not None and columns > size:
            raise Unfit(self.columns, f"there are no {columns} orthonormal columns with {size} entries")
        return size, columns
