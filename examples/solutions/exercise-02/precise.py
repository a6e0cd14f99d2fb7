"""The same recipe with fifty digits."""

import mpmath

mpmath.mp.dps = 50


def cholesky(A):
    return mpmath.cholesky(mpmath.matrix(A.tolist())).tolist()
