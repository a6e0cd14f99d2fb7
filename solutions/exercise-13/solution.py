"""The projection onto a column space: an orthonormal basis Q of it from the SVD, then QQᵀb."""

import numpy as np


def projection(A, b):
    U, s, _ = np.linalg.svd(A, full_matrices=False)
    Q = U[:, s > 1e-10 * s[0]]
    return Q @ (Q.T @ b)
