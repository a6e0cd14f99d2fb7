"""The eigenvalues with fifty digits, by Jacobi's rotations in mpmath."""

import mpmath

mpmath.mp.dps = 50


def eigenvalues(A):
    return sorted(mpmath.eigsy(mpmath.matrix(A.tolist()), eigvals_only=True))
