"""Gauss' elimination without exchanges gives A = LDLᵀ with ones on the diagonal of L; the roots of D go half each way."""

import numpy as np


def cholesky(A):
    n = len(A)
    U = np.array(A, dtype=float)
    L = np.eye(n)
    for k in range(n):
        if U[k, k] <= 0:
            raise ValueError("a pivot is not positive")
        L[k + 1 :, k] = U[k + 1 :, k] / U[k, k]
        U[k + 1 :] -= np.outer(L[k + 1 :, k], U[k])
    return L * np.sqrt(np.diag(U))
