"""`symmetric`: a matrix that equals its transpose to the last bit."""

from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from grader.fields import Bounds, Formula
from grader.generators._contract import Draw, Generator
from grader.generators._entries import REGIMES, entries
from grader.sandbox.expressions import Expression
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Symmetric(Generator):
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
    """

    kind: ClassVar[str] = "symmetric"
    regimes: ClassVar[tuple[str, ...]] = REGIMES

    size: Formula | None = None
    eigenvalues: tuple[Formula, ...] | None = None
    decimals: Annotated[int, Bounds(0, 15)] = 3
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse both or neither of size and eigenvalues."""
        if (self.size is None) == (self.eigenvalues is None):
            raise ValueError("exactly one of size and eigenvalues is needed")
        super().__post_init__()

    def edges(self) -> tuple[str, ...]:
        """Return the regimes; a given spectrum leaves no room for any."""
        return () if self.eigenvalues is not None else super().edges()

    def draw(self, draw: Draw) -> NDArray[np.generic]:
        """Return a matrix of shape (n, n)."""
        if self.eigenvalues is not None:
            return _with_spectrum(draw, self.eigenvalues)
        assert self.size is not None
        n = draw.whole(self.size)
        square = entries(draw, (n, n), 0.0, 1.0, self.decimals)
        return np.triu(square) + np.triu(square, 1).T


def _with_spectrum(draw: Draw, eigenvalues: tuple[Expression, ...]) -> NDArray[np.generic]:
    spectrum = np.array([draw.real(value) for value in eigenvalues])
    basis, _ = np.linalg.qr(draw.random.standard_normal((spectrum.size, spectrum.size)))
    product = basis * spectrum @ basis.T
    return np.asarray((product + product.T) / 2)
