"""`with_spectrum`: a real matrix whose eigenvalues are given, or drawn so that they lie apart."""

import math
from typing import ClassVar, Final

import numpy as np

from grader.fields import Formula
from grader.generators._array import Array
from grader.generators._bases import in_basis, in_simple_basis, orthonormal
from grader.generators._contract import Draw, Unfit
from grader.generators._spectra import (
    Spectrum,
    blocks,
    drawn_spectrum,
    given_pairs,
    given_spectrum,
    simple_spectrum,
)
from grader.generators._structured import StructuredArray, is_diagonal, tidy
from grader.sandbox.records import dataclass

_GAP: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class WithSpectrum(StructuredArray):
    """A real diagonalisable matrix V Λ V⁻¹ with known eigenvalues, up to rounding errors; the condition of V is below 10.

    Drawn eigenvalues lie apart, and so do their absolute values: any two differ by `min_gap` times the largest, except
    that a complex pair has one absolute value.

    Attributes
    ----------
    eigenvalues : tuple of formulas
        with multiplicity; complex ones such as `1 + 2j` only together with their conjugates. Either these or `size`.
    size : formula
        number of eigenvalues to draw, at least 1.
    min_gap : formula
        relative to the largest absolute value, by default 0.05; only where eigenvalues are drawn.
    symmetric : bool
        whether the matrix is symmetric, to the last bit, and V orthogonal.
    complex_pairs : bool
        whether at least two of the drawn eigenvalues, where there are two, are a complex pair.
    exclude : tuple of str
        regimes to leave out: `diagonal` (with a block of two rows for a complex pair); where eigenvalues are drawn, also
        `negative` (they all have negative real parts) and `singular` (one is zero, if one is real).

    Examples
    --------
    A rotation with a stretch, and one real direction::

        inputs:
          a: {real: {low: 1, high: 2}}
          A: {with_spectrum: {eigenvalues: [a + 2j, a - 2j, 3]}}
        holds: "abs(trace(A) - 2 * a - 3) < 1e-9 and abs(det(A) - 3 * (a**2 + 4)) < 1e-9"
    """

    kind: ClassVar[str] = "with_spectrum"
    regimes: ClassVar[tuple[str, ...]] = ("diagonal", "negative", "singular")

    eigenvalues: tuple[Formula, ...] | None = None
    size: Formula | None = None
    min_gap: Formula | None = None
    symmetric: bool = False
    complex_pairs: bool = False

    def __post_init__(self) -> None:
        """Refuse parameters that do not go together."""
        super().__post_init__()
        if (self.size is None) == (self.eigenvalues is None):
            raise ValueError("exactly one of size and eigenvalues is needed")
        if self.eigenvalues is not None and (self.min_gap is not None or self.complex_pairs):
            raise ValueError("min_gap and complex_pairs are for eigenvalues that are drawn, not for given ones")
        if self.symmetric and self.complex_pairs:
            raise ValueError("symmetric and complex_pairs do not go together: a symmetric matrix has real eigenvalues")

    def edges(self) -> tuple[str, ...]:
        """Return the regimes; given eigenvalues leave room for `diagonal` only."""
        return tuple(name for name in super().edges() if self.eigenvalues is None or name == "diagonal")

    def array(self, draw: Draw) -> Array:
        """Return a matrix of shape (n, n)."""
        spectrum = self._spectrum(draw)
        matrix = blocks(spectrum)
        n = len(matrix)
        if draw.regime == "diagonal":
            order = draw.random.permutation(n)
            return matrix[np.ix_(order, order)] if not spectrum.above.size else matrix
        if self.symmetric:
            return in_basis(spectrum.real, orthonormal(draw.random, n, n))
        left, right = orthonormal(draw.random, n, n), orthonormal(draw.random, n, n)
        sizes = draw.random.uniform(1.0, 9.0, n)
        vectors, inverse = left * sizes @ right.T, right / sizes @ left.T
        return np.asarray(vectors @ matrix @ inverse, dtype=np.float64)

    def simple_array(self, draw: Draw) -> Array:
        """Return a diagonal matrix, or one made from it by adding rows and subtracting columns."""
        spectrum = self._spectrum(draw, simple=True)
        mixed = "diagonal" in self.exclude
        if self.symmetric:
            return in_simple_basis(draw, spectrum.real, mixed=mixed)
        matrix = blocks(spectrum)
        if len(matrix) < 2:
            return matrix
        least = int(mixed and is_diagonal(matrix))
        for _ in range(int(draw.random.integers(least, max(min(draw.level, 2), least), endpoint=True))):
            first, second = draw.random.permutation(len(matrix))[:2]
            matrix[first] += matrix[second]
            matrix[:, second] -= matrix[:, first]
        return tidy(matrix)

    def _spectrum(self, draw: Draw, *, simple: bool = False) -> Spectrum:
        if self.eigenvalues is not None:
            if self.symmetric:
                return Spectrum(given_spectrum(draw, self.eigenvalues), np.zeros(0, dtype=np.complex128))
            return given_pairs(draw, self.eigenvalues)
        assert self.size is not None
        n, blamed = draw.natural(self.size, 1), self.min_gap or self.size
        gap = _GAP if self.min_gap is None else draw.real(self.min_gap)
        if not 0.0 <= gap < math.inf:
            raise Unfit(blamed, f"a gap of at least 0 is needed, found {gap:g}")
        make = simple_spectrum if simple else drawn_spectrum
        spectrum = make(draw, n, gap, paired=self.complex_pairs)
        if spectrum is None:
            raise Unfit(blamed, f"the absolute values of {n} eigenvalues cannot differ by {gap:g} times the largest")
        return self._shown(spectrum, draw.regime)

    def _shown(self, spectrum: Spectrum, regime: str) -> Spectrum:
        """Give a drawn spectrum what its regime asks for, and turn it round where that is left out."""
        real, above = spectrum
        match regime:
            case "negative":
                return Spectrum(-np.abs(real), -np.abs(above.real) + 1j * above.imag)
            case "singular" if real.size:
                return Spectrum(np.where(np.abs(real) == np.min(np.abs(real)), 0.0, real), above)
            case _ if "negative" in self.exclude and np.all(real < 0.0) and np.all(above.real < 0.0):
                return Spectrum(-real, -above.conj())
            case _:
                return spectrum
