"""With a matrix of floats your factor is right; with a matrix of integers every root and every fraction has lost what
stands behind the point. `np.zeros_like(A)` takes the type of A along with its shape. Make room for floats:
`np.zeros(A.shape)`."""

import numpy as np


def cholesky(A):
    n = len(A)
    L = np.zeros_like(A)
    for j in range(n):
        pivot = A[j, j] - L[j, :j] @ L[j, :j]
        if pivot <= 0:
            raise ValueError("not positive definite")
        L[j, j] = np.sqrt(pivot)
        for i in range(j + 1, n):
            L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
    return L
