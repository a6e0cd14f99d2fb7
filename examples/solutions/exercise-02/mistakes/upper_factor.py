"""This is Lᵀ: your zeros stand below the diagonal, and UᵀU = A holds in place of LLᵀ = A. Both conventions are in use,
and some libraries return this one unless they are asked. Here the lower factor is wanted, whose rows begin with the
numbers and end with the zeros."""

import numpy as np


def cholesky(A):
    n = len(A)
    U = np.zeros((n, n))
    for j in range(n):
        pivot = A[j, j] - U[:j, j] @ U[:j, j]
        if pivot <= 0:
            raise ValueError("not positive definite")
        U[j, j] = np.sqrt(pivot)
        for i in range(j + 1, n):
            U[j, i] = (A[j, i] - U[:j, j] @ U[:j, i]) / U[j, j]
    return U
