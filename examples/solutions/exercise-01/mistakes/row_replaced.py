"""You have put b in the place of a *row*, and these numbers solve Aᵀx = b. A row of A is an equation and a column
belongs to an unknown; xᵢ comes from the determinant in which the i-th unknown's column is replaced. In NumPy that is
`replaced[:, i]`, and not `replaced[i]`."""

import numpy as np


def cramer(A, b):
    volume = np.linalg.det(A)
    if abs(volume) <= 1e-12 * np.prod(np.linalg.norm(A, axis=1)):
        raise ValueError("A is singular")
    x = np.empty(len(b))
    for i in range(len(b)):
        replaced = A.astype(float)
        replaced[i] = b
        x[i] = np.linalg.det(replaced) / volume
    return x
