"""The other way round: every finished column is taken out of what is left of the matrix, as an outer product."""

import numpy as np


def cholesky(A):
    rest = np.array(A, dtype=float)
    L = np.zeros_like(rest)
    for j in range(len(rest)):
        if not rest[j, j] > 0:
            raise ValueError("not positive definite")
        L[j:, j] = rest[j:, j] / np.sqrt(rest[j, j])
        rest -= np.outer(L[:, j], L[:, j])
    return L
