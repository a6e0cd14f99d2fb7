"""Your sum runs over all j, the diagonal included, so that each step computes (b − Ax)/d. That is the correction, and
not the new guess: at the solution it is 0. Leave j = i out of the sum, or add the old guess."""

import numpy as np


def jacobi(A, b, x0, steps):
    d = np.diag(A)
    if np.any(d == 0):
        raise ValueError("a zero on the diagonal")
    path = np.empty((steps + 1, len(x0)))
    path[0] = x0
    for k in range(steps):
        path[k + 1] = (b - A @ path[k]) / d
    return path
