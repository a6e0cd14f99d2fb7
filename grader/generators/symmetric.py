"""`symmetric`: a matrix that equals its transpose to the last bit."""

from typing import Annotated, ClassVar

import numpy as np

from grader.fields import Bounds, Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._bases import in_basis, in_simple_basis, orthonormal
from grader.generators._contract import Draw
from grader.generators._entries import REGIMES, entries
from grader.generators._simple import simple_entries
from grader.generators._spectra import given_spectrum
from grader.generators._structured import Floats
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Symmetric(ArrayInput):
    """A symmetric matrix, either with normal entries or with given eigenvalues in a random orthonormal basis.

    Attributes
    ----------
    size : formula
        number of rows; either this or `eigenvalues`.
    eigenvalues : tuple of formulas
        the spectrum, with multiplicity. There are no edge regimes then.
    decimals : int
        places that are kept of normal entries.
    exclude : tuple of str
        regimes to leave out: `zeros`, `repeated`, `negative`, `integers`, `offset`.

    Examples
    --------
    Trace and determinant are the sum and the product of the eigenvalues::

        inputs:
          a: {real: {low: 1, high: 3}}
          A: {symmetric: {eigenvalues: [a, 2, -1]}}
        holds: "all(A == transpose(A)) and abs(trace(A) - a - 1) < 1e-9 and abs(det(A) + 2 * a) < 1e-9"
    """

    kind: ClassVar[str] = "symmetric"
    regimes: ClassVar[tuple[str, ...]] = REGIMES

    size: Formula | None = None
    eigenvalues: tuple[Formula, ...] | None = None
    decimals: Annotated[int, Bounds(0, 15)] = 3

    def __post_init__(self) -> None:
        """Refuse both or neither of size and eigenvalues, and eigenvalues of a matrix rounded to whole numbers."""
        if (self.size is None) == (self.eigenvalues is None):
            raise ValueError("exactly one of size and eigenvalues is needed")
        if self.eigenvalues is not None and self.dtype == "int64":
            raise ValueError("dtype int64 is not possible here: rounded to whole numbers, the eigenvalues change")
        super().__post_init__()

    def edges(self) -> tuple[str, ...]:
        """Return the regimes; a given spectrum leaves no room for any."""
        return () if self.eigenvalues is not None else super().edges()

    def array(self, draw: Draw) -> Array:
        """Return a matrix of shape (n, n)."""
        if self.eigenvalues is not None:
            spectrum = given_spectrum(draw, self.eigenvalues)
            return in_basis(spectrum, orthonormal(draw.random, spectrum.size, spectrum.size))
        n = self._size(draw)
        square = entries(draw, (n, n), 0.0, 1.0, self.decimals)
        return np.triu(square) + np.triu(square, 1).T

    def simple_array(self, draw: Draw) -> Array:
        """Return small whole numbers, or the given eigenvalues on the diagonal or in a basis of simple fractions."""
        if self.eigenvalues is not None:
            return in_simple_basis(draw, given_spectrum(draw, self.eigenvalues))
        n = self._size(draw)
        square = simple_entries(draw, (n, n), exclude=self.exclude)
        matrix = np.triu(square) + np.triu(square, 1).T
        return matrix if n < 1 or not self._excluded(matrix) else np.add.outer(np.arange(1.0, n + 1), np.arange(n))

    def _excluded(self, matrix: Floats) -> bool:
        """Return whether a matrix shows a regime that the author left out."""
        return (
            ("zeros" in self.exclude and not np.any(matrix))
            or ("repeated" in self.exclude and matrix.size > 1 and bool(np.all(matrix == matrix[0, 0])))
            or ("negative" in self.exclude and bool(np.all(matrix < 0.0)))
        )

    def _size(self, draw: Draw) -> int:
        assert self.size is not None
        return draw.natural(self.size)
