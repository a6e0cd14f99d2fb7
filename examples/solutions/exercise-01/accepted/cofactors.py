"""The determinants with b in them, expanded along that column: cofactors of A, which all unknowns share."""

import numpy as np


def cramer(A, b):
    A = np.array(A, dtype=float)
    n = len(b)
    cofactors = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            minor = np.delete(np.delete(A, i, axis=0), j, axis=1)
            cofactors[i, j] = (-1) ** (i + j) * np.linalg.det(minor)
    volume = A[0] @ cofactors[0]
    if abs(volume) <= 1e-12 * np.prod(np.sqrt(np.sum(A**2, axis=1))):
        raise ValueError("A is singular")
    return cofactors.T @ b / volume
