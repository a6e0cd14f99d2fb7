"""Cramer's rule as it stands: for each unknown a copy of the matrix in which b has taken the place of a column."""

import numpy as np


def cramer(A, b):
    volume = np.linalg.det(A)
    if abs(volume) <= 1e-12 * np.prod(np.linalg.norm(A, axis=1)):
        raise ValueError("the columns of A are dependent, so Cramer's rule has nothing to divide by")
    x = np.empty(len(b))
    for i in range(len(b)):
        replaced = A.astype(float)
        replaced[:, i] = b
        x[i] = np.linalg.det(replaced) / volume
    return x
