"""The diagonal of your factor holds the numbers under the roots, and not the roots: its first entry is a₁₁, where √a₁₁
belongs. In LLᵀ each diagonal entry meets itself, so it appears as a square; what is left of aⱼⱼ is that square. A wrong
diagonal spoils all that is divided by it."""

import numpy as np


def cholesky(A):
    n = len(A)
    L = np.zeros((n, n))
    for j in range(n):
        pivot = A[j, j] - L[j, :j] @ L[j, :j]
        if pivot <= 0:
            raise ValueError("not positive definite")
        L[j, j] = pivot
        for i in range(j + 1, n):
            L[i, j] = (A[i, j] - L[i, :j] @ L[j, :j]) / L[j, j]
    return L
