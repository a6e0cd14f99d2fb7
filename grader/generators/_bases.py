"""Orthonormal bases: random ones, and simple ones that can be written with whole numbers."""

import numpy as np

from grader.generators._contract import Draw
from grader.generators._structured import Floats, is_diagonal, signs, symmetrised, tidy, until


def orthonormal(random: "np.random.Generator", rows: int, columns: int) -> Floats:
    """Return orthonormal columns, uniform among all such."""
    basis, triangle = np.linalg.qr(random.standard_normal((rows, columns)))
    return np.asarray(basis * np.where(np.diag(triangle) < 0.0, -1.0, 1.0), dtype=np.float64)


def simple_basis(draw: Draw, size: int, *, mixed: bool = False) -> tuple[Floats, int]:
    """Return a matrix of whole numbers and a whole number by which it is to be divided to become orthogonal.

    Parameters
    ----------
    draw : Draw
        at level 0 the basis is the usual one in some order, with signs.
    size : int
        number of rows.
    mixed : bool
        whether vectors of the usual basis are mixed at any level, where there are two.
    """
    # A second step could undo the first.
    count = 1 if mixed else int(draw.random.integers(min(draw.level, 2), endpoint=True))
    count = count if size >= 2 else 0
    basis, divisor = np.eye(size)[draw.random.permutation(size)] * signs(draw.random, size), 1
    for _ in range(count):
        block, scale = _BLOCKS[int(draw.random.integers(2 if size >= 4 else 1))]
        step = scale * np.eye(size)
        places = draw.random.permutation(size)[: len(block)]
        step[np.ix_(places, places)] = block
        basis, divisor = basis @ step, divisor * scale
    return basis, divisor


_BLOCKS = (
    (np.array([[3.0, -4.0], [4.0, 3.0]]), 5),
    (2.0 * np.eye(4) - 1.0, 2),
)
"""A rotation and a reflection, each with the number by which it is to be divided."""


def in_basis(values: Floats, basis: Floats) -> Floats:
    """Return the symmetric matrix with these eigenvalues and these orthonormal eigenvectors."""
    return symmetrised(basis * values @ basis.T)


def in_simple_basis(draw: Draw, values: Floats, *, mixed: bool = False) -> Floats:
    """Return a symmetric matrix with these eigenvalues that is as simple as the level of the draw says.

    Where vectors are to be mixed, it is not diagonal if another one is possible.
    """

    def make() -> Floats:
        basis, divisor = simple_basis(draw, values.size, mixed=mixed)
        return tidy(symmetrised(basis * values @ basis.T / divisor**2))

    return until(lambda matrix: not (mixed and is_diagonal(matrix)), make, make)
