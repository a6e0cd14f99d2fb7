"""Your first unknown is right and all others are 0, or nearly so: b has been written into one and the same matrix, so
that from the second unknown on two of its columns are equal and the determinant vanishes. Begin every determinant with
a fresh copy of A, inside the loop."""

import numpy as np


def cramer(A, b):
    volume = np.linalg.det(A)
    if abs(volume) <= 1e-12 * np.prod(np.linalg.norm(A, axis=1)):
        raise ValueError("A is singular")
    x = np.empty(len(b))
    replaced = A.astype(float)
    for i in range(len(b)):
        replaced[:, i] = b
        x[i] = np.linalg.det(replaced) / volume
    return x
