"""Elimination by plane rotations: a rotation has determinant 1, so there is no pivot to divide by and no sign to
keep."""

import numpy as np


def determinant(A):
    U = np.array(A, dtype=float)
    n = len(U)
    for k in range(n):
        for i in range(k + 1, n):
            r = np.hypot(U[k, k], U[i, k])
            if r > 0:
                c, s = U[k, k] / r, U[i, k] / r
                U[k], U[i] = c * U[k] + s * U[i], c * U[i] - s * U[k]
    return float(np.prod(np.diag(U)))
